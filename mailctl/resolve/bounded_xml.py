"""XML of strangers as a tree: no DTD, and bounded in size, depth and number of elements."""

import re
from dataclasses import dataclass, field
from xml.parsers import expat

DOCUMENT_MAX = 256 << 10
_DEPTH_MAX = 32
_ELEMENTS_MAX = 20_000
_SPACE = " \t\r\n"
# Python lends expat every codec that it has; these are those that mean what they say.
_ENCODINGS = re.compile(
    r"(utf-?8|utf-?16(le|be)?|(us-)?ascii|iso-8859-\d{1,2}|windows-\d{3,4}|koi8-[ru])\Z",
    re.IGNORECASE,
)


class Unreadable(Exception):
    """The document is no XML, or more of it than is read."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass
class Element:
    """An element, its attributes, the elements in it and its text."""

    name: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list["Element"] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The element's own text, without the white space around it."""
        return "".join(self.pieces).strip(_SPACE)

    def all_(self, name: str) -> list["Element"]:
        """Return the elements of that name that are directly in this one."""
        return [child for child in self.children if child.name == name]

    def text_of(self, name: str) -> str:
        """Return the text of the first element of that name, empty where there is none."""
        return next((child.text for child in self.children if child.name == name), "")


def read_tree(document: bytes) -> Element:
    """Return the root of the document. Raises Unreadable, and nothing else.

    A DOCTYPE is refused when it is seen, before anything that it declares: no entity
    is ever expanded and nothing outside the document is ever asked for.
    """
    if len(document) > DOCUMENT_MAX:
        raise Unreadable(f"it is larger than {DOCUMENT_MAX >> 10} KiB")
    growing = _Growing()
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.XmlDeclHandler = _declaration
    parser.StartDoctypeDeclHandler = _doctype
    parser.StartElementHandler = growing.start
    parser.EndElementHandler = growing.end
    parser.CharacterDataHandler = growing.add
    try:
        parser.Parse(document, True)
    except expat.ExpatError as error:
        raise Unreadable(f"it is no XML: {error}") from error
    except (LookupError, ValueError) as error:  # of the codec
        raise Unreadable("it is in an encoding that is not read") from error
    return growing.root


class _Growing:
    """The tree so far; the elements that are open, outermost first."""

    def __init__(self) -> None:
        self._open = [Element("")]
        self._count = 0

    @property
    def root(self) -> Element:
        return self._open[0].children[0]

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._count += 1
        if self._count > _ELEMENTS_MAX or len(self._open) > _DEPTH_MAX:
            raise Unreadable("it has too many elements, or too deep ones")
        element = Element(name, attributes)
        self._open[-1].children.append(element)
        self._open.append(element)

    def end(self, _: str) -> None:
        self._open.pop()

    def add(self, text: str) -> None:
        self._open[-1].pieces.append(text)


def _declaration(_: str, encoding: str | None, __: int) -> None:
    if encoding is not None and not _ENCODINGS.match(encoding):
        raise Unreadable("it is in an encoding that is not read")


def _doctype(*_: object) -> None:
    raise Unreadable("it has a DTD, which could make it refer to anything")
