"""Short, stable, public names of things, such as acc_7f3k9qz1xw."""

import re
from typing import NewType

AccountId = NewType("AccountId", str)
FolderId = NewType("FolderId", int)
MessageId = NewType("MessageId", str)
MessageNumber = NewType("MessageNumber", int)
"""A message's row, which does not leave the program."""
RunId = NewType("RunId", str)
SourceId = NewType("SourceId", int)
ProviderName = NewType("ProviderName", str)

# Crockford's base 32 in lower case: no i, l, o, u, so ids survive being read aloud.
_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_PAIRS = [second + first for first in _ALPHABET for second in _ALPHABET]
RANDOM_BYTES = 7
"""Entropy that `random_id` wants: 50 of these 56 bits are used."""

CONTENT_LETTERS = 12

_PROVIDER_NAME_MAX = 63


def provider_name(prefix: str, words: str) -> ProviderName:
    """Return the name of a provider that begins with `prefix`, as far as there is room."""
    return ProviderName(f"{prefix}{words}"[:_PROVIDER_NAME_MAX].rstrip("-"))


def hyphenated(text: str) -> str:
    """Return the letters and digits of the text in lower case, what is between them hyphens."""
    return re.sub("[^a-z0-9]+", "-", text.lower()).strip("-")


def random_id(prefix: str, entropy: bytes) -> str:
    """Return `prefix_` and ten letters made of `entropy` (at least RANDOM_BYTES long)."""
    return f"{prefix}_{_letters(entropy, 10)}"


def content_id(prefix: str, content: bytes) -> str:
    """Return the id that the same `content` gets everywhere: 60 bits of its SHA-256."""
    from hashlib import sha256  # 5 ms that listings can do without

    return f"{prefix}_{_letters(sha256(content).digest(), CONTENT_LETTERS)}"


def id_of_number(prefix: str, number: int) -> str:
    """Return the id that `content_id` makes of a digest whose lowest 60 bits are the number."""
    return f"{prefix}_{_letters(number.to_bytes(8, 'big'), CONTENT_LETTERS)}"


def number_of_id(prefix: str, text: str) -> int | None:
    """Return the number in an id that `id_of_number` made, None where it is none."""
    letters = text.removeprefix(f"{prefix}_")
    if letters == text or len(letters) != CONTENT_LETTERS or not set(letters) <= set(_ALPHABET):
        return None
    return sum(_ALPHABET.index(letter) << (5 * place) for place, letter in enumerate(letters))


def _letters(source: bytes, count: int) -> str:
    """Return the lowest bits of the source, five a letter and two letters at once."""
    number = int.from_bytes(source[-(count * 5 // 8 + 1) :], "big")
    pairs = [_PAIRS[(number >> (10 * place)) & 1023] for place in range(count // 2)]
    return "".join(pairs)
