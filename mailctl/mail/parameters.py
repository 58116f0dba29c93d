"""What a Content-… field says: its first word, and its parameters."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

from mailctl.mail.charsets import decode

_PARAMETERS_MAX = 2_000
# A parameter as almost every mailer writes it; the rest is read with more patience.
_USUAL = re.compile(r'\s*+([\w-]++)\s*+=\s*+(?:"([^"\\]*+)"|([^\s;"<>*]++))\s*+(?:;|\Z)')
# A quoted value ends at the quote before a semicolon: quotes within are seldom escaped.
_PARAMETER = re.compile(
    r"[\s;=]*+(?P<name>[^\s=;]++)\s*+"
    r'(?:=\s*+(?:"(?P<quoted>(?:[^"\\]++|\\.)*+)"\s*+(?=;|\Z)|(?P<bare>[^;]*+)))?+',
    re.DOTALL,
)
_SEGMENT = re.compile(r"(?P<name>[^*]+)(?:\*(?P<number>[0-9]{1,4}))?(?P<encoded>\*)?")
_ESCAPED = re.compile(r'\\(["\\])')


@dataclass(frozen=True, slots=True)
class _Segment:
    """A parameter, or a piece of one (RFC 2231 section 3)."""

    number: int
    is_encoded: bool
    value: str


def first_word(field: str) -> str:
    """Return what stands before the parameters, in lower case."""
    return field.partition(";")[0].strip().lower()


def parameter(field: str, name: str) -> str | None:
    """Return a parameter by its lower-case name, unquoted, RFC 2231 undone. Never raises."""
    place = field.find(";") + 1
    if not place:
        return None
    if "*" not in field:
        while usual := _USUAL.match(field, place):
            if usual[1].lower() == name:
                return usual[2] if usual[2] is not None else usual[3]
            place = usual.end()
    return _joined(_segments(field, place, name)) if place < len(field) else None


def _segments(field: str, place: int, wanted: str) -> Iterator[_Segment]:
    for _ in range(_PARAMETERS_MAX):
        found = _PARAMETER.match(field, place)
        if found is None:
            return
        place = found.end()
        name = _SEGMENT.fullmatch(found["name"])
        if name is not None and name["name"].lower() == wanted and found.lastgroup != "name":
            yield _Segment(int(name["number"] or -1), bool(name["encoded"]), _value(found))


def _value(found: re.Match[str]) -> str:
    if found["quoted"] is not None:
        return _ESCAPED.sub(r"\1", found["quoted"])
    bare = found["bare"].strip()
    if bare.startswith('"'):  # no end, or quotes within
        return bare.removeprefix('"').removesuffix('"')
    if bare.startswith("<") and bare.endswith(">"):
        return bare[1:-1]
    return bare


def _joined(found: Iterator[_Segment]) -> str | None:
    """Return the value that the segments are, in the order of their numbers, whatever is missing.

    What is encoded is preferred to what is not, for that is there for old readers
    (RFC 2231 section 4), and pieces to a whole.
    """
    segments: dict[int, _Segment] = {}
    for segment in found:
        before = segments.get(segment.number)
        if before is None or (segment.is_encoded and not before.is_encoded):
            segments[segment.number] = segment
    whole = segments.pop(-1, None)
    if whole is not None and (whole.is_encoded or not segments):
        return _decoded([whole])
    return _decoded([segments[number] for number in sorted(segments)]) if segments else None


def _decoded(segments: list[_Segment]) -> str:
    if not any(segment.is_encoded for segment in segments):
        return "".join(segment.value for segment in segments)
    charset: str | None = None
    octets = b""
    for place, segment in enumerate(segments):
        value = segment.value
        if place == 0 and segment.is_encoded and value.count("'") >= 2:
            charset, _, value = value.split("'", 2)
        octets += (
            unquote_to_bytes(value.encode("utf-8", "surrogateescape"))
            if segment.is_encoded
            else value.encode("utf-8", "surrogateescape")
        )
    return decode(octets, charset)
