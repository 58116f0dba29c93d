"""Where lines are cut, and what in them is about others."""

import re

EXTENSION_APART = re.compile(
    r"\s{0,3}[|•·]\s{0,3}(?=(?:ext|доб|вн|int|ramal|poste|wew|anexo|内線|转)\w{0,7}\.?\s?[:：]?\s?\d{1,6}\b)",
    re.IGNORECASE,
)
# What follows is about somebody else, or about the company as such.
OTHERS = re.compile(
    r"\s*(?:(?:my |personal |executive |team )?(?:assistant|assistante?|asistente|assistent(?:in|e)?|secretary|secretariat|sekretariat|sekretärin|secrétariat|segreteria|secretaría|pa|ea|backup|deputy|vertretung|stellvertretung|sostituto"
    r"|ассистент|помощник|секретарь|приемная|приёмная|асистент|помічник|приймальня|asystent(?:ka)?|sekretariat|assistenz|秘书|アシスタント)(?:\s(?:to|of|von|de)\b.{0,30})?(?:\s?/\s?\w+)?"
    r"|in case of emergency|emergency(?: contact)?|notfall|it[- ]helpdesk|helpdesk|servicedesk|out of office"
    r"|in my absence|in urgent cases|bei abwesenheit|datenschutzbeauftragte\w*|data protection officer|dpo|whistleblow\w*|ombuds\w*|service hotline|24/7(?: \w+)?)\s?[:：]",
    re.IGNORECASE,
)
OF_COMPANY = re.compile(
    r"\s*(?:geschäftsführ\w*(?:/?innen)?|vorstand\w*|aufsichtsrat\w*|vorsitzende[rn]?(?: des .{0,30})?|inhaber(?:in)?|prokurist\w*|managing directors?|directors?|board|registergericht|amtsgericht|handelsregister|sitz(?: der gesellschaft)?"
    r"|registered (?:in|office|address)|company registration|directeur de la publication|gérants?|amministratore unico|legale rappresentante|prezes zarządu|zarząd|(?:[\w-]{0,20}[- ])?hotline|emergency(?: line| number)?|press office|pressestelle)\s?[:：]",
    re.IGNORECASE,
)
OF_LAW = re.compile(
    r"\b(?:registered in|registered office|company (?:no|number|reg)|registration no|handelsregister|amtsgericht|registergericht|hrb|hra|ust-?id|vat (?:no|id|reg|number)|steuernummer|siret|siren|rcs|capital (?:social|de)|au capital|nip\b|regon|krs|p\.? ?iva|partita iva"
    r"|cod\. ?fisc|rea\b|cnpj|nipc|инн|огрн|кпп|єдрпоу|р/с|iban|bic\b)",
    re.IGNORECASE,
)
LABELS = re.compile(
    r"(?:^|(?<=[\s,;/(]))(?:e-?mail|email|mail|courriel|correo(?: electrónico)?|posta|e-?mail address|эл\.?\s?почта|электронная почта|почта|пошта|ел\. пошта|メール|邮箱|电子邮件|web(?:site|seite|page)?|site(?: web| internet)?|sitio(?: web)?|sito(?: web)?|internet|homepage|www|url|сайт|strona"
    r"|ウェブ|网址|网站|tele?fon\w*|tel(?:ephone|éfono|efone)?|tél(?:éphone)?|phone|ph|mobile?|mob|cell(?:ulare|phone)?|cel|celular|m[óo]vil|telem[óo]vel|handy|fax|telefax|faks|portable|fixe|fijo|direct(?: line)?|dir|office|desk|durchwahl|zentrale|т|тел\w*|моб\w*|факс|раб|сот|kom(?:\w+)?|gsm"
    r"|skype|linkedin|telegram|whats ?app|viber|twitter|xing|facebook|instagram|github|vk|wechat|携帯|電話|手机|电话|传真|直通|t|m|f|e|w|p|d|o|c|a|и|and|und|or)\b\s?[.:：/)]{0,3}",
    re.IGNORECASE,
)
