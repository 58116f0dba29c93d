"""A message's source read into its envelope, whatever state the source is in."""

from datetime import datetime
from email import policy
from email.message import Message as Part
from email.parser import BytesHeaderParser, BytesParser
from hashlib import sha256

from mailctl.domain.addresses import Person
from mailctl.domain.ids import content_id
from mailctl.domain.messages import Envelope
from mailctl.mail import headers

_HEADER_BLOCK_MAX = 1 << 20
_PARTS_MAX = 1_000


def read_envelope(source: bytes) -> Envelope:
    """Return what the source says about itself. Never raises: see `defects`.

    compat32 on purpose: email.policy.default raises on real mail (python/cpython#105802)
    and is quadratic on long headers (#136063).
    """
    fields = _Fields(source)
    message_id = headers.message_id(fields.first("message-id"))
    sender = next(iter(fields.people("from")), None)
    sent_at = fields.date("date")
    if sender is None:
        fields.defects.append("from")
    if message_id is None:
        fields.defects.append("message-id")
    attachments = _count_attachments(source, fields.defects)
    return Envelope(
        rfc_message_id=message_id,
        identity=_identity(source, fields, message_id),
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
    )


def thread_id(envelope: Envelope) -> str:
    """Return the id of the conversation: that of the oldest message it refers to."""
    known = (*envelope.references, *envelope.in_reply_to)
    root = known[0] if known else envelope.rfc_message_id or envelope.identity
    return content_id("thr", root.encode())


class _Fields:
    """The header of a message, as raw text by lower-case name."""

    def __init__(self, source: bytes) -> None:
        block = source[:_HEADER_BLOCK_MAX]
        parsed = BytesHeaderParser(policy=policy.compat32).parsebytes(block)
        self.defects: list[str] = []
        self._values: dict[str, list[str]] = {}
        for name, value in parsed.raw_items():
            self._values.setdefault(name.lower(), []).append(str(value))

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


def _identity(source: bytes, fields: _Fields, message_id: str | None) -> str:
    # Not the whole source: the copies of one mail in two mailboxes differ in the
    # fields that servers add on the way (Received, Delivered-To, …).
    normal = source.replace(b"\r\n", b"\n")
    body = normal.partition(b"\n\n")[2]
    digest = sha256()
    for name in ("date", "from", "subject"):
        digest.update(headers.unfolded(fields.first(name)).encode() + b"\0")
    digest.update((message_id or "").encode() + b"\0")
    digest.update(body)
    return digest.hexdigest()


def _count_attachments(source: bytes, defects: list[str]) -> int:
    try:
        root = BytesParser(policy=policy.compat32).parsebytes(source)
        return sum(1 for part in _leaves(root) if is_attachment(part))
    except (RecursionError, ValueError, LookupError):
        defects.append("body")
        return 0


def _leaves(root: Part) -> list[Part]:
    leaves: list[Part] = []
    for part in root.walk():
        if not part.is_multipart() or part.get_content_type() == "message/rfc822":
            leaves.append(part)
        if len(leaves) >= _PARTS_MAX:
            break
    return leaves


def is_attachment(part: Part) -> bool:
    """Whether a part is meant to be saved rather than read in place."""
    disposition = str(part.get("content-disposition") or "").strip().lower()
    if disposition.startswith("attachment"):
        return True
    kind = part.get_content_maintype()
    return kind not in {"text", "multipart"} and not disposition.startswith("inline")
