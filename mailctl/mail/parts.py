"""The parts that a message's source is made of, within bounds that no stranger can stretch."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import islice

from mailctl.domain.defects import Defect
from mailctl.mail.fields import Fields, read_fields
from mailctl.mail.headers import unfolded
from mailctl.mail.parameters import first_word, parameter
from mailctl.mail.payloads import decoded

_DEPTH_MAX, _PARTS_MAX = 30, 1_000
_CANDIDATES_MAX = 100_000
"""How often a line may begin as a delimiter does: each costs more than its length."""

_PREAMBLE_MAX = 10_000

_LIKE_DELIMITER = re.compile(
    rb"^(--[^\s-][^\r\n]{0,69}?|--[-=_]{1,60}[^\s-][^\r\n]{0,69}?)[ \t]*\r?$", re.MULTILINE
)
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
    parent: "Part | None" = None
    """The multipart that it is in."""

    @property
    def is_too_deep(self) -> bool:
        """Whether the part is left closed."""
        return self.depth > _DEPTH_MAX

    def parameter(self, name: str) -> str | None:
        """Return a parameter of the media type."""
        return parameter(unfolded(self.fields.first("content-type")), name)

    @property
    def encoding(self) -> str:
        """The transfer encoding in lower case."""
        return unfolded(self.fields.first("content-transfer-encoding")).lower()

    @property
    def octets(self) -> bytes:
        """The octets of the part as they came."""
        return self.source[self.fields.body : self.end]

    def content(self, limit: int | None = None) -> bytes:
        """Return the octets that the part holds, of at most `limit` before they are decoded."""
        start = self.fields.body
        if limit is None or start + limit >= self.end:
            return decoded(self.octets, self.encoding)
        return _whole_characters(decoded(self.source[start : start + limit], self.encoding))


@dataclass(frozen=True)
class Parts:
    """The parts without parts of their own, in order; a forwarded message is one of them."""

    leaves: tuple[Part, ...]
    complete: bool
    """False where some were too many or too deep."""
    defects: tuple[Defect, ...] = ()
    """What is wrong with how they are put together, except for `complete`."""


def parts(source: bytes, fields: Fields | None = None) -> Parts:
    """Return the parts of a message, whose header may have been read already. Never raises."""
    scanner = _Scanner()
    leaves: list[Part] = []
    waiting = [_part(source, fields or read_fields(source), len(source))]
    while waiting and len(leaves) < _PARTS_MAX:
        part = waiting.pop()
        below = scanner.below(part) if part.media_type.startswith("multipart/") else []
        if below:
            waiting += reversed(below)
        elif part.media_type.startswith("multipart/"):
            leaves.append(replace(part, media_type="text/plain"))
        else:
            leaves.append(part)
    complete = not waiting and scanner.left > 0 and not any(part.is_too_deep for part in leaves)
    return Parts(tuple(leaves), complete, tuple(sorted(scanner.defects)))


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


def _has_boundary(part: Part, boundary: str | None) -> bool:
    if not part.media_type.startswith("multipart/"):
        return False
    return (part.parameter("boundary") or "").rstrip() == boundary


def _with_decoded_body(part: Part) -> Part:
    body = b"\n" + part.content()  # a delimiter begins with a line end
    fields = Fields({**part.fields.values, "content-transfer-encoding": [""]}, body=1)
    return replace(part, source=body, fields=fields, end=len(body))


def _first_delimiter(part: Part) -> str | None:
    """Return the boundary of the first line that looks like a delimiter and comes again."""
    start = part.fields.body
    found = _LIKE_DELIMITER.search(part.source, start, min(part.end, start + _PREAMBLE_MAX))
    if found is None or part.source.find(found[1], found.end(), part.end) < 0:
        return None
    return found[1][2:].decode("ascii", "surrogateescape")


def _part(
    source: bytes,
    fields: Fields,
    end: int,
    *,
    parent: Part | None = None,
    default_type: str = "text/plain",
) -> Part:
    depth = 0 if parent is None else parent.depth + 1
    field = fields.first("content-type")
    media_type = first_word(unfolded(field)) if field else default_type
    if media_type.count("/") != 1:
        media_type = "text/plain"
    if depth > _DEPTH_MAX:
        media_type = "application/octet-stream"
    return Part(source, fields, end, depth, media_type, parent)


@dataclass
class _Scanner:
    """Finds where parts begin and end; looks at lines only so many times a message."""

    left: int = _CANDIDATES_MAX
    defects: set[Defect] = field(default_factory=set)

    def below(self, part: Part) -> list[Part]:
        """Return the parts of a multipart, none where its delimiter is nowhere."""
        said = part.parameter("boundary")
        boundary = None if said is None else said.rstrip()
        found = [] if boundary is None else self._children(part, boundary)
        for child in found:
            if child.media_type.startswith("multipart/") and _has_boundary(child, boundary):
                self.defects.add(Defect.BOUNDARY_TWICE)
                twice = self._children(part, boundary or "", is_twice=True)
                # the inner one ended where it began: its parts stand beside it
                found = [child for child in twice if not _has_boundary(child, boundary)]
                break
        if found:
            return found
        if part.encoding in {"base64", "quoted-printable"}:
            self.defects.add(Defect.MULTIPART_ENCODED)
            return self.below(_with_decoded_body(part))
        self.defects.add(Defect.BOUNDARY)
        guess = _first_delimiter(part)
        return [] if guess is None else self._children(part, guess)

    def _children(self, part: Part, boundary: str, *, is_twice: bool = False) -> list[Part]:
        default_type = "message/rfc822" if part.media_type == "multipart/digest" else "text/plain"
        sections = self._sections(part, boundary, is_twice=is_twice)
        return [
            _part(
                *(part.source, read_fields(part.source, start, end), end),
                parent=part,
                default_type=default_type,
            )
            for start, end in islice(sections, _PARTS_MAX + 1)
        ]

    def _sections(self, part: Part, boundary: str, *, is_twice: bool) -> Iterator[tuple[int, int]]:
        """Yield where each part begins and ends (RFC 2046 section 5.1.1).

        The outer delimiters are found first and the inner ones between them, so a message
        that says them twice cannot reach beyond its part. Where it does, `is_twice`, the last
        one is not known for certain, and what follows it is looked at too.
        """
        opened: int | None = None
        for before, after, is_last in self._delimiters(boundary, part):
            if opened is not None and before >= opened:
                yield opened, before
            opened = None if is_last else after
            if is_last and not is_twice:
                return
        if opened is not None:
            self.defects.add(Defect.UNCLOSED)
            yield opened, part.end

    def _delimiters(self, boundary: str, part: Part) -> Iterator[tuple[int, int, bool]]:
        """Yield of each delimiter where it begins and ends, and whether it is the last."""
        source, start, end = part.source, part.fields.body, part.end
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
