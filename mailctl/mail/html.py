"""HTML read as a person sees it: what is shown, line by line, and where its links lead.

Tags are taken one after the other and no tree is built: mail nests tables without end, and a
tree of them takes quadratic time.
"""

import re
from dataclasses import dataclass, field

from mailctl.mail.html_tags import BLOCKS, Tag, pieces

HTML_MAX = 4 << 20
"""Characters that are looked at."""

_LEVELS_MAX = 10
_HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
_PARAGRAPHS = {"p", "pre", "ul", "ol", "blockquote"}
_PLAIN_BLOCKS = BLOCKS - _HEADINGS - _PARAGRAPHS - {"li"}
_NO_MARGIN = re.compile(
    r"margin(?:-bottom)?\s*+:(?:\s*+(?:0(?:\.0++)?+[a-z%]*+|auto))++\s*+(?:;|!|\Z)", re.IGNORECASE
)
_INVISIBLE = re.compile(r"[\u00ad\u034f\u200b\u2060-\u2064\ufeff]|(?<!\w)\u200c|\u200c(?!\w)")


@dataclass(frozen=True, slots=True)
class Page:
    """What is shown of an HTML text."""

    text: str
    links: list[str]
    """As they are written, in order."""


@dataclass(frozen=True, slots=True)
class Marking:
    """What is written into the text itself of what stands beside it, for who looks closer."""

    between_cells: str = " "
    before_link: str = ""
    """Where it is anything, where a link leads stands in the text, between these two."""
    after_link: str = ""


def read_html(html: str, marking: Marking | None = None) -> Page:
    """Return the text of at most HTML_MAX characters and its links. Never raises."""
    reader = _Reader(marking or Marking())
    for piece in pieces(html[:HTML_MAX]):
        if isinstance(piece, str):
            reader.add(piece)
        else:
            reader.tag(piece)
    return Page(reader.text(), reader.links)


@dataclass(slots=True)
class _Line:
    gap: int
    """How many line ends stand before it."""
    quotes: int
    lead: str
    pieces: list[str]
    is_preformatted: bool

    def text(self) -> str:
        joined = "".join(self.pieces)
        text = joined.rstrip() if self.is_preformatted else " ".join(joined.split())
        if text == "--" and joined.endswith((" ", "\xa0")):  # a signature follows
            text = "-- "
        return "> " * self.quotes + self.lead + text


@dataclass(slots=True)
class _Reader:
    """Puts text into lines, as blocks, cells and items of lists want it."""

    marking: Marking
    links: list[str] = field(default_factory=list)
    _lines: list[_Line] = field(default_factory=list)
    _pieces: list[str] = field(default_factory=list)
    """The line that is being written."""
    _has_text: bool = False
    _has_space: bool = False
    """Whether it has a space that a browser keeps, which makes a line of it."""
    _gap: int = 0
    _lead: str = ""
    _quotes: int = 0
    _preformatted: int = 0
    _has_margin: bool = True
    """Whether the paragraph that was opened last keeps its distance."""
    _lists: list[int | None] = field(default_factory=list)
    """Of each list that is open the number of its last item, None where it has none."""
    _cell_start: int | None = None
    """How many lines there were when the cell before this one began."""
    _is_glued: bool = False
    """Whether a cell has begun on the line of the one before it."""
    _is_at_cell: bool = False
    """Whether a cell has begun and nothing stands in it yet."""
    _is_row: bool = False
    """Whether the row has several cells on one line."""
    _images: list[str] = field(default_factory=list)

    def add(self, text: str) -> None:
        if not text.isascii():
            self._has_space = self._has_space or "\xa0" in text
            text = _INVISIBLE.sub("", text)
        # a return, or any other space, may also be written as &#13;
        first, *rest = text.replace("\r", "\n").split("\n") if self._preformatted else [text]
        self._put(first)
        for line in rest:
            self._end_line()
            self._put(line)

    def tag(self, tag: Tag) -> None:
        name = tag.name
        if name in _PLAIN_BLOCKS:
            self._block(name)
            return
        match name:
            case "a":
                if tag.says("href"):
                    self._link(tag.says("href"))
            case "br":
                self._end_line()
            case "td" | "th":
                if not tag.is_closing:
                    self._cell()
            case "li":
                if not tag.is_closing:
                    self._item()
            case "img":
                self._images += [" ".join(tag.says("alt").split())]
            case _ if name in _HEADINGS:
                self._break(2)
            case _:
                self._paragraph(tag)

    def text(self) -> str:
        """Return the lines, or what images say of themselves where there are none."""
        self._is_glued = False
        self._break(1)
        if not self._lines:
            return "\n".join(filter(None, self._images))
        found: list[str] = []
        quotes = 0
        for line in self._lines:
            if found and line.gap > 1:
                found.append(("> " * min(quotes, line.quotes)).rstrip())
            found.append(line.text())
            quotes = line.quotes
        return "\n".join(found)

    def _link(self, address: str) -> None:
        self.links.append(address)
        before, after = self.marking.before_link, self.marking.after_link
        if before:
            self._put(before + "".join(address.split()) + after)

    def _put(self, text: str) -> None:
        if text and not text.isspace():
            self._has_text, self._is_glued, self._is_at_cell = True, False, False
        self._pieces.append(text)

    def _block(self, name: str) -> None:
        is_row = name in {"tr", "table"}
        if is_row:
            self._is_glued = False
        self._break(1)
        if name == "hr":
            self._put("---")
            self._break(1)
        elif is_row:
            if self._is_row:
                self._gap = 1
            self._cell_start, self._is_row, self._is_at_cell = None, False, False

    def _paragraph(self, tag: Tag) -> None:
        is_list = tag.name in {"ul", "ol"}
        if is_list and tag.is_closing:
            del self._lists[-1:]
        if not tag.is_closing:
            style, kind = tag.says("style"), tag.says("class")
            self._has_margin = "mso" not in kind.lower() and not _NO_MARGIN.search(style)
        is_within = is_list and self._lists
        is_apart = self._has_margin and not is_within
        self._break(2 if is_apart and (tag.is_closing or not self._is_at_cell) else 1)
        change = -1 if tag.is_closing else 1
        if tag.name == "blockquote":
            self._quotes = max(self._quotes + change, 0)
        elif tag.name == "pre":
            self._preformatted = max(self._preformatted + change, 0)
        elif is_list and not tag.is_closing:
            self._lists.append(0 if tag.name == "ol" else None)

    def _item(self) -> None:
        self._break(1)
        bullet = "- "
        if self._lists and (number := self._lists[-1]) is not None:
            self._lists[-1] = number + 1
            bullet = f"{number + 1}. "
        self._lead = "  " * min(max(len(self._lists) - 1, 0), _LEVELS_MAX) + bullet

    def _cell(self) -> None:
        """Begin a cell: on the line of the one before it where that has a line alone."""
        self._has_space, self._is_at_cell = False, True
        self._break(1)
        if self._cell_start is None or len(self._lines) != self._cell_start + 1:
            self._cell_start = len(self._lines)
            return
        line = self._lines.pop()
        line.pieces.append(self.marking.between_cells)
        self._pieces, self._gap, self._lead = line.pieces, line.gap, line.lead
        self._has_text = self._is_glued = self._is_row = True

    def _end_line(self) -> None:
        self._break(1 if self._has_text else self._gap + 1)

    def _break(self, gap: int) -> None:
        """End the line, if there is anything in it, and have `gap` line ends before the next."""
        if self._is_glued:
            return
        if self._has_text:
            before = min(self._gap, 2) if self._lines else 0
            quotes, is_preformatted = min(self._quotes, _LEVELS_MAX), self._preformatted > 0
            self._lines.append(_Line(before, quotes, self._lead, self._pieces, is_preformatted))
            self._gap, self._lead, self._pieces = gap, "", []
        else:
            self._gap = max(self._gap + self._has_space, gap)
            self._pieces.clear()
        self._has_text = self._has_space = False
