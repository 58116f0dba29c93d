"""Queries: which messages have been dealt with."""

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from mailctl.domain.ids import MessageId
from mailctl.store.columns import to_text
from mailctl.store.connection import Reading, Writing

_BY_LINKS = """
    EXISTS (
        SELECT 1 FROM link WHERE message_number = message.number AND NOT is_candidate
            AND record_number IS NULL
    ) AND EXISTS (
        SELECT 1 FROM link WHERE message_number = message.number AND NOT is_candidate
            AND record_number IS NOT NULL
    )
"""


def mark(tx: Writing, messages: Collection[MessageId], *, is_processed: bool, at: datetime) -> None:
    """Keep what a person says of messages, whatever their links say."""
    tx.executemany(
        """
        INSERT OR REPLACE INTO processed_mark (message_number, is_processed, said_at)
        SELECT number, ?, ? FROM message WHERE id = ?
        """,
        [(is_processed, to_text(at), each) for each in messages],
    )


def said(tx: Reading, messages: Sequence[MessageId]) -> Mapping[MessageId, bool]:
    """Return of which messages a person said whether they have been dealt with."""
    rows = tx.execute(
        """
        SELECT id, is_processed
        FROM message JOIN processed_mark ON message_number = message.number
        WHERE id IN (SELECT value FROM json_each(?))
        """,
        (json.dumps(list(messages)),),
    )
    return {MessageId(row["id"]): bool(row["is_processed"]) for row in rows}


def unprocessed(tx: Reading, numbers: Sequence[int]) -> set[int]:
    """Return those of the messages, by row, that nobody has dealt with.

    A message is processed where a person said so, or where it is linked to a contact or a
    company and to something else that it is about.
    """
    rows = tx.execute(
        f"""
        SELECT number FROM message
        LEFT JOIN processed_mark ON message_number = message.number
        WHERE number IN (SELECT value FROM json_each(?))
            AND NOT coalesce(is_processed, {_BY_LINKS})
        """,  # noqa: S608 (words of ours)
        (json.dumps(list(numbers)),),
    )
    return {row["number"] for row in rows}
