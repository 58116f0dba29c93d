"""What a part is called as a file."""

import re
from urllib.parse import unquote_to_bytes

from mailctl.mail import headers
from mailctl.mail.charsets import decode
from mailctl.mail.encoded_words import decoded_words
from mailctl.mail.fields import read_fields
from mailctl.mail.parameters import parameter
from mailctl.mail.parts import Part

# RFC 2231 without the asterisk that would announce it.
_EXTENDED = re.compile(r"([A-Za-z0-9_-]{3,20})'[A-Za-z-]*'([!-~]*%[0-9A-Fa-f]{2}[!-~]*)")
_SUBJECT_WITHIN = 100_000
_MESSAGES = {"message/rfc822", "message/global"}
_TNEF = {"application/ms-tnef", "application/vnd.ms-tnef"}


def file_name(part: Part) -> str:
    """Return the name that a part has as a file, nothing if it has none.

    A message in a message is called by its subject.
    """
    fields = part.fields
    name = (
        parameter(headers.line(fields.first("content-disposition")), "filename")
        or parameter(headers.line(fields.first("content-type")), "name")
        or ""
    )
    if (extended := _EXTENDED.fullmatch(name)) is not None:
        name = decode(unquote_to_bytes(extended[2]), extended[1])
    name = decoded_words(name).strip()
    if not name and part.media_type in _MESSAGES:
        inner = read_fields(part.content(_SUBJECT_WITHIN))
        subject = headers.text(inner.first("subject"))
        return f"{subject}.eml" if subject else ""
    return name


def is_tnef(part: Part) -> bool:
    """Whether a part is what Outlook makes of files: a winmail.dat."""
    if part.media_type in _TNEF:
        return True
    is_unknown = part.media_type == "application/octet-stream"
    return is_unknown and file_name(part).lower() == "winmail.dat"
