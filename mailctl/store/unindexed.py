"""How many messages wait to be made searchable."""

from mailctl.domain.ids import AccountId
from mailctl.store.connection import Reading


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
