"""Places on a terminal: how many a text takes, how it is cut, broken into lines, aligned."""

from collections.abc import Sequence

_GAP = "  "
_EMOJI_FORM = "\ufe0f"
_NARROWEST = 8


def width(text: str) -> int:
    """Return how many places the text takes on a terminal (UAX #11, UTS #51)."""
    if text.isascii():
        return len(text)
    from wcwidth import wcswidth  # 10 ms, for what is not ASCII

    places: int = wcswidth(text)
    return places if places >= 0 else sum(map(_most_places, text))


def _most_places(character: str) -> int:
    """Return how many places a character takes at most, whatever stands before it."""
    from wcwidth import wcwidth

    places: int = wcwidth(character)
    return 1 if character == _EMOJI_FORM or places < 0 else places


def shorten(text: str, places: int) -> str:
    """Return text that takes at most so many places, an ellipsis for what was cut."""
    if width(text) <= places:
        return text
    taken = 0
    for end, character in enumerate(text):
        taken += _most_places(character)
        if taken >= places:
            return text[:end] + "…"
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
    """Return the cells as a line; one that is wider than its column moves those behind it."""
    return _GAP.join(map(padded, row, widths)).rstrip() + "\n"


def padded(text: str, places: int) -> str:
    """Return the text with spaces behind it, so that it takes so many places at least."""
    return text + " " * (places - width(text))


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
