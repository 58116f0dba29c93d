"""Lines for people, parts of which may be coloured where there is colour."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from mailctl.output.terminal import harmless


class Style(StrEnum):
    """How a part of a line looks: the parameter of SGR (ECMA-48 section 8.3.117)."""

    PLAIN = ""
    BOLD = "1"
    DIM = "2"
    WARNING = "1;33"
    BAR = "36"


@dataclass(frozen=True, slots=True)
class Span:
    """A part of a line."""

    text: str
    style: Style = Style.PLAIN


Line = Sequence[Span]


def written(lines: Iterable[Line], *, colored: bool) -> Iterator[str]:
    """Yield each line, harmless and ended; what strangers wrote cannot end it before."""
    for line in lines:
        yield "".join(_written(span, colored=colored) for span in line) + "\n"


def _written(span: Span, *, colored: bool) -> str:
    text = harmless(span.text).replace("\n", " ")
    if not colored or not text or span.style is Style.PLAIN:
        return text
    return f"\x1b[{span.style}m{text}\x1b[0m"
