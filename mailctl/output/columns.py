"""Text in columns for pipes, without the cost of a table library."""

from collections.abc import Sequence
from unicodedata import combining, east_asian_width

_GAP = "  "


def aligned(rows: Sequence[Sequence[str]]) -> str:
    """Return rows of equally many cells as lines whose columns begin at the same place."""
    widths = [max(map(width, column)) for column in zip(*rows, strict=True)]
    return "".join(_line(row, widths) for row in rows)


def width(text: str) -> int:
    """Return how many places the text takes on a terminal (UAX #11)."""
    if text.isascii():
        return len(text)
    return sum(
        0 if combining(character) else 1 + (east_asian_width(character) in "WF")
        for character in text
    )


def shorten(text: str, places: int) -> str:
    """Return text that takes at most so many places, an ellipsis for what was cut."""
    if width(text) <= places:
        return text
    kept = text[:places]
    while width(kept) >= places:
        kept = kept[:-1]
    return kept + "…"


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    cells = [text + " " * (places - width(text)) for text, places in zip(row, widths, strict=True)]
    return _GAP.join(cells).rstrip() + "\n"
