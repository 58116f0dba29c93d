"""Mail on its way out, as results."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from mailctl.output.view import View

if TYPE_CHECKING:
    from mailctl.core.sending import Prepared
    from mailctl.domain.outgoing import OutgoingMessage, Recipient

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
        "to": lambda m: ", ".join(each.address for each in m.recipients),
    },
    table=("id", "state", "created_at", "account", "to", "subject"),
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
        "to": lambda p: ", ".join(each.address for each in p.letter.recipients),
    },
    table=("account", "to", "subject", "size"),
)


def _recipient(each: "Recipient") -> Mapping[str, object]:
    return {
        "address": each.address,
        "kind": each.kind,
        "state": each.state,
        "error": each.error,
    }
