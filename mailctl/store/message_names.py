"""Queries: which messages a name may mean."""

import json

from mailctl.domain.ids import MessageId
from mailctl.store import threads
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
        """
        SELECT id FROM message WHERE number IN (SELECT value FROM json_each(:threaded))
        UNION
        SELECT id FROM message WHERE indexed_version = 0 AND rfc_message_id = :name
        ORDER BY id LIMIT :limit
        """,
        {
            "threaded": json.dumps(threads.called(tx, rfc_message_id)),
            "name": rfc_message_id,
            "limit": limit,
        },
    )
    return [MessageId(row["id"]) for row in rows]
