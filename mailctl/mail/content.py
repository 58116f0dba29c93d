"""A message's source read into what it holds, whatever state the source is in."""

from mailctl.domain.content import Content
from mailctl.mail import headers
from mailctl.mail.attachments import described, files
from mailctl.mail.fields import read_fields
from mailctl.mail.marks import marks
from mailctl.mail.parts import parts
from mailctl.mail.text import readable_text


def read_content(source: bytes) -> Content:
    """Return what the message holds. Never raises: see `defects`."""
    fields = read_fields(source)
    found = parts(source, fields)
    text = readable_text(source)
    senders = headers.people(fields.all("from"))
    return Content(
        text=text,
        text_from="plain" if text else None,
        links=(),
        attachments=described(files(found.leaves)),
        invitation=None,
        report=None,
        marks=marks(fields.first, senders[0].address if senders else None),
        protection=frozenset(),
        defects=() if found.complete else ("body",),
    )


def attachment_octets(source: bytes, number: int) -> bytes | None:
    """Return the octets of the attachment with that number, None if there is none.

    Never raises.
    """
    found = files(parts(source).leaves)
    return found[number - 1].octets() if 1 <= number <= len(found) else None
