"""Queries: the addresses that stand in mail."""

from collections.abc import Iterator
from datetime import datetime

from mailctl.store.columns import to_text
from mailctl.store.connection import Reading


def of_mail_since(tx: Reading, since: datetime) -> Iterator[str]:
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
