"""What stands before and behind numbers, and which numbers are none of phones."""

import re

TYPES = {
    "fax": r"tele?fax|telefaks|fax(?:e|nr)?|faks|факс|télécopie(?:ur)?|ファックス|ファクス|传真|傳真|f",
    "mobile": (
        r"mobil(?:e|telefon|funk|nummer|ny|na)?|mob|cell(?:ulare|ular|phone|ulaire)?|cel(?:ular)?|handy|gsm|portable|port|móvil|movil|telem[óo]vel|tlm|tlmv|tm|celular"
        r"|kom(?:órka|órkowy|órk)?|моб(?:ильный|ільний|ильн|)|сот(?:овый|ов)?|携帯(?:電話|番号)?|手机|手機|移动电话|行動電話|whats ?app|viber|telegram|signal|wechat|微信|wa|m|c|м"
    ),
    "home": r"home|privat|domicile|дом(?:ашний|ашній)?|casa|自宅",
    "any": (
        r"tele(?:phone|fon|foon|fono|fone|f)?|tél(?:éphone)?|tel(?:éfono|ef)?|phone|ph|tlf|tfno|tfn|telf|тел(?:ефон|ефону)?|電話(?:番号)?|电话|rufnummer|call(?: me)?|contact|t|p|т|☎|📞|📱|✆"
    ),
    "work": (
        r"office|direct(?: line| dial| phone)?|dir|desk|work|landline|main|hq|switchboard|reception|business|büro|buero"
        r"|durchwahl|direktwahl|direkt|dw|zentrale|festnetz|rufnummer|standard|ligne directe|fixe|bureau|oficina|fijo|centralita|directo|uff(?:icio)?|fisso|centralino|escritório|fixo"
        r"|stac(?:jonarny|j)?|biuro|sekretariat|раб(?:очий|оч)?|роб(?:очий)?|офис|офіс|прямой|городской|міський|直通|代表|座机|总机|固话|市話|hotline"
        r"|free ?phone|toll[ -]?free|o|d|b|w"
    ),
}
LABEL = re.compile(
    r"(?:^|[^\w])(?:"
    + "|".join(f"(?P<{kind}>{words})" for kind, words in TYPES.items())
    + r")(?:[\s./&+-]{1,3}(?:nr|no|num|number|nummer|phone|tel|telefon|telefono|teléfono|direct|office|line|mobile|mobil|mob|cell|fax|whatsapp|wechat|viber|telegram|kom|моб|тел|gsm|раб|n°|nº|№|us|uk|eu|de|int))?"
    r"(?:\s?\([^()]{1,14}\))?[\s.:：)\]#№°ºn-]{0,5}$",
    re.IGNORECASE,
)
BEHIND = re.compile(
    r"\s{0,2}[(\[]?\s?(?:(?P<mobile>mobile|mob|cell|mobil|handy|m|móvil|portable|cellulare|cel|whatsapp|моб|мобильный|моб\.тел|м|携帯|手机|kom)|(?P<fax>fax|факс|f|faks|传真)"
    r"|(?P<home>home|privat|дом)|(?P<work>office|work|direct|desk|o|d|w|t|tel|büro|direkt|раб|офис|тел|bureau|fixe|fijo|fisso|biuro|直通|main|landline|phone))\s?\.?[)\]](?!\w)",
    re.IGNORECASE,
)
NO_PHONE = re.compile(
    r"(?:^|[^\w])(?:iban|bic|swift|vat(?: ?(?:id|no|reg|number))?|ust|uid|mwst|tva|iva|p\.? ?iva|p ?iva|partita iva|c\.? ?f|cod(?:ice)?\.? ?fisc(?:ale)?|rea|steuer(?:nummer|nr|-nr)?|st\.?-?nr|tax(?: ?id)?|tin|ein|ssn|инн|кпп|огрн(?:ип)?|окпо|бик"
    r"|р/с|р/р|к/с|рахун\w*|расч\w*|счет\w*|счёт\w*|лиц\w*|єдрпоу|едрпоу|іпн|мфо|ипн|siret|siren|rcs|ape|naf|capital|nif|cif|nie|nipc|cnpj|cpf|crc|nip|regon|krs|hrb|hra|handelsreg\w*|registergericht|amtsgericht|fn|reg(?:istered|istration)?"
    r"|company (?:no|number|reg\w*)|crn|abn|acn|duns|gst\w*|pan|cin|order|invoice|inv|po|bestell\w*|auftrag\w*|rechnung\w*|angebot\w*|commande|facture|devis|pedido|factura|ordine|fattura|encomenda|fatura|zamówieni\w*|faktur\w*|заказ\w*|договор\w*"
    r"|замовлен\w*|договір\w*|рахунок|накладн\w*|invoice|ref(?:erence)?|réf|ticket|case|id|meeting(?: id)?|passcode|pin|password|kennwort|code|account|acct|a/c|konto|cuenta|conto|conta|compte|sort code|routing|aba|kunden\w*|customer|client|cliente|tracking|sendung\w*"
    r"|serial|s/n|sn|patent|iso|license|licence|lic|lizenz|zulassung\w*|nr|no|nº|n°|№|номер|numer|#|〒|郵便番号|邮编|郵遞區號|税号|税號|登録番号|法人番号|统一社会信用代码|qq|订单\w*|注文番号|zip|plz|postal|p\.?o\.? ?box|postfach|bp|cs|cedex|изменен\w*|от|date|datum|since|seit|depuis|desde|dal|od"
    r"|€|eur|usd|\$|£|руб\w*|грн|zł|pln|price|preis|prix|precio|prezzo|preço|cena|цена|total|summe|betrag|amount|room|raum|salle|zimmer|kabinet|каб\w*|floor|build|version|v)\.?(?:[\s-]{0,2}(?:nr|no|id|number|nummer|num|n°|nº|№)\.?)?(?:[\s.:-]{1,3}[a-z]{2}(?=[\s.\d-]))?[\s.:：#=-]{0,4}$",
    re.IGNORECASE,
)
MASKS = re.compile(
    r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,4})?\b"  # IBAN
    r"|\b[A-Z]{1,4}[- ]?\d{7,12}[A-Z]?\b(?<![A-Z])"  # VAT and other ids
    r"|\b\d{4}[-./]\d{1,2}[-./]\d{1,2}(?!\d|-\d)(?:[ T]\d{1,2}:\d{2}(?::\d{2})?)?"
    r"|(?<![\d+()-] )(?<!\d[./])\b\d{1,2}[./]\d{1,2}[./](?:19|20)?\d{2}(?![\d./-]| \d)"
    r"|\b(?:[01]?\d|2[0-3]):[0-5]\d\b(?:\s?[-–]\s?\d{1,2}:\d{2})?"
    r"|[€$£]\s?\d[\d.,' ]{0,15}|\b\d{1,3}(?:[.,]\d{3})+(?:[.,]\d{2})?\s?(?:€|EUR|USD|руб|грн|zł)"
    r"|\b[0-9A-F]{4,8}(?:-[0-9A-F]{4}){2,4}-[0-9A-F]{4,12}\b"
)
CANDIDATE = re.compile(
    r"(?<![\w@#=&_-])(?<!\d[.,/])(?:\+\s{0,2}\(?|\(\+?|(?=\d))\d[\d\xa0 ().\-–‑—/\u2010\u2011]{5,40}+"
)
EXTENSION = re.compile(
    r"\s{0,3}[,;/(–-]{0,2}\s{0,2}(?:(?:ext(?:ension|n)?|x|доб(?:авочный)?|вн(?:утр|утренний)?|внутр|дод|dw|durchwahl|poste|int(?:erno)?|wew(?:n)?|w(?=\.)|ramal|anexo|extensión|extensão|internal|klappe|kl|apparat|app|nst|toestel"
    r"|内線|內線|分机|分機|转|轉)\s?[.:：#]{0,2}\s?|#\s?)\(?(\d{1,6})\)?(?![\d.-])",
    re.IGNORECASE,
)
TWO = re.compile(r"\s+/\s+|\s*/\s*(?=\+|\(?00?\d)|\s{2,}(?=\+|\(|8\s?\(|0)|(?<=\d)\s(?=\+)")
TRUNK = re.compile(r"\(\s?0\s?\)")
DASHES = re.compile("[–‑—\u2010\u2011]")
NANP = re.compile(r"(?:1[ .-]?)?\(?[2-9]\d{2}\)?[ .-]{0,2}[2-9]\d{2}[ .-]\d{4}$")
