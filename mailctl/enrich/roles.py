"""Whether words name a job, a part of an organisation, or an organisation."""

import re
from functools import lru_cache

from mailctl.enrich.persons import latin
from mailctl.enrich.role_words import (
    COMPANY_ENDS,
    COMPANY_FORMS,
    COMPANY_FRONTS,
    COMPANY_STEMS,
    DEPARTMENT_STEMS,
    DEPARTMENTS,
    EASTERN_COMPANIES,
    EASTERN_DEPARTMENTS,
    EASTERN_TITLES,
    TITLE_STEMS,
    TITLE_WORDS,
)

_WORD = re.compile(r"[^\s,;()\"«»“”„/&]+")
_CJK = re.compile("[\u3040-\u30ff\u3400-\u9fff]")
# A form that is a word of its own in other languages counts in capitals, or after a name.
_PLAIN_FORMS = frozenset("sa sas se ag spa ab as sl co ug eg lp ip ип ат дп ао ev sia mbh kk".split())
_IN_FRONT = frozenset("ооо оао зао пао ао нпо нпп ип гк фгуп фгбоу гбу мбоу тов прат пат ат фоп тзов тдв дп pt".split())
_SP_ZOO = re.compile(r"\bsp\.?\s?z\.?\s?o\.?\s?o\b\.?|\bsp\.\s?[kj]\.|\bs\.\s?c\.(?=\s|$)|\be\.\s?[vkg]\.", re.IGNORECASE)
_QUOTED = re.compile(r"[«“„\"][^«»“”„\"]{2,60}[»”“\"]")
_TLDS = frozenset("co com net org gov edu ac gmbh inc ltd or ne go".split())


@lru_cache(maxsize=4096)
def has_title(text: str) -> bool:
    """Return whether words of a job are in the text."""
    if _CJK.search(text):
        return any(word in text for word in EASTERN_TITLES)
    words = [word.casefold().strip(".") for word in _WORD.findall(text)]
    return any(_is_title_word(word) for word in words)


def _is_title_word(word: str) -> bool:
    if word in TITLE_WORDS or word.startswith(TITLE_STEMS):
        return True
    return any(part in TITLE_WORDS or part.startswith(TITLE_STEMS) for part in word.split("-")[1:]) or (
        len(word) > 9 and word.endswith(_ENDINGS)
    )


# German puts what somebody does at the end of one word.
_ENDINGS = (
    *("leiter", "leiterin", "manager", "managerin", "berater", "beraterin", "ingenieur", "ingenieurin", "entwickler", "entwicklerin", "techniker", "technikerin", "referent", "referentin"),
    *("beauftragter", "beauftragte", "assistent", "assistentin", "anwalt", "anwältin", "führer", "führerin", "meister", "meisterin", "verwalter", "verwalterin", "kaufmann", "kauffrau", "planer", "planerin"),
    *("arbeiter", "arbeiterin", "prüfer", "prüferin", "händler", "händlerin", "zeichner", "zeichnerin", "chef", "chefin", "leitung", "trainer", "sprecher", "sprecherin", "makler", "maklerin", "lehrer", "lehrerin", "pfleger", "pflegerin", "bäcker", "schreiner", "installateur", "monteur", "elektriker", "optiker", "akustiker", "gestalter", "gestalterin", "forscher", "forscherin", "gärtner", "schlosser",
    "psychologe", "psychologin", "therapeut", "therapeutin", "biologe", "biologin", "chemiker", "chemikerin", "physiker", "informatiker", "informatikerin", "mechaniker", "mechatroniker", "vertreter", "vertreterin", "partner", "partnerin", "inhaber", "inhaberin", "experte", "expertin", "fotograf", "fotografin", "redakteur", "redakteurin", "direktor", "direktorin", "sekretär", "sekretärin", "hilfe","koordinator", "spezialist", "spezialistin"),
)


_AGENTS = (
    *("ist", "ian", "er", "or", "eer", "ant", "man", "woman", "erin", "ologe", "ologin"),
    *("eur", "euse", "iste", "ien", "ienne", "ier", "ière", "trice", "ora", "ista", "ero", "era", "ore", "iere", "aio", "eiro", "eira"),
    *("arz", "arka", "nik", "niczka", "yk", "log", "ист", "ер", "ор", "арь", "тель", "ник", "ница", "лог", "граф", "іст", "ар", "ець", "чик", "щик"),
)


def may_be_job(text: str) -> bool:
    """Return whether a word ends as those for people do who do something."""
    words = [word.casefold() for word in _WORD.findall(text)]
    return 0 < len(words) <= 4 and any(len(word) > 4 and word.endswith(_AGENTS) for word in (words[0], words[-1]))


@lru_cache(maxsize=4096)
def has_department(text: str) -> bool:
    """Return whether the text names a part of an organisation."""
    folded = " ".join(text.casefold().split()).strip(" .,:")
    if _CJK.search(text):
        return folded.endswith(EASTERN_DEPARTMENTS)
    if folded in DEPARTMENTS:
        return True
    words = _WORD.findall(folded)
    return any(word.startswith(DEPARTMENT_STEMS) or word.endswith("abteilung") for word in words) or folded.endswith(
        (" team", " division", " office", " unit")
    )


@lru_cache(maxsize=4096)
def has_company_form(text: str) -> bool:
    """Return whether the text says by a legal form that it names a company."""
    if _CJK.search(text):
        return any(word in text for word in EASTERN_COMPANIES)
    if _SP_ZOO.search(text):
        return True
    words = _WORD.findall(text)
    for place, word in enumerate(words):
        bare = word.casefold()
        if not COMPANY_FORMS.intersection((bare, bare.rstrip("."), f"{bare}.")):
            continue
        if bare.rstrip(".") not in _PLAIN_FORMS:
            return True
        if place and word[0].isupper() or word.isupper() and len(words) > 1:
            return True
    return False


@lru_cache(maxsize=4096)
def has_company_word(text: str) -> bool:
    """Return whether the text has words that names of organisations are made of."""
    words = _WORD.findall(text.casefold())
    return any(word.startswith(COMPANY_STEMS) for word in words)


@lru_cache(maxsize=4096)
def has_company_front(text: str) -> bool:
    """Return whether the text begins, or ends, as names of firms and offices do."""
    words = _WORD.findall(text.casefold())
    if len(words) < 2 or _CJK.search(text):
        return False
    jobs = [word for word in words if _is_title_word(word) and word not in _NO_JOBS]
    if words[-1] in COMPANY_ENDS and not any(job != words[-1] for job in jobs):
        return True
    return words[0].startswith(COMPANY_FRONTS) and words[-1] not in jobs


# `Partner` is a job alone, and the end of many names.
_NO_JOBS = frozenset("partner partners associates associés asociados associados associati".split())


def is_quoted_name(text: str) -> bool:
    """Return whether a name stands in quotation marks, as Slavic languages write companies."""
    return _QUOTED.search(text) is not None


@lru_cache(maxsize=1024)
def domain_words(domain: str) -> tuple[str, ...]:
    """Return the labels of a domain that may be a name, without what all domains end in."""
    labels = domain.lower().split(".")[:-1]
    return tuple(label for label in labels if label not in _TLDS and label not in {"mail", "www"} and len(label) > 1)


@lru_cache(maxsize=4096)
def is_of_domain(text: str, domain: str) -> bool:
    """Return whether the text is the name that the domain is made of: `Acme Tools`, acme-tools.de."""
    words = [latin(word) for word in re.findall(r"[^\W_]+", text[:100])]
    joined = "".join(words)
    if len(joined) < 3:
        return False
    for label in domain_words(domain):
        bare = label.replace("-", "")
        if bare == joined or (len(bare) > 3 and (joined.startswith(bare) or bare.startswith(joined))):
            return True
        long = [word for word in words if len(word) > 3 and word not in _COMMON]
        if long and any(word in bare for word in long[:1]) and len(words) <= 5:
            return True
        initials = "".join(word[0] for word in words)
        if len(bare) >= 3 and initials == bare:
            return True
    return False


_COMMON = frozenset(
    "mail office info team sales support service group the und and manager director head marketing consulting online shop berlin london paris madrid moscow kyiv".split()
)


def is_role_or_company(text: str, domain: str = "") -> bool:
    """Return whether words that look like a name of a person are none."""
    if has_title(text) or has_department(text) or has_company_form(text) or has_company_word(text):
        return True
    return bool(domain) and is_of_domain(text, domain)


def forms_stand_in_front(word: str) -> bool:
    """Return whether a legal form is written before the name."""
    return word.casefold().strip(".") in _IN_FRONT
