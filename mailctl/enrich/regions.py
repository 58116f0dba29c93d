"""Which countries' numbers are meant where they are written without a country code."""

import re
from collections.abc import Iterable

from mailctl.enrich.words.regions import (
    COUNTRIES,
    COUNTRY,
    LABELS,
    OF_DOMAINS,
    OF_LANGUAGES,
    SMALL,
    STATE,
    UK_POSTCODE,
)

_LINE_MAX = 200
_TEXT_MAX = 3_000
_LETTERS = re.compile(r"[^\W\d_]+")
_SCRIPTS = {
    "ja": re.compile("[\u3040-\u30ff]"),
    "zh": re.compile("[\u4e00-\u9fff]"),
    "uk": re.compile("[іїєґІЇЄҐ]"),
    "ru": re.compile("[а-яА-Я]"),
}
_DIGIT = re.compile(r"\d")
_WORD = re.compile(r"\w+")
_CJK = re.compile("[\u3040-\u30ff\u3400-\u9fff]")
_FIRST_WORDS = frozenset(_WORD.findall(name)[0] for name in COUNTRIES)


def of_domain(domain: str) -> str:
    """Return the country of a domain, nothing where it tells none."""
    last = domain.lower().rpartition(".")[2]
    return OF_DOMAINS.get(last, last.upper() if len(last) == 2 else "")


def likely_regions(
    texts: Iterable[str], domains: Iterable[str], language: str, default: str | None
) -> list[str]:
    """Return the countries whose numbers may be written, the likeliest first.

    Addresses say it best, then domains, then the user; else the language has to.
    """
    found: list[str] = []
    for text in texts:
        folded = text[:_LINE_MAX].lower()
        is_ascii = folded.isascii()
        if not _FIRST_WORDS.isdisjoint(_WORD.findall(folded)) or (
            not is_ascii and _CJK.search(folded)
        ):
            found += [COUNTRIES[name] for name in COUNTRY.findall(folded)]
        if not _DIGIT.search(folded):
            continue
        if STATE.search(text):
            found.append("US")
        elif UK_POSTCODE.search(text):
            found.append("GB")
    found += filter(None, map(of_domain, domains))
    if default:
        found.append(default)
    if not found:
        found += OF_LANGUAGES.get(language, ())
    return list(dict.fromkeys(found))[:6]


def language_of(text: str) -> str:
    """Return the language of a text by its script, or its small words; nothing where none tells."""
    text = text[:_TEXT_MAX]
    if not text.isascii():
        for language, letters in _SCRIPTS.items():
            if letters.search(text):
                return language
    words = _LETTERS.findall(text.lower())
    votes = {language: sum(map(small.__contains__, words)) for language, small in SMALL.items()}
    best = max(votes, key=votes.__getitem__)
    if votes[best] > 1:
        return best
    return next((LABELS[word] for word in words if word in LABELS), "")
