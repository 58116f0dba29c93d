"""What stands before, within and behind names of people; and the letters that spell them."""

import re

CYRILLIC = {
    "а": "a", "б": "b", "в": "v", "г": "g", "ґ": "g", "д": "d", "е": "e", "ё": "e", "є": "e", "ж": "zh", "з": "z", "и": "i", "і": "i", "ї": "i",
    "й": "i", "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t", "у": "u", "ф": "f", "х": "kh", "ц": "ts",
    "ч": "ch", "ш": "sh", "щ": "sch", "ъ": "", "ы": "i", "ь": "", "э": "e", "ю": "iu", "я": "ia", "'": "", "’": "",
}
SPECIAL = {
    "ß": "ss", "ł": "l", "ø": "o", "đ": "d", "æ": "a", "œ": "o", "ı": "i", "þ": "t",
}
SOUNDS = (
    *(("sch", "s"), ("sh", "s"), ("tch", "c"), ("ch", "c"), ("zh", "z"), ("kh", "h"), ("tz", "c")),
    *(
        ("ts", "c"),
        ("ph", "f"),
        ("ck", "k"),
        ("x", "ks"),
        ("w", "v"),
        ("q", "k"),
        ("j", "i"),
        ("y", "i"),
        ("g", "h"),
    ),
)
PREFIX = re.compile(
    r"(?:(?:dra|dña|don|doña|profa?|drs|ir|drhab|phdr|mudr|judr|i\.\s?a\.|i\.\s?v\.|ppa\.?|p\.\s?p\.|prof|dr|dipl|mag|ing|m\.?sc|mgr|inż|hab|avv|dott|dott\.?ssa|d\.?ssa|rag|geom|arch|arq|lic|eng"
    r"|sr|sra|srta|mr|mrs|ms|miss|mme|mlle|m|me|herr|frau|hr|fr|sig|sig\.?ra|pan|pani|г-н|г-жа|пан|пані|к\.?т\.?н|к\.?э\.?н|rer|nat|med|jur|phil|h\.?c)\.?"
    r"(?:-(?:ing|kfm|inf|wirt|phys|math|betrw)\.?)?(?:\s*\((?:fh|univ|ba|ma|tu|dh)\.?\))?[\s,]+)+",
    re.IGNORECASE,
)
SUFFIX = re.compile(
    r"\s*(?:,?\s*\((?:she|he|they|her|him|sie|er|elle|il|mr|ms|mrs|herr|frau|m|f)\b[^)]{0,20}\)"
    r"|,\s*(?:ph\.?\s?d|m\.?b\.?a|m\.?sc|b\.?sc|m\.?a|b\.?a|m\.?eng|b\.?eng|ll\.?m|ll\.?b|m\.?d|j\.?d|esq|cpa|cfa|pmp|pe|p\.?eng|rn|mph|phd|acca|fca|cissp|dba|jr|sr|ii|iii"
    r"|к\.?\s?т\.?\s?н|к\.?\s?э\.?\s?н|д\.?\s?т\.?\s?н|dipl\.?-?\w*|mag|msc|mba)\.?)+\s*$",
    re.IGNORECASE,
)
# `Gary Hill MRICS`, but not `Gary HILL`.
LETTERS_BEHIND = re.compile(
    r"(?<=[^\W\d_]\s)(?<=[a-zà-ÿа-я]\s)(?:(?:[A-Z]{3,6}|MA|BA|MD|RN|PE|CA)(?:\s\([A-Za-z]{2,6}\))?[\s,]*)+$"
)
VIA = re.compile(r"\s+(?:via|über|через|par)\s.{0,80}$", re.IGNORECASE)
PARTICLES = frozenset(
    """
    't af al av bin d' da das de del della den der di do dos du e el het i ibn la le mc op san st. te ten ter van vom von y zu zur
    """.split()
)
ROLES = frozenset(
    """
    accounting accounts accueil admin administracion administrator ag agency amministrazione bank bewerbung billing biuro buchhaltung buh
    care comercial commercial company compta comptabilite comptabilité contact contacto customer department desk director dispo einkauf
    export facturacion finance financeiro geral gmbh group hello help helpdesk hotline hr import inc info invoice invoices jobs kadry
    kontakt kundendienst kundenservice llc logistics ltd mail manager marketing newsletter office order orders partner personal post press
    reception sales secretariat segreteria sekretariat service services shop sklad soporte sprzedaz sprzedaż store studio suporte support
    team the ufficio vendas vendite ventas verkauf vertrieb zakaz zentrale бухгалтерия бухгалтерія відділ отдел офис поддержка приемная
    продажи продажі підтримка
    """.split()
)
SHORT = tuple(
    frozenset(group.split()) for group in """
    bill billy liam will william, bob bobby rob robert, dick rich richard rick, beth betty eliza elizabeth lisa liz, james jamie jim jimmy,
    jack john johnny jon, michael michel mick mike mikhail misha, ed eddie edward ted, catherine cathy kat kate katherine kathy katie,
    maggie margaret meg peggy, charles charlie chuck, hank harry henry, anthony tony, andrew andy drew, thomas tom tommy, chris christopher,
    nicholas nick, aleksandr alex alexander oleksandr sacha sasha, alex alexandra sandra sasha, aleksei alex alexey lesha oleksii,
    dima dmitrii dmitry dmytro, ekaterina kateryna katia katya, serge sergei serhii, vladimir volodia volodymyr vova, kolia mykola nikolai,
    elena helen lena olena, eugene evgenii yevhen zhenia, natalia nataliia natasha, anastasia nastia stacy, maria mariia mary masha,
    olga olha olia, ania anna anya hanna, iura iurii yuri yury, pasha paul pavel pavlo, pete peter petro piotr,
    georg george georgii iurii jorge, jose pepe, fran francisco paco, ignacio nacho, beppe giuseppe pino, hannes hans jan johann johannes,
    maksim max maxim maximilian, basti sebastian, ben benjamin, sam samuel, dan daniel danny, matt matthew, stefan stephen steve steven,
    tim timothy, joe joseph, greg gregory, jen jennifer jenny, sue susan suzanne, debbie deborah, tori vicky victoria, jess jessica,
    becky rebecca, dave david, paddy pat patrick, pat patricia trish, ken kenneth, ron ronald, don donald, phil philip, gosia malgorzata,
    kasia katarzyna, aga agnieszka, tomasz tomek, chris krzys krzysztof, wojciech wojtek, asia joanna
    """.split(",")
)
