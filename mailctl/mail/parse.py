"""A message's source read into its envelope, whatever state the source is in."""

import re
from collections.abc import Iterator
from datetime import datetime
from email import policy
from email.message import Message as Header
from email.parser import BytesHeaderParser
from hashlib import sha256
from typing import cast

from mailctl.domain.addresses import Person
from mailctl.domain.ids import content_id
from mailctl.domain.messages import Envelope
from mailctl.mail import headers
from mailctl.mail.marks import marks
from mailctl.mail.parts import is_attachment, parts

_HEADER_BLOCK_MAX = 1 << 20
_PIECE = 1 << 20
_LARGE = 1 << 20
_ENCODED_LINES = re.compile(rb"^(?:[A-Za-z0-9+/]{40,80}={0,2}\r?\n)+", re.MULTILINE)


def read_envelope(source: bytes) -> Envelope:
    """Return what the source says about itself. Never raises: see `defects`.

    compat32 on purpose: email.policy.default raises on real mail (python/cpython#105802)
    and is quadratic on long headers (#136063).
    """
    fields = _Fields(source)
    message_id = headers.message_id(fields.first("message-id"))
    sender = next(iter(fields.people("from")), None)
    sent_at = fields.date("date")
    if sender is None or fields.count("from") > 1:
        fields.defects.append("from")
    if message_id is None:
        fields.defects.append("message-id")
    attachments = _count_attachments(source, fields.defects)
    return Envelope(
        rfc_message_id=message_id,
        identity=_identity(fields, message_id),
        sent_at=sent_at,
        sender=sender,
        to=fields.people("to"),
        cc=fields.people("cc"),
        bcc=fields.people("bcc"),
        reply_to=fields.people("reply-to"),
        subject=headers.text(fields.first("subject")),
        in_reply_to=headers.message_ids(fields.first("in-reply-to")),
        references=headers.message_ids(fields.first("references")),
        attachments=attachments,
        size_bytes=len(source),
        defects=tuple(fields.defects),
        marks=marks(fields.first, None if sender is None else sender.address),
    )


def thread_id(envelope: Envelope) -> str:
    """Return the id of the conversation: that of the oldest message it refers to."""
    known = (*envelope.references, *envelope.in_reply_to)
    root = known[0] if known else envelope.rfc_message_id or envelope.identity
    return content_id("thr", root.encode())


class _Header(Header):
    body_length = 0

    def set_payload(self, payload: object, charset: object = None) -> None:
        self.body_length = len(str(payload))


class _Fields:
    """The header of a message, as raw text by lower-case name."""

    def __init__(self, source: bytes) -> None:
        block = source[:_HEADER_BLOCK_MAX]
        parser = BytesHeaderParser(_class=_Header, policy=policy.compat32)
        parsed = cast(_Header, parser.parsebytes(block))
        self.defects: list[str] = []
        self._values: dict[str, list[str]] = {}
        for name, value in parsed.raw_items():
            self._values.setdefault(name.lower(), []).append(str(value))
        # one character an octet; not all after the first empty line: a line that is no
        # field ends the header too, and so does an empty one at the very start
        self.body = memoryview(source)[len(block) - parsed.body_length :]

    def count(self, name: str) -> int:
        """Return how many fields of that name there are."""
        return len(self._values.get(name, ()))

    def first(self, name: str) -> str:
        """Return the first value of that name, or nothing."""
        return self._values.get(name, [""])[0]

    def people(self, name: str) -> tuple[Person, ...]:
        """Return everybody named in all fields of that name."""
        return headers.people(self._values.get(name, []))

    def date(self, name: str) -> datetime | None:
        """Return the time in that field; one that cannot be read is a defect."""
        value = self.first(name)
        moment = headers.date(value) if value else None
        if moment is None:
            self.defects.append(name)
        return moment


def _identity(fields: _Fields, message_id: str | None) -> str:
    # Not the whole source: the copies of one mail in two mailboxes differ in the
    # fields that servers add on the way (Received, Delivered-To, …).
    digest = sha256()
    named: tuple[str, ...] = ("date", "from", "subject")
    if message_id is None:  # then mails to several people may differ in nothing else
        named += ("to", "cc")
    for name in named:
        digest.update(headers.unfolded(fields.first(name)).encode() + b"\0")
    digest.update((message_id or "").encode() + b"\0")
    for piece in _with_bare_line_feeds(fields.body):
        digest.update(piece)
    return digest.hexdigest()


def _with_bare_line_feeds(body: memoryview) -> Iterator[bytes]:
    """Yield the body in pieces, each CRLF made an LF: large mail must not be copied whole."""
    held = b""
    for start in range(0, len(body), _PIECE):
        piece = held + bytes(body[start : start + _PIECE])
        held = b"\r" if piece.endswith(b"\r") else b""
        yield piece.removesuffix(held).replace(b"\r\n", b"\n")
    yield held


def _count_attachments(source: bytes, defects: list[str]) -> int:
    if len(source) > _LARGE:  # what is encoded says nothing of the structure
        source = _ENCODED_LINES.sub(b"", source)
    found = parts(source)
    if not found.complete:
        defects.append("body")
    return sum(1 for part in found.leaves if is_attachment(part))
