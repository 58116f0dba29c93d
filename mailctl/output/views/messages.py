"""Messages as results."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from mailctl.output.terminal import one_line
from mailctl.output.values import cell, plain
from mailctl.output.view import View

if TYPE_CHECKING:
    from mailctl.core.messages import ShownMessage
    from mailctl.domain.messages import Message


def _of_copies(message: "Message", name: str) -> list[str]:
    return list(dict.fromkeys(str(getattr(copy, name)) for copy in message.live_copies))


def _folders(message: "Message") -> list[str]:
    return list(dict.fromkeys(path for copy in message.live_copies for path in copy.seen_in))


def _flags(message: "Message") -> list[str]:
    return sorted({flag for copy in message.live_copies for flag in copy.flags})


MESSAGES: "View[Message]" = View(
    {
        "id": lambda m: m.id,
        "date": lambda m: m.date,
        "from": lambda m: m.envelope.sender,
        "to": lambda m: m.envelope.to,
        "subject": lambda m: m.envelope.subject,
        "account": lambda m: next(iter(_of_copies(m, "account")), None),
        "accounts": lambda m: _of_copies(m, "account"),
        "folders": _folders,
        "flags": _flags,
        "thread_id": lambda m: m.thread_id,
        "size": lambda m: m.envelope.size_bytes,
        "attachments": lambda m: m.envelope.attachments,
        "links": lambda m: [],
    },
    table=("id", "date", "from", "subject", "folders"),
)

COUNT: "View[int]" = View({"count": lambda number: number}, prose=str)


def _of_message(
    read: "Callable[[Message], object]",
) -> "Callable[[ShownMessage], object]":
    return lambda shown: read(shown.message)


MESSAGE: "View[ShownMessage]" = View(
    {
        **{name: _of_message(read) for name, read in MESSAGES.fields.items()},
        "cc": _of_message(lambda m: m.envelope.cc),
        "bcc": _of_message(lambda m: m.envelope.bcc),
        "reply_to": _of_message(lambda m: m.envelope.reply_to),
        "message_id": _of_message(lambda m: m.envelope.rfc_message_id),
        "in_reply_to": _of_message(lambda m: m.envelope.in_reply_to),
        "references": _of_message(lambda m: m.envelope.references),
        "defects": _of_message(lambda m: m.envelope.defects),
        "copies": _of_message(lambda m: m.copies),
        "text": lambda s: s.text,
    },
    prose=lambda s: "\n".join(_letter(s)),
)


def _letter(shown: "ShownMessage") -> Iterator[str]:
    """Yield a message as a reader of mail shows it."""
    envelope = shown.message.envelope
    sender = [] if envelope.sender is None else [envelope.sender]
    for label, people in (
        ("From", sender),
        ("To", envelope.to),
        ("Cc", envelope.cc),
        ("Bcc", envelope.bcc),
    ):
        if people:
            yield f"{label}: {cell(plain(list(people)))}"
    yield f"Date: {plain(shown.message.date)}"
    yield f"Subject: {one_line(envelope.subject)}"
    yield f"Folders: {one_line(', '.join(_folders(shown.message)))}"
    if envelope.attachments:
        yield f"Attachments: {envelope.attachments}"
    yield ""
    yield shown.text
