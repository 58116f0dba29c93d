"""Whether words name a job, a part of an organisation, or an organisation."""

import re
from functools import lru_cache

from mailctl.enrich.persons import latin
from mailctl.enrich.words.jobs import (
    AGENTS,
    COMMON,
    COMPANY_ENDS,
    COMPANY_FORMS,
    COMPANY_FRONTS,
    COMPANY_STEMS,
    COMPANY_TAILS,
    DEPARTMENT_STEMS,
    DEPARTMENTS,
    EASTERN_COMPANIES,
    EASTERN_DEPARTMENTS,
    EASTERN_TITLES,
    ENDINGS,
    IN_FRONT,
    LESSER,
    NO_COMPANY,
    NO_JOBS,
    OFFICES,
    PLAIN_FORMS,
    QUOTED,
    SP_ZOO,
    TITLE_STEMS,
    TITLE_WORDS,
    TLDS,
)

_WORD = re.compile(r"[^\s,;()\"«»“”„/&]+")
_CJK = re.compile("[\u3040-\u30ff\u3400-\u9fff]")


@lru_cache(maxsize=4096)
def has_title(text: str) -> bool:
    """Return whether words of a job are in the text."""
    if _CJK.search(text):
        return any(word in text for word in EASTERN_TITLES)
    words = [word.casefold().strip(".") for word in _WORD.findall(text)]
    return any(_is_title_word(word) for word in words)


def _is_title_word(word: str) -> bool:
    if word.endswith(OFFICES) and len(word) > 7:
        return False  # `Ingenieurbüro`
    if word in TITLE_WORDS or word.startswith(TITLE_STEMS):
        return True
    lesser = LESSER.match(word)
    if lesser is not None and word[lesser.end() :].startswith(TITLE_STEMS):
        return True
    return any(
        part in TITLE_WORDS or part.startswith(TITLE_STEMS) for part in word.split("-")[1:]
    ) or (len(word) > 9 and word.endswith(ENDINGS))


def may_be_job(text: str) -> bool:
    """Return whether a word ends as those for people do who do something."""
    words = [word.casefold() for word in _WORD.findall(text)]
    return 0 < len(words) <= 8 and any(
        len(word) > 4 and word.endswith(AGENTS) for word in (words[0], words[-1])
    )


@lru_cache(maxsize=4096)
def has_department(text: str) -> bool:
    """Return whether the text names a part of an organisation."""
    folded = " ".join(text.casefold().split()).strip(" .,:")
    if _CJK.search(text):
        return any(word.endswith(EASTERN_DEPARTMENTS) for word in folded.split())
    if folded in DEPARTMENTS:
        return True
    words = _WORD.findall(folded)
    return any(
        word.startswith(DEPARTMENT_STEMS) or word.endswith("abteilung") for word in words
    ) or folded.endswith((" team", " division", " office", " unit"))


@lru_cache(maxsize=4096)
def has_company_form(text: str) -> bool:
    """Return whether the text says by a legal form that it names a company."""
    if _CJK.search(text):
        return any(word in text for word in EASTERN_COMPANIES)
    if SP_ZOO.search(text):
        return True
    words = _WORD.findall(text)
    for place, word in enumerate(words):
        bare = word.casefold()
        if not COMPANY_FORMS.intersection((bare, bare.rstrip("."), f"{bare}.")):
            continue
        if bare.rstrip(".") not in PLAIN_FORMS:
            return True
        if (place and word[0].isupper()) or (word.isupper() and len(words) > 1):
            return True
    return False


@lru_cache(maxsize=4096)
def has_company_word(text: str) -> bool:
    """Return whether the text has words that names of organisations are made of."""
    words = _WORD.findall(text.casefold())
    if any(map(str.isdigit, text)) and len(words) <= 2:
        return False  # `Studio 42` is a place
    return any(word.startswith(COMPANY_STEMS) and word not in NO_COMPANY for word in words)


@lru_cache(maxsize=4096)
def has_company_front(text: str) -> bool:
    """Return whether the text begins, or ends, as names of firms and offices do."""
    words = [word for word in _WORD.findall(text.casefold()) if word not in NO_COMPANY]
    if len(words) < 2 or _CJK.search(text):
        return False
    jobs = [word for word in words if _is_title_word(word) and word not in NO_JOBS]
    if any(map(str.isdigit, text)) and len(words) <= 2:
        return False  # `Studio 42` is a place
    is_named = not text[0].islower() and not any(job != words[-1] for job in jobs)
    if words[-1] in COMPANY_ENDS and is_named:
        return True
    if words[0].endswith(COMPANY_TAILS) and len(words[0]) > 8:
        return True
    return words[0].startswith(COMPANY_FRONTS) and words[-1] not in jobs


def is_quoted_name(text: str) -> bool:
    """Return whether a name stands in quotation marks, as Slavic languages write companies.

    Words of people who do something may stand before it, but not first (`Коллегия адвокатов`).
    """
    found = QUOTED.search(text)
    if found is None:
        return False
    before = text[: found.start()].split()
    return not before or not has_title(before[0])


@lru_cache(maxsize=1024)
def domain_words(domain: str) -> tuple[str, ...]:
    """Return the labels of a domain that may be a name, without what all domains end in."""
    labels = domain.lower().split(".")[:-1]
    return tuple(
        label
        for label in labels
        if label not in TLDS and label not in {"mail", "www"} and len(label) > 1
    )


@lru_cache(maxsize=4096)
def is_of_domain(text: str, domain: str) -> bool:
    """Return whether the text is what the domain is called by: `Acme Tools`, acme-tools.de."""
    words = [latin(word) for word in re.findall(r"[^\W_]+", text[:100])]
    joined = "".join(words)
    if len(joined) < 3:
        return False
    for label in domain_words(domain):
        bare = label.replace("-", "")
        if bare == joined or (
            len(bare) > 3 and (joined.startswith(bare) or bare.startswith(joined))
        ):
            return True
        long = [word for word in words if len(word) > 3 and word not in COMMON]
        if long and len(words) <= 5 and (bare.startswith(long[0]) or long[0] in label.split("-")):
            return True
        initials = "".join(word[0] for word in words)
        if len(bare) >= 3 and initials == bare:
            return True
    return False


def is_role_or_company(text: str, domain: str = "") -> bool:
    """Return whether words that look like a name of a person are none."""
    if has_title(text) or has_department(text) or has_company_form(text) or has_company_word(text):
        return True
    return bool(domain) and is_of_domain(text, domain)


def forms_stand_in_front(word: str) -> bool:
    """Return whether a legal form is written before the name."""
    return word.casefold().strip(".") in IN_FRONT
