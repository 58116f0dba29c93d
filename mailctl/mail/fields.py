"""The header of a message or of one of its parts: its fields, and where it ends."""

import re
from dataclasses import dataclass

from mailctl.domain.defects import Defect
from mailctl.mail.line_ends import with_bare_line_feeds

_BLOCK_MAX = 1 << 20
_ORDINARY_MAX = 50_000
_WANTED = {
    *("from", "to", "cc", "bcc", "reply-to", "date", "subject"),
    *("message-id", "in-reply-to", "references"),
    *("list-id", "list-unsubscribe", "list-post", "precedence", "auto-submitted", "x-autoreply"),
    *("x-failed-recipients", "content-class"),
    *("content-type", "content-disposition", "content-transfer-encoding", "content-id"),
}
_BOM = b"\xef\xbb\xbf"
_EMPTY_LINE = re.compile(rb"\n\r?\n")
_FIELDS = re.compile(r"(?:[!-9;-~]+:.*\n)*+")
# Lines end as universal newlines do; a name may be missing, a line of mbox may stand anywhere.
_LINE = re.compile(r"(?:From |([!-9;-~]*):|[ \t])[^\r\n]*(?:\r\n|[\r\n]|\Z)")
_LINE_END = re.compile(r"\r\n|[\r\n]")


@dataclass(frozen=True, slots=True)
class Fields:
    """The fields that anybody here asks for, as raw text by lower-case name.

    One character an octet, those beyond ASCII as surrogates (PEP 383); long lines may be
    folded still.
    """

    values: dict[str, list[str]]
    body: int
    """Where in the source the header ends."""
    defects: tuple[Defect, ...] = ()
    is_ascii: bool = True
    """Whether there is no octet beyond ASCII in it, nor right after it."""

    def count(self, name: str) -> int:
        """Return how many fields of that name there are."""
        return len(self.values.get(name, ()))

    def first(self, name: str) -> str:
        """Return the first value of that name, or nothing."""
        values = self.values.get(name)
        return values[0] if values else ""

    def all(self, name: str) -> list[str]:
        """Return every value of that name, in order."""
        return self.values.get(name, [])


def read_fields(source: bytes, start: int = 0, end: int | None = None) -> Fields:
    """Return the header that stands in `source` from `start` on, at most 1 MB of it.

    It ends at an empty line, and also at one that is no field: that one belongs to the body.
    """
    before: tuple[Defect, ...] = ()
    if start == 0 and source.startswith(_BOM):
        start, before = len(_BOM), (Defect.BYTE_ORDER_MARK,)
    last = min(len(source) if end is None else end, start + _BLOCK_MAX)
    empty = _EMPTY_LINE.search(source, start, min(last, start + _ORDINARY_MAX))
    if empty is not None:
        text = _text(with_bare_line_feeds(source[start : empty.start() + 1]))
        values = _ordinary(text)
        if values is not None:
            return Fields(values, empty.end(), before, text.isascii())
    text = _text(source[start:last])
    values, length, defects = _odd(text)
    if length == _BLOCK_MAX:
        defects = (*defects, Defect.HEADER_TOO_LONG)
    return Fields(values, start + length, before + defects, text.isascii())


def _text(octets: bytes) -> str:
    return octets.decode("ascii", "surrogateescape")


def _ordinary(text: str) -> dict[str, list[str]] | None:
    """Return the fields of a block in which every line is one or goes on with one, else None."""
    text = text.replace("\n ", " ").replace("\n\t", "\t")
    if "\r" in text or _FIELDS.fullmatch(text) is None:
        return None
    values: dict[str, list[str]] = {}
    for line in text.split("\n"):
        name, _, value = line.partition(":")
        name = name.lower()
        if name in _WANTED:
            if name in values:
                values[name].append(value)
            else:
                values[name] = [value]
    return values


def _odd(text: str) -> tuple[dict[str, list[str]], int, tuple[Defect, ...]]:
    """Return the fields of a block and its length, as the standard library reads it (compat32)."""
    found: list[tuple[str, list[str]]] = []
    lines: list[str] | None = None
    end, last, is_first = 0, "", True
    defects: set[Defect] = set()
    while (line := _LINE.match(text, end)) is not None:
        is_first, end, last = end == 0, line.end(), line[0]
        if last[0] in " \t":
            if lines is not None:
                lines.append(last)
            else:
                defects.add(Defect.HEADER_LINE)
        elif line[1]:
            lines = [last[len(line[1]) + 1 :]]
            found.append((line[1].lower(), lines))
        else:
            lines = None
            defects.add(Defect.MBOX_LINE if is_first and line[1] is None else Defect.HEADER_LINE)
    empty = _LINE_END.match(text, end)
    length = end if empty is None else empty.end()
    if last.startswith("From ") and not is_first:  # taken for the first line of the body
        length -= len(last)
    if found and length < len(text) and (empty is None or length < empty.end()):
        defects.add(Defect.HEADER_UNENDED)
    return _values(found), length, tuple(sorted(defects))


def _values(found: list[tuple[str, list[str]]]) -> dict[str, list[str]]:
    values: dict[str, list[str]] = {}
    for name, pieces in found:
        if name in _WANTED:
            values.setdefault(name, []).append("".join(pieces).lstrip(" \t").rstrip("\r\n"))
    return values
