"""The parts that a message's source is made of, within bounds that no stranger can stretch."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from mailctl.mail.fields import Fields, read_fields
from mailctl.mail.headers import unfolded
from mailctl.mail.parameters import first_word, parameter
from mailctl.mail.payloads import decoded

_DEPTH_MAX, _PARTS_MAX = 30, 1_000
_CANDIDATES_MAX = 100_000
"""How often a line may begin as a delimiter does: each costs more than its length."""

_REST_OF_DELIMITER = re.compile(rb"(--)?[ \t]*+(?:\r?\n|\r|\Z)")


@dataclass(frozen=True, slots=True)
class Part:
    """A header and what it is about: a message, or a piece of one."""

    source: bytes
    fields: Fields
    end: int
    depth: int
    media_type: str
    """In lower case; of a part that lies too deep and stays closed it is that of any octets."""

    @property
    def is_too_deep(self) -> bool:
        """Whether the part is left closed."""
        return self.depth > _DEPTH_MAX

    def parameter(self, name: str) -> str | None:
        """Return a parameter of the media type."""
        return parameter(unfolded(self.fields.first("content-type")), name)

    def content(self, limit: int | None = None) -> bytes:
        """Return the octets that the part holds, of at most `limit` before they are decoded."""
        start = self.fields.body
        encoding = unfolded(self.fields.first("content-transfer-encoding")).lower()
        if limit is None or start + limit >= self.end:
            return decoded(self.source[start : self.end], encoding)
        return _whole_characters(decoded(self.source[start : start + limit], encoding))


@dataclass(frozen=True)
class Parts:
    """The parts without parts of their own, in order; a forwarded message is one of them."""

    leaves: tuple[Part, ...]
    complete: bool
    """False where some were too many or too deep."""


def parts(source: bytes, fields: Fields | None = None) -> Parts:
    """Return the parts of a message, whose header may have been read already. Never raises."""
    scanner = _Scanner(source)
    leaves: list[Part] = []
    waiting = [_part(source, fields or read_fields(source), len(source))]
    while waiting and len(leaves) < _PARTS_MAX:
        part = waiting.pop()
        below = scanner.below(part) if part.media_type.startswith("multipart/") else []
        if below:
            waiting += reversed(below)
        else:
            leaves.append(part)
    complete = not waiting and scanner.left > 0 and not any(part.is_too_deep for part in leaves)
    return Parts(tuple(leaves), complete)


def is_attachment(part: Part) -> bool:
    """Whether a part is meant to be saved rather than read in place."""
    disposition = unfolded(part.fields.first("content-disposition")).lower()
    if disposition.startswith("attachment"):
        return True
    is_text = part.media_type.startswith(("text/", "multipart/"))
    return not is_text and not disposition.startswith("inline")


def _whole_characters(octets: bytes) -> bytes:
    """Return the octets without a last character of UTF-8 that may have been cut."""
    for place in range(len(octets) - 1, max(len(octets) - 5, -1), -1):
        if octets[place] >= 0xC0:
            return octets[:place]
    return octets


def _part(
    source: bytes, fields: Fields, end: int, *, depth: int = 0, default_type: str = "text/plain"
) -> Part:
    field = fields.first("content-type")
    media_type = first_word(unfolded(field)) if field else default_type
    if media_type.count("/") != 1:
        media_type = "text/plain"
    if depth > _DEPTH_MAX:
        media_type = "application/octet-stream"
    return Part(source, fields, end, depth, media_type)


@dataclass
class _Scanner:
    """Finds where parts begin and end; looks at lines only so many times a message."""

    source: bytes
    left: int = _CANDIDATES_MAX

    def below(self, part: Part) -> list[Part]:
        """Return the parts of a multipart, none where its delimiter is nowhere."""
        boundary = part.parameter("boundary")
        if boundary is None:
            return []
        default_type = "message/rfc822" if part.media_type == "multipart/digest" else "text/plain"
        body = part.fields.body
        sections = islice(self._sections(boundary.rstrip(), body, part.end), _PARTS_MAX + 1)
        return [
            _part(
                *(self.source, read_fields(self.source, start, end), end),
                depth=part.depth + 1,
                default_type=default_type,
            )
            for start, end in sections
        ]

    def _sections(self, boundary: str, start: int, end: int) -> Iterator[tuple[int, int]]:
        """Yield where each part begins and ends (RFC 2046 section 5.1.1).

        The outer delimiters are found first and the inner ones between them, so a message
        that says them twice cannot reach beyond its part.
        """
        opened: int | None = None
        for before, after, is_last in self._delimiters(boundary, start, end):
            if opened is not None and before >= opened:
                yield opened, before
            if is_last:
                return
            opened = after
        if opened is not None:
            yield opened, end

    def _delimiters(self, boundary: str, start: int, end: int) -> Iterator[tuple[int, int, bool]]:
        """Yield of each delimiter where it begins and ends, and whether it is the last."""
        source = self.source
        # the line break before a delimiter is part of it; some old mail has bare returns
        line_end = b"\n" if source.find(b"\n", start, end) >= 0 else b"\r"
        delimiter = line_end + b"--" + boundary.encode("utf-8", "surrogateescape")
        place = source.find(delimiter, max(start - 1, 0), end)
        while place >= 0 and self.left > 0:
            self.left -= 1
            after = place + len(delimiter)
            rest = _REST_OF_DELIMITER.match(source, after, end)
            if rest is not None:
                crlf = line_end == b"\n" and place > start and source[place - 1] == 0x0D
                yield place - crlf, rest.end(), rest[1] is not None
                after = rest.end() - 1
            place = source.find(delimiter, after, end)
