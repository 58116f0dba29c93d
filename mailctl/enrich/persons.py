"""Names of people: what looks like one, and whether two of them can be one person's."""

import re
import unicodedata
from enum import Enum
from functools import lru_cache

from mailctl.domain.addresses import Person


class Match(Enum):
    """Whether the name in a signature is its sender's."""

    CONFIRMED = "confirmed by the name or the address of the sender"
    UNKNOWN = "not confirmed by the name of the sender"
    OTHER = "somebody else's"


_CYRILLIC = dict(
    zip(
        "абвгґдеёєжзиіїйклмнопрстуфхцчшщъыьэюя'’",
        (
            *("a", "b", "v", "g", "g", "d", "e", "e", "e", "zh", "z", "i", "i", "i", "i", "k", "l", "m"),
            *("n", "o", "p", "r", "s", "t", "u", "f", "kh", "ts", "ch", "sh", "sch", "", "i", "", "e"),
            *("iu", "ia", "", ""),
        ),
        strict=True,
    )
)
_SPECIAL = {"ß": "ss", "ł": "l", "ø": "o", "đ": "d", "æ": "a", "œ": "o", "ı": "i", "þ": "t"}
_LATIN = str.maketrans({**_CYRILLIC, **_SPECIAL})
_SOUNDS = (
    *(("sch", "s"), ("sh", "s"), ("tch", "c"), ("ch", "c"), ("zh", "z"), ("kh", "h"), ("tz", "c")),
    *(("ts", "c"), ("ph", "f"), ("ck", "k"), ("x", "ks"), ("w", "v"), ("q", "k"), ("j", "i"), ("y", "i"), ("g", "h")),
)
_VOWELS = re.compile(r"(?<=.)[aeiou]+")
_TWICE = re.compile(r"(.)\1+")
_WORD = re.compile(r"[^\W\d_]+(?:['’`-][^\W\d_]+)*\.?")
_CJK = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")

PREFIX = re.compile(
    r"(?:(?:i\.\s?a\.|i\.\s?v\.|ppa\.?|p\.\s?p\.|prof|dr|dipl|mag|ing|m\.?sc|mgr|inż|hab|avv|dott|dott\.?ssa|d\.?ssa|rag|geom|arch|arq|lic|eng"
    r"|sr|sra|srta|mr|mrs|ms|miss|mme|mlle|m|me|herr|frau|hr|fr|sig|sig\.?ra|pan|pani|г-н|г-жа|пан|пані|к\.?т\.?н|к\.?э\.?н|rer|nat|med|jur|phil|h\.?c)\.?"
    r"(?:-(?:ing|kfm|inf|wirt|phys|math|betrw)\.?)?(?:\s*\((?:fh|univ|ba|ma|tu|dh)\.?\))?[\s,]+)+",
    re.IGNORECASE,
)
_SUFFIX = re.compile(
    r"\s*(?:,?\s*\((?:she|he|they|her|him|sie|er|elle|il|mr|ms|mrs|herr|frau|m|f)\b[^)]{0,20}\)"
    r"|,\s*(?:ph\.?\s?d|m\.?b\.?a|m\.?sc|b\.?sc|m\.?a|b\.?a|m\.?eng|b\.?eng|ll\.?m|ll\.?b|m\.?d|j\.?d|esq|cpa|cfa|pmp|pe|p\.?eng|rn|mph|phd|acca|fca|cissp|dba|jr|sr|ii|iii"
    r"|к\.?\s?т\.?\s?н|к\.?\s?э\.?\s?н|д\.?\s?т\.?\s?н|dipl\.?-?\w*|mag|msc|mba)\.?)+\s*$",
    re.IGNORECASE,
)
# `Gary Hill MRICS`, but not `Gary HILL`.
_LETTERS_BEHIND = re.compile(r"(?<=[^\W\d_]\s)(?<=[a-zà-ÿа-я]\s)(?:(?:[A-Z]{3,6}|MA|BA|MD|RN|PE|CA)(?:\s\([A-Za-z]{2,6}\))?[\s,]*)+$")
_VIA = re.compile(r"\s+(?:via|über|через|par)\s.{0,80}$", re.IGNORECASE)
_PARTICLES = {
    *("von", "van", "der", "den", "de", "del", "della", "di", "da", "das", "do", "dos", "du", "la", "le", "el", "al", "bin", "ibn"),
    *("zu", "zur", "vom", "ter", "ten", "y", "e", "i", "af", "av", "mc", "san", "st.", "te", "het", "op", "d'", "'t"),
}
_ROLES = {
    *("support", "sales", "team", "info", "office", "service", "services", "help", "helpdesk", "billing", "accounts", "accounting", "hr", "jobs", "contact"),
    *("newsletter", "marketing", "admin", "administrator", "reception", "orders", "order", "press", "finance", "customer", "care", "desk", "invoice", "invoices"),
    *("vertrieb", "buchhaltung", "einkauf", "sekretariat", "kontakt", "kundenservice", "zentrale", "personal", "bewerbung", "verkauf", "mail", "post", "hello"),
    *("commercial", "comptabilité", "comptabilite", "compta", "accueil", "secretariat", "ventas", "contacto", "soporte", "administracion", "facturacion", "amministrazione", "vendite"),
    *("ufficio", "segreteria", "comercial", "vendas", "suporte", "financeiro", "geral", "biuro", "sprzedaż", "sprzedaz", "sekretariat", "kadry", "отдел", "продажи", "бухгалтерия"),
    *("поддержка", "офис", "приемная", "відділ", "продажі", "бухгалтерія", "підтримка", "gmbh", "ag", "ltd", "llc", "inc", "group", "company", "shop", "store", "bank"),
    *("zakaz", "buh", "sklad", "manager", "director", "partner", "kundendienst", "hotline", "dispo", "export", "import", "logistics", "studio", "agency", "department", "the"),
}
_SHORT = (
    *({"william", "bill", "will", "billy", "liam"}, {"robert", "bob", "rob", "bobby"}, {"richard", "dick", "rick", "rich"}, {"elizabeth", "liz", "beth", "betty", "lisa", "eliza"}),
    *({"james", "jim", "jimmy", "jamie"}, {"john", "jack", "johnny", "jon"}, {"michael", "mike", "mick", "michel", "mikhail", "misha"}, {"edward", "ed", "ted", "eddie"}),
    *({"katherine", "catherine", "kate", "katie", "kathy", "cathy", "kat"}, {"margaret", "maggie", "peggy", "meg"}, {"charles", "charlie", "chuck"}, {"henry", "harry", "hank"}),
    *({"anthony", "tony"}, {"andrew", "andy", "drew"}, {"thomas", "tom", "tommy"}, {"christopher", "chris"}, {"nicholas", "nick"}, {"alexander", "alex", "sasha", "sacha", "aleksandr", "oleksandr"}),
    *({"alexandra", "alex", "sasha", "sandra"}, {"aleksei", "alexey", "lesha", "oleksii", "alex"}, {"dmitrii", "dmitry", "dima", "dmytro"}, {"ekaterina", "katia", "katya", "kateryna"}),
    *({"sergei", "serhii", "serge"}, {"vladimir", "volodia", "vova", "volodymyr"}, {"nikolai", "kolia", "mykola"}, {"elena", "lena", "helen", "olena"}, {"evgenii", "zhenia", "eugene", "yevhen"}),
    *({"natalia", "natasha", "nataliia"}, {"anastasia", "nastia", "stacy"}, {"maria", "masha", "mary", "mariia"}, {"olga", "olia", "olha"}, {"anna", "ania", "hanna", "anya"}, {"iurii", "yuri", "yury", "iura"}),
    *({"pavel", "pavlo", "pasha", "paul"}, {"piotr", "peter", "pete", "petro"}, {"georg", "george", "jorge", "georgii", "iurii"}, {"jose", "pepe"}, {"francisco", "paco", "fran"}, {"ignacio", "nacho"}),
    *({"giuseppe", "beppe", "pino"}, {"johannes", "hannes", "hans", "johann", "jan"}, {"maximilian", "max", "maksim", "maxim"}, {"sebastian", "basti"}, {"benjamin", "ben"}, {"samuel", "sam"}, {"daniel", "dan", "danny"}),
    *({"matthew", "matt"}, {"stephen", "steve", "steven", "stefan"}, {"timothy", "tim"}, {"joseph", "joe"}, {"gregory", "greg"}, {"jennifer", "jen", "jenny"}, {"susan", "sue", "suzanne"}, {"deborah", "debbie"}),
    *({"victoria", "vicky", "tori"}, {"jessica", "jess"}, {"rebecca", "becky"}, {"david", "dave"}, {"patrick", "pat", "paddy"}, {"patricia", "pat", "trish"}, {"kenneth", "ken"}, {"ronald", "ron"}, {"donald", "don"}, {"philip", "phil"}),
    *({"malgorzata", "gosia"}, {"katarzyna", "kasia"}, {"agnieszka", "aga"}, {"tomasz", "tomek"}, {"krzysztof", "krzys", "chris"}, {"wojciech", "wojtek"}, {"joanna", "asia"}),
)  # fmt: skip

_SHORT_OF = {name: set().union(*(g for g in _SHORT if name in g)) for group in _SHORT for name in group}


def bare_name(text: str) -> str:
    """Return a name without titles and degrees."""
    text = _VIA.sub("", text[:200].strip(" \t\"'|,;:*_"))
    text = PREFIX.sub("", text, count=1) if PREFIX.match(text) else text
    text = _SUFFIX.sub("", text).strip(" ,.;:|*_\"")
    shorter = _LETTERS_BEHIND.sub("", text, count=1)
    return " ".join((shorter if len(shorter.split()) > 1 else text).split())


def is_like_name(text: str) -> bool:
    """Return whether a text, bare of titles, is written as the full name of a person."""
    if _CJK.search(text):
        return _is_like_eastern_name(text)
    words = text.split()
    if not 2 <= len(words) <= 5 or len(text) > 50:
        return False
    proper = 0
    for word in words:
        if word.lower() in _PARTICLES and not word.isupper():
            continue
        if _WORD.fullmatch(word) is None or not word[0].isupper() or word.lower() in _ROLES:
            return False
        proper += len(word.rstrip(".")) > 1
    return proper >= 2 or (proper == 1 and any(len(word.rstrip(".")) == 1 for word in words))


def _is_like_eastern_name(text: str) -> bool:
    text = text.partition("(")[0].strip()
    letters = text.replace(" ", "").replace("\u30fb", "")
    return 2 <= len(letters) <= (6 if " " in text else 5) and all(map(_CJK.match, letters))


@lru_cache(maxsize=4096)
def latin(word: str) -> str:
    """Return a word in small Latin letters without accents, as passports write it."""
    word = word.casefold().translate(_LATIN)
    if not word.isascii():
        word = "".join(c for c in unicodedata.normalize("NFKD", word) if not unicodedata.combining(c))
    return word.replace("'", "").replace("’", "").rstrip(".")


@lru_cache(maxsize=4096)
def _sound(latin: str) -> str:
    """Return what is left of a word when languages write its sounds in different ways."""
    for written, sound in _SOUNDS:
        latin = latin.replace(written, sound)
    return _TWICE.sub(r"\1", _VOWELS.sub("", latin.replace("ae", "a").replace("oe", "o").replace("ue", "u")))


def words_of(name: str) -> list[str]:
    """Return the words of a name, small and in Latin letters, without its particles."""
    found = (latin(part) for word in _WORD.findall(name[:200]) for part in word.split("-"))
    return [word for word in found if word and word not in _PARTICLES]


def compared(name: str, sender: Person) -> Match:
    """Return whether a name can be that of the sender, by their name and their address.

    A sender who shows another full name has lent their mail to somebody: OTHER, even if the
    family or the address is the same.
    """
    shown = "" if "@" in sender.name else bare_name(sender.name.replace(",", " "))
    if _CJK.search(name) or _CJK.search(shown):
        return _compared_eastern(name, shown, sender)
    ours, theirs = words_of(name), words_of(shown)
    if theirs and _is_person(shown, theirs, sender.address):
        if _agree(ours, theirs):
            return Match.CONFIRMED
        if len(theirs) > 1:
            return Match.OTHER
    return _by_local_part(ours, sender.address.rpartition("@")[0].lower(), is_shown=bool(theirs))


def _is_person(shown: str, words: list[str], address: str) -> bool:
    """Return whether who is shown is somebody, and not an office or a company."""
    if any(word.strip(".()").lower() in _ROLES for word in shown.split()):
        return False
    local, _, domain = address.lower().rpartition("@")
    in_domain = [word for word in words if len(word) > 2 and word in domain]
    return not in_domain or any(word in local for word in words if len(word) > 2)


def _by_local_part(ours: list[str], local: str, *, is_shown: bool) -> Match:
    """Return what the address alone says: `ben.brown@` is not Anna Smith's, `office@` may be."""
    parts = [part for part in re.split(r"[._+\d-]+", local) if len(part) > 2]
    if any(part in _ROLES for part in parts):
        return Match.UNKNOWN
    if _is_in_local_part(ours, local):
        return Match.CONFIRMED
    return Match.OTHER if len(parts) > 1 or (parts and is_shown) else Match.UNKNOWN


def _compared_eastern(name: str, shown: str, sender: Person) -> Match:
    if bool(_CJK.search(name)) == bool(_CJK.search(shown)):
        ours, theirs = ("".join(c for c in text if _CJK.match(c)) for text in (name, shown))
        if ours and theirs and (ours in theirs or theirs in ours):
            return Match.CONFIRMED
        return Match.OTHER if is_like_name(shown) else Match.UNKNOWN
    latin = [word for word in words_of(name) if word.isascii()]
    theirs = words_of(shown)
    if latin and theirs and _agree(latin, theirs):
        return Match.CONFIRMED
    return Match.UNKNOWN


def _agree(ours: list[str], theirs: list[str]) -> bool:
    """Return whether both name one person: every word of the shorter one is in the longer."""
    few, many = sorted((ours, theirs), key=len)
    if not few:
        return False
    matched = [word for word in few if any(_same(word, other) for other in many)]
    if not any(len(word) > 1 for word in matched):
        return False
    if len(few) == 1:
        return len(matched) == 1
    return len(matched) >= max(2, len(few) - 1)


def _same(one: str, other: str) -> bool:
    if one == other or (min(len(one), len(other)) == 1 and one[0] == other[0]):
        return True
    if other in _SHORT_OF.get(one, ()):
        return True
    ours, theirs = _sound(one), _sound(other)
    return len(ours) > 1 and ours == theirs or (len(one) <= 4 and ours == theirs and one[:2] == other[:2])


def _is_in_local_part(ours: list[str], local: str) -> bool:
    """Return whether the address is made of the name: `anna.smith`, `asmith`, `smitha`, `anna`."""
    parts = [part for part in re.split(r"[._+\d-]+", local) if part]
    if parts and any(len(part) > 1 for part in parts):
        if all(any(_is_part(part, word) for word in ours) for part in parts):
            return True
    joined = "".join(parts)
    for word in (word for word in ours if len(word) > 2):
        rest = joined.removeprefix(word) if joined.startswith(word) else joined.removesuffix(word)
        if rest != joined and any(o.startswith(rest) for o in ours if o != word):
            return True
    return False


def _is_part(part: str, word: str) -> bool:
    if len(part) == 1 or len(word) == 1:
        return part[0] == word[0]
    return _same(part, word) or (len(part) > 3 and word.startswith(part))
