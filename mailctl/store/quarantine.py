"""Queries: the messages of all accounts that could not be read so far."""

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from mailctl.domain.ids import AccountId
from mailctl.domain.syncing import Uid
from mailctl.store.columns import from_text
from mailctl.store.connection import Reading
from mailctl.store.failures import from_row


@dataclass(frozen=True)
class Quarantined:
    """A message that a server has and that could not be read."""

    account: AccountId
    address: str
    folder: str
    uid: Uid
    reason: str
    attempts: int
    first_at: datetime
    last_at: datetime


def of_accounts(tx: Reading, accounts: Sequence[AccountId]) -> list[Quarantined]:
    """Return what waits of these accounts, or of all if none is named, by place."""
    rows = tx.execute(
        """
        SELECT account.id, address, path, uid, reason, attempts, first_at, last_at
        FROM quarantine
        JOIN folder ON folder.id = quarantine.folder_id
        JOIN account ON account.id = folder.account_id
        WHERE :all OR account.id IN (SELECT value FROM json_each(:accounts))
        ORDER BY address, path, uid
        """,
        {"all": not accounts, "accounts": json.dumps(accounts)},
    )
    return [_quarantined(row) for row in rows]


@from_row
def _quarantined(row: sqlite3.Row) -> Quarantined:
    return Quarantined(
        account=AccountId(row["id"]),
        address=row["address"],
        folder=row["path"],
        uid=Uid(row["uid"]),
        reason=row["reason"],
        attempts=row["attempts"],
        first_at=from_text(row["first_at"]),
        last_at=from_text(row["last_at"]),
    )
