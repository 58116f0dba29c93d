"""Words as the index knows them: what is stored and what is asked is folded the same way."""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache

# Scripts without spaces between words: each character is a word, a word of theirs a phrase.
_UNSPACED = re.compile(
    "([\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf"
    "\u4e00-\u9fff\ua9e0-\ua9ff\uaa60-\uaa7f\uac00-\ud7a3\uf900-\ufaff\uff66-\uff9d"
    "\U00020000-\U0003ffff])"
)
# What FTS5 keeps though people leave it out: Cyrillic ё for е, Greek accents (Latin ones it
# drops itself), the vowel points of Hebrew and Arabic, and Arabic's stretching.
_LEFT_OUT = re.compile(
    "[\u0451\u0386-\u03ce\u1f00-\u1fff\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7"
    "\u0640\u064b-\u065f\u0670]"
)

_PIECE = 256
_LONG = re.compile(f"[^\x00-\x7f]{{{_PIECE}}}")


def folded(text: str) -> str:
    """Return the text as it is indexed and searched for, without case, width and accents."""
    if text.isascii():
        return text.replace("\0", " ")
    text = text.encode("utf-8", "replace").decode().replace("\0", " ")
    text = "".join(unicodedata.normalize("NFKC", piece) for piece in _pieces(text.casefold()))
    text = _LEFT_OUT.sub(lambda found: _base(found[0]), text)
    return _UNSPACED.sub(r" \1 ", text)


def _pieces(text: str) -> Iterator[str]:
    """Yield the text whole, or cut: a letter with 100,000 accents takes a minute to normalize."""
    if _LONG.search(text) is None:
        yield text
        return
    for place in range(0, len(text), _PIECE):
        yield text[place : place + _PIECE]


def phrase(text: str) -> str:
    """Return the text as a string of FTS5's query language, in which nothing is an operator."""
    return f'"{folded(text).replace(chr(34), " ")}"'


@cache
def _base(character: str) -> str:
    """Return a letter without its accents; of points nothing is left."""
    decomposed = unicodedata.normalize("NFD", character)
    return "".join(
        each
        for each in decomposed
        if not unicodedata.category(each).startswith("M") and each != "\u0640"
    )
