"""Every field of a message's header, in order, as a person reads it."""

import re
from dataclasses import dataclass
from itertools import islice

from mailctl.mail.fields import read_fields
from mailctl.mail.headers import text

FIELDS_MAX = 1_000

# Lines end as universal newlines do, and one that begins with a space goes on with the last.
_FIELD = re.compile(r"(?:\A|(?<=[\r\n]))([!-9;-~]+):([^\r\n]*(?:(?:\r\n|[\r\n])[ \t][^\r\n]*)*)")
_FOLD = re.compile(r"(?:\r\n|[\r\n])(?=[ \t])")


@dataclass(frozen=True, slots=True)
class HeaderField:
    """A field with its name as it is written, its value on one line and decoded."""

    name: str
    value: str


def header_list(source: bytes) -> tuple[HeaderField, ...]:
    """Return the fields at the top of the source, at most FIELDS_MAX of them. Never raises."""
    block = source[: read_fields(source).body].decode("ascii", "surrogateescape")
    found = islice(_FIELD.finditer(block), FIELDS_MAX)
    return tuple(HeaderField(field[1], text(_FOLD.sub("", field[2]))) for field in found)
