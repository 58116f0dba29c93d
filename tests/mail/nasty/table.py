"""One row of the table, and what is told of a message."""

from dataclasses import dataclass, field

from mailctl.mail.content import attachment_octets, read_content
from mailctl.mail.parse import read_envelope

FROM = b"From: Ada <ada@corp.example>\r\nDate: Mon, 1 Jan 2024 10:00:00 +0000\r\n"
ID = b"Message-ID: <1@corp.example>\r\n"


@dataclass(frozen=True)
class Nasty:
    """A message, and what must be told of it: see `told`; no defects if none are named."""

    name: str
    source: bytes
    expected: dict[str, object] = field(default_factory=dict)


def mail(body: bytes = b"Hi", *, header: bytes = b"", subject: bytes = b"x") -> bytes:
    """Return a message that is sound but for what is given."""
    return FROM + ID + b"Subject: " + subject + b"\r\n" + header + b"\r\n" + body


def text(
    body: bytes, kind: bytes = b"text/plain; charset=utf-8", encoding: bytes = b"8bit"
) -> bytes:
    """Return a message of one part."""
    header = b"Content-Type: " + kind + b"\r\nContent-Transfer-Encoding: " + encoding + b"\r\n"
    return mail(body, header=header)


def html(body: bytes) -> bytes:
    """Return a message of HTML alone."""
    return text(body, b"text/html; charset=utf-8")


def parts(*bodies: bytes, kind: bytes = b"mixed", more: bytes = b"") -> bytes:
    """Return a message of several parts, each with a header of its own."""
    inner = b"".join(b"--=_b\r\n" + body + b"\r\n" for body in bodies)
    header = b"Content-Type: multipart/" + kind + b"; boundary==_b" + more + b"\r\n"
    return mail(inner + b"--=_b--\r\n", header=header)


def file(disposition: bytes, *, kind: bytes = b"application/pdf", body: bytes = b"%PDF") -> bytes:
    """Return a part that is a file."""
    return (
        b"Content-Type: " + kind + b"\r\nContent-Disposition: " + disposition + b"\r\n\r\n" + body
    )


def named(disposition: bytes) -> bytes:
    """Return a message with a file of that disposition."""
    return parts(b"\r\nHi", file(disposition))


def told(source: bytes) -> dict[str, object]:
    """Return all that is told of a message, by short names."""
    envelope, content = read_envelope(source), read_content(source)
    sender, invitation, report = envelope.sender, content.invitation, content.report
    files = content.attachments
    return {
        "subject": envelope.subject,
        "sender": None if sender is None else (sender.name, sender.address),
        "text": content.text,
        "from": content.text_from,
        "links": list(content.links),
        "names": [file.name for file in files],
        "safe": [file.safe_name for file in files],
        "types": [file.media_type for file in files],
        "octets": [attachment_octets(source, file.number) for file in files[:3]],
        "marks": set(content.marks),
        "protection": set(content.protection),
        "event": None if invitation is None else (invitation.summary, str(invitation.starts)),
        "deliveries": None
        if report is None
        else [(each.recipient, each.action, each.status) for each in report.deliveries],
        "defects": {*content.defects},
    }
