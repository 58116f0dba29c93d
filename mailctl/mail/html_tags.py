"""The tags of HTML: where they are, what they say, and which of them hide what is in them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape

# As a browser finds tags: quotes count after an equals sign alone, and a comment may be empty.
_TAG = re.compile(
    r"<(?:(?P<closing>/?)(?P<name>[a-zA-Z][^\s/>]*+)"
    r"(?P<attributes>(?:[^>=]++|=\s*+(?:\"[^\"]*+\"|'[^']*+')?+)*+)(?:>|\Z)"
    r"|!--(?:-?>|.*?(?:--!?>|\Z))|[!?/][^>]*+(?:>|\Z))",
    re.DOTALL,
)
_ATTRIBUTE = re.compile(
    r"([a-zA-Z][\w:-]*+)\s*+(?:=\s*+(?:\"([^\"]*+)\"|'([^']*+)'|([^\s\"'>]++)))?+"
)
_UNREAD = {
    name: re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE)
    for name in ("script", "style", "title", "iframe", "noembed", "noframes", "svg", "template")
}
_VOID = {
    *("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param"),
    *("source", "track", "wbr"),
}
BLOCKS = {
    *("address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "div", "dl"),
    *("dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5"),
    *("h6", "header", "hr", "html", "legend", "li", "main", "nav", "ol", "option", "p", "pre"),
    *("section", "select", "summary", "table", "tbody", "tfoot", "thead", "tr", "ul"),
}
_WITH_ATTRIBUTES = {"a", "img", "p", "pre", "ul", "ol", "blockquote"}
_PLACED = BLOCKS | {"a", "img", "br", "td", "th"}
_ENDED_BY_THE_NEXT = {"li", "dd", "dt", "option", "p", "td", "th", "tr"}
_OF_TABLES = {
    "td": {"td", "th", "tr", "tbody"},
    "th": {"td", "th", "tr", "tbody"},
    "tr": {"tr", "tbody"},
}
_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|max-height\s*:\s*0(?:px)?\s*(?:;|!|\Z)"
    r"|opacity\s*:\s*0(?:\.0*)?\s*(?:;|!|\Z)",
    re.IGNORECASE,
)
# What an element that hides something has in it, and few others.
_MAY_HIDE = re.compile(r"hidden|none|opacity|max-height|&", re.IGNORECASE)
_HUGE_NUMBER = re.compile(r"&#[xX]?[0-9a-fA-F]{9,}+;?")  # of which int() makes an error


@dataclass(slots=True)  # not frozen, which takes thrice as long to make
class Tag:
    """The beginning or the end of an element."""

    name: str
    attributes: dict[str, str]
    is_closing: bool

    def says(self, name: str) -> str:
        """Return an attribute, or nothing."""
        return self.attributes.get(name, "")


def pieces(html: str) -> Iterator[str | Tag]:
    """Yield text, and the tags that change where it stands, without what no browser shows."""
    hidden = _Hidden()
    place = 0
    while (found := _TAG.search(html, place)) is not None:
        if found.start() > place and hidden.name is None:
            yield resolved(html[place : found.start()])
        place = found.end()
        closing, name, attributes = found.groups()
        if name is None:
            continue
        name, is_closing = name.lower(), closing == "/"
        if name in _UNREAD and not is_closing:
            if not attributes.endswith("/"):
                end = _UNREAD[name].search(html, place)
                place = len(html) if end is None else end.start()
        elif hidden.name is not None and not hidden.is_ended_by(name, is_closing=is_closing):
            continue
        elif not is_closing and _MAY_HIDE.search(attributes) and _is_hidden(name, attributes):
            hidden.begin(name)
        elif name in _PLACED:
            given = _attributes(attributes) if name in _WITH_ATTRIBUTES and not is_closing else {}
            yield Tag(name, given, is_closing)
    if hidden.name is None:
        yield resolved(html[place:])


def resolved(text: str) -> str:
    """Return text with its character references resolved."""
    return unescape(_HUGE_NUMBER.sub("\ufffd", text)) if "&" in text else text


@dataclass(slots=True)
class _Hidden:
    """An element that is not shown, until it ends."""

    name: str | None = None
    levels: int = 0
    """How many of that name are open; of a cell or a row, how many tables within."""

    def begin(self, name: str) -> None:
        self.name, self.levels = name, 0 if name in _OF_TABLES else 1

    def is_ended_by(self, name: str, *, is_closing: bool) -> bool:
        """Return whether all that follows the tag, and the tag itself, is shown again."""
        if self.name in _OF_TABLES:
            is_ended = self._ends_in_table(name, is_closing=is_closing)
        elif name == self.name and (is_closing or name not in _ENDED_BY_THE_NEXT):
            self.levels += -1 if is_closing else 1
            is_ended = self.levels == 0
        elif self.name == "p":
            is_ended = not is_closing and name in BLOCKS
        else:
            is_ended = name == self.name
        if is_ended:
            self.name = None
        return is_ended

    def _ends_in_table(self, name: str, *, is_closing: bool) -> bool:
        if name == "table":
            self.levels += -1 if is_closing else 1
            return self.levels < 0
        return self.levels == 0 and name in _OF_TABLES[self.name or ""]


def _is_hidden(name: str, attributes: str) -> bool:
    if name in _VOID or name in {"html", "body"}:
        return False
    given = _attributes(attributes)
    return "hidden" in given or _HIDDEN.search(given.get("style", "")) is not None


def _attributes(text: str) -> dict[str, str]:
    given: dict[str, str] = {}
    if text and not text.isspace():
        for name, double, single, bare in _ATTRIBUTE.findall(text):
            given.setdefault(name.lower(), resolved(double or single or bare))
    return given
