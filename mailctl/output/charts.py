"""Numbers as bars, for people at a terminal."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from mailctl.output.columns import shorten, width
from mailctl.output.lines import Line, Span, Style

_LABEL_MAX = 40
_BAR_MIN = 8
_EIGHTHS = " ▏▎▍▌▋▊▉█"


@dataclass(frozen=True, slots=True)
class Bar:
    """What a bar stands for, how long it is, and what else is said of it."""

    label: str
    number: int
    told: tuple[str, ...]


def chart(bars: Sequence[Bar], places: int) -> Iterator[Line]:
    """Yield a line a bar: label, number, bar, and what else is said, as wide as the terminal."""
    if not bars:
        return
    labels = [shorten(bar.label, _LABEL_MAX) for bar in bars]
    label_width = max(map(width, labels))
    numbers = [f"{bar.number:,}" for bar in bars]
    number_width = max(map(len, numbers))
    told = [
        [text.rjust(most) for text, most in zip(bar.told, _widths(bars), strict=True)]
        for bar in bars
    ]
    told_width = sum(most + 2 for most in _widths(bars))
    room = max(places - label_width - number_width - told_width - 4, _BAR_MIN)
    most = max(bar.number for bar in bars)
    for bar, label, number, words in zip(bars, labels, numbers, told, strict=True):
        yield (
            Span(label + " " * (label_width - width(label)) + "  "),
            Span(number.rjust(number_width) + "  "),
            Span(_drawn(bar.number, most, room), Style.BAR),
            Span("".join(f"  {text}" for text in words), Style.DIM),
        )


def _widths(bars: Sequence[Bar]) -> list[int]:
    return [max(map(width, column)) for column in zip(*(bar.told for bar in bars), strict=True)]


def _drawn(number: int, most: int, room: int) -> str:
    """Return a bar of the length that the number has beside the greatest, to an eighth."""
    eighths = number * room * 8 // most if most else 0
    if number and not eighths:
        eighths = 1
    whole, part = divmod(eighths, 8)
    return ("█" * whole + (_EIGHTHS[part] if part else "")).ljust(room)
