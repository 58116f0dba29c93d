"""What in a signature is a line of a postal address."""

from functools import lru_cache

from mailctl.enrich.words.postal import (
    CODE,
    LABEL,
    STREET,
)
from mailctl.enrich.words.regions import COUNTRY


def without_label(text: str) -> tuple[str, bool]:
    """Return a text without the word that calls it an address, and whether there was one."""
    found = LABEL.match(text)
    return (text[found.end() :], True) if found else (text, False)


@lru_cache(maxsize=4096)
def is_address(text: str) -> bool:
    """Return whether a piece of text is a street, a place with its code, or both."""
    has_digit = any(map(str.isdigit, text))
    return (has_digit and CODE.search(text) is not None) or (
        STREET.search(text) is not None and (has_digit or "," in text)
    )


def is_country(text: str) -> bool:
    """Return whether a text is the name of a country or a great city, and nothing else."""
    return COUNTRY.fullmatch(text.strip(" .,").lower()) is not None
