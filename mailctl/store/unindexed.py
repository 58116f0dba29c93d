"""Queries: which messages wait to be indexed. Every sync asks, and mostly there are none."""

from mailctl.domain.ids import AccountId, MessageNumber
from mailctl.records import dataclass
from mailctl.store.connection import Reading


@dataclass(frozen=True)
class Waiting:
    """A message that is not indexed yet."""

    message: MessageNumber
    size_bytes: int


def waiting(tx: Reading, *, after: int, limit: int) -> list[Waiting]:
    """Return messages that are not indexed yet, in the order of their numbers."""
    rows = tx.execute(
        """
        SELECT number, size_bytes FROM message
        WHERE indexed_version = 0 AND number > ? ORDER BY number LIMIT ?
        """,
        (after, limit),
    )
    return [Waiting(MessageNumber(row["number"]), row["size_bytes"]) for row in rows]


def count(tx: Reading) -> int:
    """Return how many messages are not indexed yet."""
    number: int = tx.execute("SELECT count(*) FROM message WHERE indexed_version = 0").fetchone()[0]
    return number


def count_by_account(tx: Reading) -> dict[AccountId, int]:
    """Return how many messages of each account are not indexed yet, where there are any."""
    rows = tx.execute(
        """
        SELECT folder.account_id, count(DISTINCT message.number) AS waiting
        FROM message
        JOIN message_copy ON message_copy.message_number = message.number
        JOIN folder ON folder.id = message_copy.folder_id
        WHERE message.indexed_version = 0
        GROUP BY folder.account_id
        """
    )
    return {AccountId(row["account_id"]): row["waiting"] for row in rows}
