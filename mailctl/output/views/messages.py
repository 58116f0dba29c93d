"""Messages as results."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from mailctl.output.view import View

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mailctl.core.messages.messages import ShownMessage
    from mailctl.domain.content import Attachment
    from mailctl.domain.links import Link
    from mailctl.domain.messages import Message
    from mailctl.output.lines import Line


def _accounts(message: "Message") -> list[str]:
    return list(dict.fromkeys(copy.account for copy in message.live_copies))


def _folders(message: "Message") -> list[str]:
    return list(dict.fromkeys(path for copy in message.live_copies for path in copy.seen_in))


def _flags(message: "Message") -> list[str]:
    return sorted({flag for copy in message.live_copies for flag in copy.flags})


def _about(link: "Link") -> dict[str, object]:
    thing = link.object
    return {
        "kind": thing.kind,
        "id": thing.id,
        "name": thing.name,
        "step": link.step,
        "candidate": link.is_candidate,
    }


MESSAGES: "View[Message]" = View(
    {
        "id": lambda m: m.id,
        "date": lambda m: m.date,
        "from": lambda m: m.envelope.sender,
        "to": lambda m: m.envelope.to,
        "subject": lambda m: m.envelope.subject,
        "account": lambda m: next(iter(_accounts(m)), None),
        "accounts": _accounts,
        "folders": _folders,
        "flags": _flags,
        "thread_id": lambda m: m.thread_id,
        "size": lambda m: m.envelope.size_bytes,
        "attachments": lambda m: m.envelope.attachments,
        "links": lambda m: [*map(_about, m.links)],
        "processed": lambda m: m.is_processed,
    },
    table=("id", "date", "from", "subject", "folders"),
    stands_out=lambda m: any("\\Seen" not in copy.flags for copy in m.live_copies),
    nothing="no messages found",
)

COUNT: "View[int]" = View({"count": lambda number: number}, prose=str)


def _of_message(
    read: "Callable[[Message], object]",
) -> "Callable[[ShownMessage], object]":
    return lambda shown: read(shown.message)


def _file(attachment: "Attachment") -> dict[str, object]:
    """Return what `message attachments list` says of it."""
    return {
        "number": attachment.number,
        "name": attachment.name,
        "safe_name": attachment.safe_name,
        "media_type": attachment.media_type,
        "size": attachment.size_bytes,
        "inline": attachment.is_inline,
        "content_id": attachment.content_id,
    }


def _letter(shown: "ShownMessage", places: int | None) -> "Iterator[Line]":
    from mailctl.output.views.letters import letter  # for people alone

    return letter(shown, places)


MESSAGE: "View[ShownMessage]" = View(
    {
        **{name: _of_message(read) for name, read in MESSAGES.fields.items()},
        "cc": _of_message(lambda m: m.envelope.cc),
        "bcc": _of_message(lambda m: m.envelope.bcc),
        "reply_to": _of_message(lambda m: m.envelope.reply_to),
        "message_id": _of_message(lambda m: m.envelope.rfc_message_id),
        "in_reply_to": _of_message(lambda m: m.envelope.in_reply_to),
        "references": _of_message(lambda m: m.envelope.references),
        "defects": lambda s: s.defects,
        "copies": _of_message(lambda m: m.copies),
        "text": lambda s: s.content.text,
        "text_from": lambda s: s.content.text_from,
        "urls": lambda s: s.content.links,
        "files": lambda s: [*map(_file, s.content.attachments)],
        "invitation": lambda s: s.content.invitation,
        "report": lambda s: s.content.report,
        "marks": lambda s: sorted(s.content.marks),
        "protection": lambda s: sorted(s.content.protection),
        "warnings": lambda s: s.suspicions,
        "headers": lambda s: s.headers,
    },
    page=_letter,
)


def _whole_letter(shown: "ShownMessage", places: int | None) -> "Iterator[Line]":
    from mailctl.output.views.letters import letter

    return letter(shown, places, has_all_fields=True)


MESSAGE_WITH_HEADER = replace(MESSAGE, page=_whole_letter)
"""The same, every field of the header shown to a person."""
