"""Places on a terminal: how many a text takes, how it is cut, broken into lines, aligned."""

from collections.abc import Iterator, Sequence
from unicodedata import category, east_asian_width

_GAP = "  "
_FIRST_ODD = "\u0300"
"""Whatever stands before it takes one place and is part of no emoji."""
_JOINER, _EMOJI_FORM = "\u200d", "\ufe0f"
_NARROWEST = 8


def width(text: str) -> int:
    """Return how many places the text takes on a terminal (UAX #11, UTS #51)."""
    return len(text) if text.isascii() else sum(_places(text))


def _places(text: str) -> Iterator[int]:
    """Yield the places of each character; of an emoji in several the first has them all."""
    last, is_joined = 0, False
    for character in text:
        if character < _FIRST_ODD:
            last, is_joined = 0, False
            yield 1
            continue
        if character == _JOINER:
            is_joined = last == 2
            yield 0
            continue
        if character == _EMOJI_FORM:
            yield 1 if last == 1 else 0
            last = 2 if last else 0
            continue
        if (is_joined or "\U0001f3fb" <= character <= "\U0001f3ff") and last == 2:
            is_joined = False
            yield 0
            continue
        if "\u1160" <= character <= "\u11ff" or category(character) in {"Mn", "Me", "Cf"}:
            yield 0
            continue
        last, is_joined = 1 + (east_asian_width(character) in "WF"), False
        yield last


def shorten(text: str, places: int) -> str:
    """Return text that takes at most so many places, an ellipsis for what was cut."""
    if len(text) <= places and text.isascii():
        return text
    taken = room = 0
    for end, more in enumerate(_places(text)):
        taken += more
        if taken > places:
            return text[:room] + "…"
        if taken < places:
            room = end + 1
    return text


def wrapped(text: str, places: int) -> list[str]:
    """Return the text as lines broken between words; a longer word has a line of its own.

    Spaces at the beginning stay.
    """
    lines: list[list[str]] = [[]]
    taken, has_word = -1, False
    for word in text.split(" "):
        more = 1 + width(word)
        if has_word and taken + more > places:
            lines.append([])
            taken, has_word = -1, False
        lines[-1].append(word)
        taken, has_word = taken + more, has_word or bool(word)
    return [" ".join(line) for line in lines]


def aligned(rows: Sequence[Sequence[str]]) -> str:
    """Return rows of equally many cells as lines whose columns begin at the same place."""
    widths = [max(map(width, column)) for column in zip(*rows, strict=True)]
    return "".join(row_line(row, widths) for row in rows)


def row_line(row: Sequence[str], widths: Sequence[int]) -> str:
    """Return the cells as a line; each is as wide as its column at most."""
    cells = [text + " " * (places - width(text)) for text, places in zip(row, widths, strict=True)]
    return _GAP.join(cells).rstrip() + "\n"


def fitted(widths: Sequence[int], room: int, *, whole: Sequence[bool]) -> list[int]:
    """Return widths that a line of `room` has place for: the widest columns give first.

    Columns that are `whole` keep theirs, and none gets narrower than a word, so that
    a line may be too long still.
    """
    room -= len(_GAP) * (len(widths) - 1)
    fixed = sum(each for each, is_whole in zip(widths, whole, strict=True) if is_whole)
    free = sorted(each for each, is_whole in zip(widths, whole, strict=True) if not is_whole)
    most = _share(free, room - fixed)
    return [
        each if is_whole else min(each, most) for each, is_whole in zip(widths, whole, strict=True)
    ]


def _share(widths: Sequence[int], room: int) -> int:
    """Return how wide a column may be where the narrower ones leave the rest to the wider."""
    for place, each in enumerate(widths):
        share = room // (len(widths) - place)
        if each > share:
            return max(share, _NARROWEST)
        room -= each
    return max(widths, default=0)
