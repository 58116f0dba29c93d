"""Phone numbers in the lines of a signature: what is one, of which kind, with which extension."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

CANDIDATES_MAX = 20
"""Numbers of a message that are looked at."""

_TYPES = {
    "fax": r"tele?fax|telefaks|fax(?:e|nr)?|faks|факс|télécopie(?:ur)?|ファックス|ファクス|传真|傳真|f",
    "mobile": (
        r"mobil(?:e|telefon|funk|nummer|ny|na)?|mob|cell(?:ulare|ular|phone|ulaire)?|cel(?:ular)?|handy|gsm|portable|port|móvil|movil|telem[óo]vel|tlm|tlmv|tm|celular"
        r"|kom(?:órka|órkowy|órk)?|моб(?:ильный|ільний|ильн|)|сот(?:овый|ов)?|携帯(?:電話|番号)?|手机|手機|移动电话|行動電話|whats ?app|viber|telegram|signal|wa|m|c|м"
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
_LABEL = re.compile(
    r"(?:^|[^\w])(?:" + "|".join(f"(?P<{kind}>{words})" for kind, words in _TYPES.items())
    + r")(?:[\s./&+-]{1,3}(?:nr|no|num|number|nummer|phone|tel|telefon|telefono|teléfono|direct|office|line|mobile|mobil|mob|cell|fax|whatsapp|kom|моб|тел|gsm|раб|n°|nº|№|us|uk|eu|de|int))?"
    r"(?:\s?\([^()]{1,14}\))?[\s.:：)\]#№°ºn-]{0,5}$",
    re.IGNORECASE,
)
_ONLY_LABEL = re.compile(r"[^\d@]{1,26}$")
_BEHIND = re.compile(
    r"\s{0,2}[(\[]?\s?(?:(?P<mobile>mobile|mob|cell|mobil|handy|m|móvil|portable|cellulare|cel|whatsapp|моб|мобильный|моб\.тел|м|携帯|手机|kom)|(?P<fax>fax|факс|f|faks|传真)"
    r"|(?P<home>home|privat|дом)|(?P<work>office|work|direct|desk|o|d|w|t|tel|büro|direkt|раб|офис|тел|bureau|fixe|fijo|fisso|biuro|直通|main|landline|phone))\s?\.?[)\]](?!\w)",
    re.IGNORECASE,
)
_NO_PHONE = re.compile(
    r"(?:^|[^\w])(?:iban|bic|swift|vat(?: ?(?:id|no|reg|number))?|ust|uid|mwst|tva|iva|p\.? ?iva|p ?iva|partita iva|c\.? ?f|cod(?:ice)?\.? ?fisc(?:ale)?|rea|steuer(?:nummer|nr|-nr)?|st\.?-?nr|tax(?: ?id)?|tin|ein|ssn|инн|кпп|огрн(?:ип)?|окпо|бик"
    r"|р/с|р/р|к/с|рахун\w*|расч\w*|счет\w*|счёт\w*|лиц\w*|єдрпоу|едрпоу|іпн|мфо|ипн|siret|siren|rcs|ape|naf|capital|nif|cif|nie|nipc|cnpj|cpf|crc|nip|regon|krs|hrb|hra|handelsreg\w*|registergericht|amtsgericht|fn|reg(?:istered|istration)?"
    r"|company (?:no|number|reg\w*)|crn|abn|acn|duns|gst\w*|pan|cin|order|invoice|inv|po|bestell\w*|auftrag\w*|rechnung\w*|angebot\w*|commande|facture|devis|pedido|factura|ordine|fattura|encomenda|fatura|zamówieni\w*|faktur\w*|заказ\w*|договор\w*"
    r"|замовлен\w*|договір\w*|рахунок|накладн\w*|invoice|ref(?:erence)?|réf|ticket|case|id|meeting(?: id)?|passcode|pin|password|kennwort|code|account|acct|a/c|konto|cuenta|conto|conta|compte|sort code|routing|aba|kunden\w*|customer|client|cliente|tracking|sendung\w*"
    r"|serial|s/n|sn|patent|iso|license|licence|lic|lizenz|zulassung\w*|nr|no|nº|n°|№|номер|numer|#|〒|郵便番号|邮编|郵遞區號|税号|税號|登録番号|法人番号|统一社会信用代码|qq|wechat|订单\w*|注文番号|zip|plz|postal|p\.?o\.? ?box|postfach|bp|cs|cedex|изменен\w*|от|date|datum|since|seit|depuis|desde|dal|od"
    r"|€|eur|usd|\$|£|руб\w*|грн|zł|pln|price|preis|prix|precio|prezzo|preço|cena|цена|total|summe|betrag|amount|room|raum|salle|zimmer|kabinet|каб\w*|floor|build|version|v)\.?(?:[\s-]{0,2}(?:nr|no|id|number|nummer|num|n°|nº|№)\.?)?(?:[\s.:-]{1,3}[a-z]{2}(?=[\s.\d-]))?[\s.:：#=-]{0,4}$",
    re.IGNORECASE,
)
_MASKS = re.compile(
    r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,4})?\b"  # IBAN
    r"|\b[A-Z]{1,4}[- ]?\d{7,12}[A-Z]?\b(?<![A-Z])"  # VAT and other ids
    r"|\b\d{4}[-./]\d{1,2}[-./]\d{1,2}(?!\d|-\d)(?:[ T]\d{1,2}:\d{2}(?::\d{2})?)?"
    r"|(?<![\d+()-] )\b\d{1,2}[./]\d{1,2}[./](?:19|20)?\d{2}(?![\d./-]| \d)"
    r"|\b(?:[01]?\d|2[0-3]):[0-5]\d\b(?:\s?[-–]\s?\d{1,2}:\d{2})?"
    r"|[€$£]\s?\d[\d.,' ]{0,15}|\b\d{1,3}(?:[.,]\d{3})+(?:[.,]\d{2})?\s?(?:€|EUR|USD|руб|грн|zł)"
    r"|\b[0-9A-F]{4,8}(?:-[0-9A-F]{4}){2,4}-[0-9A-F]{4,12}\b"
)
_CANDIDATE = re.compile(
    r"(?<![\w@#=&_-])(?<!\d[.,/])(?:\+\s{0,2}\(?|\(\+?|(?=\d))\d[\d\xa0 ().\-–‑—/\u2010\u2011]{4,32}\d(?![\w@%_=])"
)
_EXTENSION = re.compile(
    r"\s{0,3}[,;/(]{0,2}\s{0,2}(?:(?:ext(?:ension|n)?|x|доб(?:авочный)?|вн(?:утр|утренний)?|внутр|дод|dw|durchwahl|poste|int(?:erno)?|wew(?:n)?|ramal|anexo|extensión|extensão|internal|klappe|kl|apparat|app|nst|toestel"
    r"|内線|內線|分机|分機|转|轉)\s?[.:：#]{0,2}\s?|#\s?)\(?(\d{1,6})\)?(?![\d.-])",
    re.IGNORECASE,
)
_TWO = re.compile(r"\s+/\s+|\s*/\s*(?=\+|\(?00?\d)|\s{2,}(?=\+|\(|8\s?\(|0)|(?<=\d)\s(?=\+)")
_TRUNK = re.compile(r"\(\s?0\s?\)")
_DASHES = re.compile("[–‑—\u2010\u2011]")
_NANP = re.compile(r"(?:1[ .-]?)?\(?[2-9]\d{2}\)?[ .-]{0,2}[2-9]\d{2}[ .-]\d{4}$")


@dataclass(frozen=True, slots=True)
class Phone:
    """A number as found in a line."""

    e164: str
    written: str
    type: str
    ext: str
    is_labelled: bool
    has_code: bool
    start: int
    end: int


def phones_in(text: str, regions: Sequence[str], carried: str = "") -> Iterator[Phone]:
    """Yield the numbers in a piece of a line; `carried` is the label that stood before it alone.

    A number without a country code is of the first region where it is one, and needs a label
    or the look of one. Never raises.
    """
    if sum(map(str.isdigit, text)) < 6:
        return
    masked = _MASKS.sub(lambda found: "\x01" * len(found[0]), text)
    last_end = 0
    last_type = ""
    for found in _CANDIDATE.finditer(masked):
        for start, end in _pieces(masked, found.start(), found.end()):
            before = carried + masked[last_end:start] if last_end == 0 else masked[last_end:start]
            phone = _phone(masked, start, end, before[-40:], regions, last_type)
            if phone is not None:
                yield phone
                last_end, last_type = phone.end, phone.type


def only_label(text: str) -> bool:
    """Return whether a piece is the label of a number that stands elsewhere."""
    stripped = text.strip()
    if not stripped or _ONLY_LABEL.match(stripped) is None:
        return False
    found = _LABEL.search(stripped)
    if found is None or len(stripped.split()) > 3:
        return False
    return found.start() == 0 or only_label(stripped[: found.start()])


def e164_of_link(link: str, regions: Sequence[str]) -> str | None:
    """Return the number that a `tel:` link dials, None where that is none."""
    digits = re.sub(r"[^\d+]", "", link[4:40].replace("%2B", "+").replace("%20", ""))
    return _parsed(digits, tuple(regions), True)


def _pieces(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the numbers that stand in a row of digits one after the other."""
    place = start
    for joint in _TWO.finditer(text, start, end):
        if _digits(text[place : joint.start()]) >= 7 and _digits(text[joint.end() : end]) >= 6:
            yield place, joint.start()
            place = joint.end()
    yield place, end


def _digits(text: str) -> int:
    return sum(map(str.isdigit, text))


def _phone(
    text: str, start: int, end: int, before: str, regions: Sequence[str], last_type: str
) -> Phone | None:
    written = text[start:end].strip(" -/.")
    if written.count("(") < written.count(")"):
        written = written.rstrip(")").strip()
    count = _digits(written)
    has_code = written.startswith(("+", "(+", "00"))
    if not 6 <= count <= 17 or (count > 15 and not has_code):
        return None
    label = _LABEL.search(before)
    behind = _BEHIND.match(text, end)
    is_listed = not label and last_type and re.fullmatch(r"[\s,;/]{1,4}(?:и|and|und|e|y|та|oder|or)?\s?", before)
    is_alone = not any(map(str.isalpha, text)) and _looks_like_one(written, count)
    is_labelled = label is not None or behind is not None or bool(is_listed) or is_alone
    if not is_labelled and _NO_PHONE.search(before):
        return None
    if not is_labelled and not has_code and not _looks_like_one(written, count):
        return None
    ext = _EXTENSION.match(text, end)
    number = _parsed(_bare(written), tuple(regions), is_labelled)
    if number is None:
        return None
    marked = behind or label
    kind = marked.lastgroup if marked is not None else last_type if is_listed else ""
    if kind in {"any", "", None} or (is_listed and kind == "work"):
        kind = _type_of(number)
    return Phone(
        number,
        written,
        kind or "",
        ext[1] if ext else "",
        is_labelled,
        has_code,
        max(start - (len(label[0].lstrip(" ,;|(")) if label else 0), 0),
        max(end, ext.end() if ext else 0, behind.end() if behind else 0),
    )


def _looks_like_one(written: str, count: int) -> bool:
    """Return whether digits without label and code are grouped as those of phones are."""
    if count < 9 and not written.startswith(("0", "(")):
        return False
    groups = re.split(r"[ ().\-–/]+", written.strip("()"))
    return written.startswith(("0", "(", "8 ", "8(", "8-")) or (count >= 9 and len(groups) >= 3)


def _bare(written: str) -> str:
    """Return the number without the trunk zero after a country code, and with `+` for `00`."""
    bare = _DASHES.sub("-", written)
    if bare.startswith(("+", "(+", "00")):
        bare = _TRUNK.sub("", bare)
    if bare.startswith("00"):
        bare = "+" + bare[2:]
    return bare.replace("(+", "+", 1) if bare.startswith("(+") else bare


@lru_cache(maxsize=4096)
def _parsed(bare: str, regions: tuple[str, ...], is_labelled: bool) -> str | None:
    """Return the number in E.164, None where it can be none."""
    if bare.startswith("+"):
        return _known(bare, None, is_strict=False)
    if _NANP.match(bare) and "MX" not in regions:
        regions = (*(r for r in regions if r in {"US", "CA"}), "US", *regions)
    if bare.startswith(("8 ", "8(", "8-")) and sum(map(str.isdigit, bare)) == 11:
        regions = (*(r for r in regions if r in {"RU", "KZ", "BY"}), "RU", *regions)
    for region in dict.fromkeys(regions):
        found = _known(bare, region, is_strict=True)
        if found is not None:
            return found
    if is_labelled and regions:
        return _known(bare, regions[0], is_strict=False)
    return None


def _known(bare: str, region: str | None, *, is_strict: bool) -> str | None:
    import phonenumbers  # 20 ms, for mail that has numbers

    try:
        number = phonenumbers.parse(bare, region)
    except phonenumbers.NumberParseException:
        return None
    judged = phonenumbers.is_valid_number if is_strict else phonenumbers.is_possible_number
    if not judged(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


@lru_cache(maxsize=4096)
def _type_of(e164: str) -> str:
    import phonenumbers

    kind = phonenumbers.number_type(phonenumbers.parse(e164, None))
    return "mobile" if kind == phonenumbers.PhoneNumberType.MOBILE else "work"
