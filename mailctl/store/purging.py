"""Queries: messages that no server has any more, forgotten with all that is theirs alone."""

import json
from collections.abc import Sequence, Set
from datetime import datetime

from mailctl.domain.ids import MessageId
from mailctl.store.columns import to_text_or_none
from mailctl.store.connection import Reading, Writing
from mailctl.store.copies import LOCAL_NUMBERING


def gone(tx: Reading, *, before: datetime | None) -> list[MessageId]:
    """Return the messages of which all copies are gone, before that time if one is said.

    What was imported from files is none of them, nor what is left of an account.
    """
    rows = tx.execute(
        """
        SELECT message.id FROM message
        WHERE EXISTS (SELECT 1 FROM message_copy WHERE message_number = message.number)
            AND NOT EXISTS (
                SELECT 1 FROM message_copy
                WHERE message_number = message.number
                    AND (gone_at IS NULL OR (:before IS NOT NULL AND gone_at >= :before))
            )
        ORDER BY message.date, message.id
        """,
        {"before": to_text_or_none(before)},
    )
    return [MessageId(row["id"]) for row in rows]


def at_servers(tx: Reading, messages: Sequence[MessageId]) -> Set[MessageId]:
    """Return those that a server has: a sync would bring them back."""
    rows = tx.execute(
        """
        SELECT message.id FROM message
        WHERE message.id IN (SELECT value FROM json_each(?)) AND EXISTS (
            SELECT 1 FROM message_copy
            WHERE message_number = message.number AND gone_at IS NULL AND numbering <> ?
        )
        """,
        (json.dumps(messages), LOCAL_NUMBERING),
    )
    return {MessageId(row["id"]) for row in rows}


def forget(tx: Writing, messages: Sequence[MessageId]) -> None:
    """Forget messages, their copies, their words, and the sources that nothing else has."""
    ids = json.dumps(messages)
    rows = tx.execute(
        """
        SELECT source_id FROM message WHERE id IN (SELECT value FROM json_each(:ids))
        UNION
        SELECT message_copy.source_id FROM message_copy
        JOIN message ON message.number = message_copy.message_number
        WHERE message.id IN (SELECT value FROM json_each(:ids))
        """,
        {"ids": ids},
    )
    theirs = json.dumps([row["source_id"] for row in rows])
    tx.execute("DELETE FROM message WHERE id IN (SELECT value FROM json_each(?))", (ids,))
    tx.execute(
        """
        DELETE FROM source
        WHERE id IN (SELECT value FROM json_each(?))
            AND NOT EXISTS (SELECT 1 FROM message WHERE source_id = source.id)
            AND NOT EXISTS (SELECT 1 FROM message_copy WHERE source_id = source.id)
            AND NOT EXISTS (SELECT 1 FROM outgoing WHERE source_id = source.id)
        """,
        (theirs,),
    )
