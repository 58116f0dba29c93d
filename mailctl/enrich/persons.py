"""Names of people: what looks like one, and whether two of them can be one person's."""

import re
import unicodedata
from enum import Enum
from functools import lru_cache

from mailctl.domain.addresses import Person
from mailctl.enrich.words.names import (
    CYRILLIC,
    LETTERS_BEHIND,
    PARTICLES,
    PREFIX,
    ROLES,
    SHORT,
    SOUNDS,
    SPECIAL,
    SUFFIX,
    VIA,
)


class Match(Enum):
    """Whether the name in a signature is its sender's."""

    CONFIRMED = "From names the same person"
    UNKNOWN = "From names no person"
    OTHER = "somebody else's"


_LATIN = str.maketrans({**CYRILLIC, **SPECIAL})
_VOWELS = re.compile(r"(?<=.)[aeiou]+")
_TWICE = re.compile(r"(.)\1+")
_WORD = re.compile(r"[^\W\d_]+(?:['’`-][^\W\d_]+)*\.?")
_INITIALS = re.compile(r"(?:[^\W\d_]\.-?){1,3}[^\W\d_]?|[^\W\d_]")
_CJK = re.compile("[\u3005\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


_SHORT_OF = {
    name: set().union(*(g for g in SHORT if name in g)) for group in SHORT for name in group
}


@lru_cache(maxsize=1024)
def bare_name(text: str) -> str:
    """Return a name without titles and degrees."""
    text = VIA.sub("", text[:200].strip(" \t\"'|,;:*_"))
    text = PREFIX.sub("", text, count=1) if PREFIX.match(text) else text
    text = SUFFIX.sub("", text).strip(' ,.;:|*_"')
    shorter = LETTERS_BEHIND.sub("", text, count=1)
    return " ".join((shorter if len(shorter.split()) > 1 else text).split())


@lru_cache(maxsize=1024)
def is_like_name(text: str) -> bool:
    """Return whether a text, bare of titles, is written as the full name of a person."""
    if _CJK.search(text):
        return _is_like_eastern_name(text)
    words = text.split()
    if not 2 <= len(words) <= 5 or len(text) > 50:
        return False
    proper = initials = 0
    for word in words:
        if word.lower() in PARTICLES and not word.isupper():
            continue
        if _INITIALS.fullmatch(word):
            initials += 1
        elif _WORD.fullmatch(word) is None or not word[0].isupper() or word.lower() in ROLES:
            return False
        else:
            proper += 1
    return proper >= 2 or (proper == 1 and initials > 0)


def _is_like_eastern_name(text: str) -> bool:
    text = text.partition("(")[0].strip()
    letters = text.replace(" ", "").replace("\u30fb", "")
    return 2 <= len(letters) <= (6 if " " in text else 5) and all(map(_CJK.match, letters))


@lru_cache(maxsize=4096)
def latin(word: str) -> str:
    """Return a word in small Latin letters without accents, as passports write it."""
    word = word.casefold().translate(_LATIN)
    if not word.isascii():
        word = "".join(
            c for c in unicodedata.normalize("NFKD", word) if not unicodedata.combining(c)
        )
    return word.replace("'", "").replace("’", "").rstrip(".")


@lru_cache(maxsize=4096)
def _sound(latin: str) -> str:
    """Return what is left of a word when languages write its sounds in different ways."""
    for written, sound in SOUNDS:
        latin = latin.replace(written, sound)
    return _TWICE.sub(
        r"\1", _VOWELS.sub("", latin.replace("ae", "a").replace("oe", "o").replace("ue", "u"))
    )


def words_of(name: str) -> list[str]:
    """Return the words of a name, small and in Latin letters, without its particles."""
    found = (latin(part) for word in _WORD.findall(name[:200]) for part in word.split("-"))
    return [word for word in found if word and word not in PARTICLES]


@lru_cache(maxsize=1024)
def compared(name: str, sender: Person) -> Match:
    """Return whether a name can be that of the sender, by their name and their address.

    A sender who shows another full name has lent their mail to somebody: OTHER, even if the
    family or the address is the same.
    """
    shown, theirs, is_company, is_person = _shown(sender)
    if _CJK.search(name) or _CJK.search(shown):
        return _compared_eastern(name, shown)
    ours = words_of(name)
    if _agree(ours, theirs) and not is_company:
        return Match.CONFIRMED
    if len(theirs) > 1 and is_person:
        return Match.OTHER
    return _by_local_part(ours, sender.address.rpartition("@")[0].lower(), is_shown=bool(theirs))


@lru_cache(maxsize=64)
def _shown(sender: Person) -> tuple[str, list[str], bool, bool]:
    """Return the sender's name and its words, and whether it is a company's or a person's."""
    shown = "" if "@" in sender.name else bare_name(sender.name.replace(",", " "))
    words = words_of(shown)
    address = sender.address
    return shown, words, _is_company(words, address), _is_person(shown, words, address)


def _is_company(words: list[str], address: str) -> bool:
    """Return whether who is shown has no name but that of the domain."""
    local, _, domain = address.lower().rpartition("@")
    long = [word for word in words if len(word) > 2]
    return all(word in domain and word not in local for word in long)


def _is_person(shown: str, words: list[str], address: str) -> bool:
    """Return whether who is shown is somebody, and not an office or a company."""
    if any(word.strip(".()").lower() in ROLES for word in shown.split()):
        return False
    local, _, domain = address.lower().rpartition("@")
    in_domain = [word for word in words if len(word) > 2 and word in domain]
    return not in_domain or any(word in local for word in words if len(word) > 2)


def _by_local_part(ours: list[str], local: str, *, is_shown: bool) -> Match:
    """Return what the address alone says: `ben.brown@` is not Anna Smith's, `office@` may be."""
    parts = [part for part in re.split(r"[._+\d-]+", local) if len(part) > 2]
    if any(part in ROLES for part in parts):
        return Match.UNKNOWN
    if _is_in_local_part(ours, local):
        return Match.CONFIRMED
    return Match.OTHER if len(parts) > 1 or (parts and is_shown) else Match.UNKNOWN


def _compared_eastern(name: str, shown: str) -> Match:
    if bool(_CJK.search(name)) == bool(_CJK.search(shown)):
        ours, theirs = ("".join(c for c in text if _CJK.match(c)) for text in (name, shown))
        if ours and theirs and (ours in theirs or theirs in ours):
            return Match.CONFIRMED
        return Match.OTHER if is_like_name(shown) else Match.UNKNOWN
    spelt = [word for word in words_of(name) if word.isascii()]
    if _agree(spelt, words_of(shown)):
        return Match.CONFIRMED
    return Match.UNKNOWN


def _agree(ours: list[str], theirs: list[str]) -> bool:
    """Return whether both name one person: every word of the shorter one is in the longer."""
    few, many = sorted((ours, theirs), key=len)
    if not few:
        return False
    matched = [word for word in few if any(_same(word, other) for other in many)]
    whole = (word for word in matched if len(word) > 1)
    if not any(len(other) > 1 and _same(word, other) for word in whole for other in many):
        return False  # initials alone agree with anything
    if len(few) == 1:
        return len(matched) == 1
    return len(matched) >= max(2, len(few) - 1)


def _same(one: str, other: str) -> bool:
    if one == other or (min(len(one), len(other)) == 1 and one[0] == other[0]):
        return True
    if other in _SHORT_OF.get(one, ()):
        return True
    ours, theirs = _sound(one), _sound(other)
    return (len(ours) > 1 and ours == theirs) or (
        len(one) <= 4 and ours == theirs and one[:2] == other[:2]
    )


def _is_in_local_part(ours: list[str], local: str) -> bool:
    """Return whether the address is made of the name: `anna.smith`, `asmith`, `smitha`, `anna`."""
    parts = [part for part in re.split(r"[._+\d-]+", local) if part]
    is_whole = any(len(part) > 1 for part in parts)
    if is_whole and all(any(_is_part(part, word) for word in ours) for part in parts):
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
