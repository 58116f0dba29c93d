"""Queries: with whom there was mail of late."""

from collections.abc import Iterator
from datetime import datetime

from mailctl.domain.contacts import ContactId
from mailctl.store.columns import to_text
from mailctl.store.connection import Reading


def addresses_since(tx: Reading, since: datetime) -> Iterator[str]:
    """Yield who wrote or got mail that was sent then or later, once each, as it is written."""
    rows = tx.execute(
        """
        SELECT from_address AS address FROM message
        WHERE date >= :since AND from_address IS NOT NULL
        UNION
        SELECT recipient.address FROM message
        JOIN recipient ON recipient.message_number = message.number
        WHERE message.date >= :since AND recipient.kind IN ('to', 'cc', 'bcc')
        """,
        {"since": to_text(since)},
    )
    return (row["address"] for row in rows)


def linked_since(tx: Reading, since: datetime) -> set[ContactId]:
    """Return the contacts to whom mail that was sent then or later is linked for certain."""
    rows = tx.execute(
        """
        SELECT DISTINCT contact.id FROM message
        JOIN link ON link.message_number = message.number
        JOIN contact ON contact.number = link.contact_number
        WHERE message.date >= ? AND NOT is_candidate
        """,
        (to_text(since),),
    )
    return {ContactId(row["id"]) for row in rows}
