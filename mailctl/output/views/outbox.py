"""Mail on its way out, as results."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from mailctl.output.terminal import one_line
from mailctl.output.view import View

if TYPE_CHECKING:
    from mailctl.core.sending.sending import Prepared
    from mailctl.domain.outgoing import OutgoingMessage, Recipient

_NAMED_MOST = 5

OUTGOING: "View[OutgoingMessage]" = View(
    {
        "id": lambda m: m.id,
        "state": lambda m: m.state,
        "account": lambda m: m.address,
        "from": lambda m: m.sender,
        "message_id": lambda m: m.rfc_message_id,
        "message": lambda m: m.message,
        "subject": lambda m: m.subject,
        "recipients": lambda m: [_recipient(each) for each in m.recipients],
        "attempts": lambda m: m.attempts,
        "created_at": lambda m: m.created_at,
        "send_at": lambda m: m.send_at,
        "tried_at": lambda m: m.tried_at,
        "next_try_at": lambda m: m.next_try_at,
        "sent_at": lambda m: m.sent_at,
        "size": lambda m: m.size_bytes,
        "copy": lambda m: {
            "state": m.copy.state,
            "folder": m.copy.folder,
            "error": m.copy.error,
        },
        "error": lambda m: m.error,
        "idempotency_key": lambda m: m.idempotency_key,
        "addresses": lambda m: [each.address for each in m.recipients],
    },
    table=("id", "state", "created_at", "account", "addresses", "subject"),
    nothing="no mail found",
)

SENT: "View[OutgoingMessage]" = View(
    OUTGOING.fields,
    table=OUTGOING.table,
    prose=lambda m: _what_became_of_it(m),
)

PREPARED: "View[Prepared]" = View(
    {
        "account": lambda p: p.sender.account.address,
        "from": lambda p: p.sender.person,
        "recipients": lambda p: [_recipient(each) for each in p.letter.recipients],
        "subject": lambda p: p.subject,
        "size": lambda p: len(p.letter.source),
        "send_at": lambda p: p.send_at,
        "idempotency_key": lambda p: p.key,
        "source": lambda p: p.letter.source.decode("utf-8", "replace"),
        "addresses": lambda p: [each.address for each in p.letter.recipients],
    },
    table=("account", "addresses", "subject", "size"),
)


def _what_became_of_it(message: "OutgoingMessage") -> str:
    """Return a line for each thing that a person wants to know of a mail just sent."""
    got = [one_line(each.address) for each in message.recipients if each.state == "sent"]
    whom = ", ".join(got) if len(got) <= _NAMED_MOST else f"{len(got)} recipients"
    lines = [f"sent to {whom}" if got else f"{message.id} is {message.state}"]
    if got:
        lines[0] += f" from {one_line(message.sender)} ({message.id})"
    if message.copy.state == "filed" and message.copy.folder:
        lines.append(f"  a copy is in {one_line(message.copy.folder)}")
    if message.state == "queued":
        when = f" after {message.send_at:%Y-%m-%d %H:%M} UTC" if message.send_at else ""
        lines.append(f"  to be sent{when} by mailctl outbox flush, or the next sync")
    if message.next_try_at is not None:
        lines.append(f"  tried again after {message.next_try_at:%Y-%m-%d %H:%M} UTC")
    return "\n".join(lines) + "\n"


def _recipient(each: "Recipient") -> Mapping[str, object]:
    return {
        "address": each.address,
        "kind": each.kind,
        "state": each.state,
        "error": each.error,
    }
