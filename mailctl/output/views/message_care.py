"""What was changed of messages, as results."""

from typing import TYPE_CHECKING

from mailctl.output.complaints import error_document
from mailctl.output.view import View

if TYPE_CHECKING:
    from mailctl.core.messages.flagging import Flagged
    from mailctl.core.messages.purging import Purged

FLAGGED: "View[Flagged]" = View(
    {
        "id": lambda f: f.message,
        "account": lambda f: f.address,
        "folder": lambda f: f.folder,
        "uid": lambda f: f.uid,
        "flags": lambda f: sorted(f.flags),
        "changed": lambda f: f.is_changed,
        "error": lambda f: None if f.error is None else error_document(f.error),
    },
    table=("id", "account", "folder", "flags", "changed"),
)

PURGED: "View[Purged]" = View(
    {
        "id": lambda p: p.message.id,
        "state": lambda p: p.state,
        "date": lambda p: p.message.date,
        "from": lambda p: p.message.envelope.sender,
        "subject": lambda p: p.message.envelope.subject,
        "size": lambda p: p.message.envelope.size_bytes,
    },
    table=("id", "state", "date", "from", "subject"),
)
