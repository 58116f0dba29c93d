"""A message's source read into its envelope, whatever state the source is in."""

from collections.abc import Iterator
from hashlib import sha256

from mailctl.domain import threads
from mailctl.domain.messages import Envelope
from mailctl.mail import headers
from mailctl.mail.fields import Fields, read_fields
from mailctl.mail.line_ends import with_bare_line_feeds
from mailctl.mail.marks import CALENDAR_TYPES, INVITATION, marks
from mailctl.mail.parts import Parts, is_attachment, parts

_PIECE = 1 << 20


def read_envelope(source: bytes) -> Envelope:
    """Return what the source says about itself. Never raises: see `defects`."""
    fields = read_fields(source)
    found = parts(source, fields)
    charset = _charset(fields, found)
    message_id = headers.message_id(fields.first("message-id"))
    senders = headers.people(fields.all("from"), charset)
    sender = senders[0] if senders else None
    sent_at = headers.date(fields.first("date"))
    defects = {
        "date": sent_at is None,
        "from": sender is None or fields.count("from") > 1,
        "message-id": message_id is None,
        "body": not found.complete,
    }
    has_calendar = any(part.media_type in CALENDAR_TYPES for part in found.leaves)
    of_parts = {INVITATION} if has_calendar else frozenset()
    return Envelope(
        rfc_message_id=message_id,
        identity=_identity(source, fields, message_id),
        sent_at=sent_at,
        sender=sender,
        to=headers.people(fields.all("to"), charset),
        cc=headers.people(fields.all("cc"), charset),
        bcc=headers.people(fields.all("bcc"), charset),
        reply_to=headers.people(fields.all("reply-to"), charset),
        subject=headers.text(fields.first("subject"), charset),
        in_reply_to=headers.message_ids(fields.first("in-reply-to")),
        references=headers.message_ids(fields.first("references")),
        attachments=sum(map(is_attachment, found.leaves)),
        size_bytes=len(source),
        defects=tuple(name for name, is_one in defects.items() if is_one),
        marks=marks(fields.first, None if sender is None else sender.address) | of_parts,
    )


def thread_id(envelope: Envelope) -> str:
    """Return the id of the conversation as far as it alone says: its oldest message's."""
    known = threads.named(envelope.in_reply_to, envelope.references, _addresses(envelope))
    root = known[0] if known else envelope.rfc_message_id or envelope.identity
    return threads.thread_id(threads.mention(root))


def _addresses(envelope: Envelope) -> Iterator[str]:
    people = (*envelope.to, *envelope.cc, *envelope.bcc, *envelope.reply_to)
    return (person.address for person in (envelope.sender, *people) if person is not None)


def _charset(fields: Fields, found: Parts) -> str | None:
    """Return the charset of the text where the header has raw octets that may be in it too."""
    if fields.is_ascii:
        return None
    texts = (part for part in found.leaves if part.media_type.startswith("text/"))
    return next((label for part in texts if (label := part.parameter("charset"))), None)


def _identity(source: bytes, fields: Fields, message_id: str | None) -> str:
    # Not the whole source: the copies of one mail in two mailboxes differ in the
    # fields that servers add on the way (Received, Delivered-To, …).
    names: tuple[str, ...] = ("date", "from", "subject")
    if message_id is None:  # then mails to several people may differ in nothing else
        names += ("to", "cc")
    texts = [*(headers.unfolded(fields.first(name)) for name in names), message_id or "", ""]
    digest = sha256("\0".join(texts).encode())
    for piece in _body(source, fields.body):
        digest.update(with_bare_line_feeds(piece))
    return digest.hexdigest()


def _body(source: bytes, start: int) -> Iterator[bytes]:
    """Yield the body in pieces that part no CRLF: large mail must not be copied whole."""
    held = b""
    for place in range(start, len(source), _PIECE):
        piece = held + source[place : place + _PIECE]
        held = b"\r" if piece.endswith(b"\r") else b""
        yield piece.removesuffix(held)
    yield held
