"""Query: whose mail is on its way out. Every sync asks, and mostly it is nobody's."""

from mailctl.domain.ids import AccountId
from mailctl.store.connection import Reading


def accounts(tx: Reading) -> list[AccountId]:
    """Return the accounts in whose outbox something is to happen, now or later."""
    rows = tx.execute("SELECT DISTINCT account_id FROM unfinished_outgoing")
    return [AccountId(row["account_id"]) for row in rows]
