"""Queries: which messages a name may mean."""

from mailctl.domain.ids import MessageId
from mailctl.store.connection import Reading

_AFTER_EVERY_LETTER = "{"
"""What ids are made of stands before it."""


def beginning_with(tx: Reading, beginning: str, *, limit: int) -> list[MessageId]:
    """Return messages whose id begins so, at most `limit` of them."""
    rows = tx.execute(
        "SELECT id FROM message WHERE id >= ? AND id < ? ORDER BY id LIMIT ?",
        (beginning, beginning + _AFTER_EVERY_LETTER, limit),
    )
    return [MessageId(row["id"]) for row in rows]


def called(tx: Reading, rfc_message_id: str, *, limit: int) -> list[MessageId]:
    """Return messages that have this Message-ID, at most `limit` of them."""
    rows = tx.execute(
        "SELECT id FROM message WHERE rfc_message_id = ? ORDER BY id LIMIT ?",
        (rfc_message_id, limit),
    )
    return [MessageId(row["id"]) for row in rows]
