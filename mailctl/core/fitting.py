"""What people write of records, made fit to be kept: readable, bounded, as its type allows."""

import re
import unicodedata

from mailctl.domain.number_masks import pattern
from mailctl.domain.records import RecordType
from mailctl.errors import BadUsage

LONGEST_NUMBER = 100
"""In characters."""
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
# Marks of direction and what has no width: nobody sees them, and they make equal things differ.
_UNSEEN = re.compile("[\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]")


def fit_number(text: str, kind: RecordType) -> str:
    """Return the number in a text. Raises BadUsage for what the type's mask does not allow."""
    number = " ".join(fit(text, "the number", LONGEST_NUMBER).split())
    if not number:
        raise BadUsage("the number is empty")
    if not pattern(kind.mask).fullmatch(number):
        raise BadUsage(
            f"{number!r} does not look as numbers of the type {kind.name} do ({kind.mask})",
            hint=f"see what is allowed: mailctl record type show {kind.name}",
        )
    return number


def fit(text: str, what: str, longest: int) -> str:
    """Return a text that people can read, without blanks around it. Raises BadUsage."""
    found = _CONTROL.search(text := text.replace("\r\n", "\n"))
    if found is not None:
        raise BadUsage(f"{what} holds a control character (U+{ord(found[0]):04X})")
    text = unicodedata.normalize("NFC", _UNSEEN.sub("", text)).strip()
    if len(text) > longest:
        raise BadUsage(f"{what} is longer than {longest} characters")
    return text
