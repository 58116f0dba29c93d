"""What is wrong with the header and the parts of a message, as far as it can be told of them."""

from collections.abc import Iterator

from mailctl.domain.defects import Defect
from mailctl.mail.encoded_words import read_words
from mailctl.mail.fields import Fields
from mailctl.mail.headers import FIELD_MAX, line, unfolded
from mailctl.mail.parameters import first_word
from mailctl.mail.parts import Part, Parts
from mailctl.mail.payloads import flaw

_TEXTS = ("subject", "from", "to", "cc", "reply-to")
_VALUES_MAX = 100
_OF_MEDIA_TYPES = {
    "message/partial": Defect.PARTIAL,
    "message/external-body": Defect.EXTERNAL_BODY,
}


def flaws(fields: Fields, found: Parts) -> Iterator[Defect]:
    """Yield what is wrong with a header and with the parts below it, some of it repeatedly."""
    yield from fields.defects
    yield from found.defects
    if not found.complete:
        is_deep = any(part.is_too_deep for part in found.leaves)
        yield Defect.TOO_DEEP if is_deep else Defect.TOO_MANY_PARTS
    for name in _TEXTS:
        for value in fields.all(name)[:_VALUES_MAX]:
            yield from _of_text(value[:FIELD_MAX])
    for part in found.leaves:
        yield from _of_part(part)


def _of_text(raw: str) -> Iterator[Defect]:
    if not raw.isascii():
        try:
            raw.encode("utf-8", "surrogateescape").decode("utf-8")
        except UnicodeDecodeError:
            yield Defect.HEADER_CHARSET
    if not read_words(line(raw))[1]:
        yield Defect.ENCODED_WORD


def _of_part(part: Part) -> Iterator[Defect]:
    yield from part.fields.defects
    said = unfolded(part.fields.first("content-type"))
    if said and first_word(said).count("/") != 1:
        yield Defect.MEDIA_TYPE
    if part.media_type in _OF_MEDIA_TYPES:
        yield _OF_MEDIA_TYPES[part.media_type]
    if not part.is_too_deep and part.encoding not in {"", "7bit", "8bit", "binary"}:
        found = flaw(part.octets, part.encoding)
        if found is not None:
            yield found
