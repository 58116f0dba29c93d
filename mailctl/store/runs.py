"""Queries: the record of sync runs."""

import json
import sqlite3
from collections.abc import Sequence
from datetime import datetime

from mailctl.domain.ids import AccountId, RunId
from mailctl.domain.syncing import AccountRun
from mailctl.store.columns import from_text, to_text
from mailctl.store.connection import Reading, Writing
from mailctl.store.failures import from_row


def add(tx: Writing, run_id: RunId, run: AccountRun) -> None:
    """Record how a run over one account ended."""
    tx.execute(
        """
        INSERT INTO sync_run (
            id, account_id, started_at, seconds, state, folders, seen, stored, updated, gone,
            skipped, failed, bytes, error
        ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
        (
            run_id,
            run.account,
            to_text(run.started_at),
            run.seconds,
            run.state,
            run.folders,
            run.seen,
            run.stored,
            run.updated,
            run.gone,
            json.dumps(run.skipped),
            run.failed,
            run.bytes,
            None if run.error is None else json.dumps(run.error),
        ),
    )


def forget(tx: Writing, account: AccountId, *, before: datetime, but_last: int) -> None:
    """Forget the account's runs that began before that, but for its last ones."""
    tx.execute(
        """
        DELETE FROM sync_run
        WHERE account_id = :account AND started_at < :before AND id NOT IN (
            SELECT id FROM sync_run WHERE account_id = :account
            ORDER BY started_at DESC, rowid DESC LIMIT :but_last
        )
        """,
        {"account": account, "before": to_text(before), "but_last": but_last},
    )


def latest(
    tx: Reading, accounts: Sequence[AccountId], *, limit: int, failed: bool = False
) -> list[AccountRun]:
    """Return the newest runs of these accounts, or of all if none is named, newest first.

    `failed` are those that failed or lack messages.
    """
    rows = tx.execute(
        """
        SELECT
            sync_run.id, account_id, address, started_at, seconds, sync_run.state, folders, seen,
            stored, updated, gone, skipped, failed, bytes, error
        FROM sync_run JOIN account ON account.id = sync_run.account_id
        WHERE (:all OR account_id IN (SELECT value FROM json_each(:accounts)))
            AND (NOT :failed OR error IS NOT NULL OR failed > 0)
        ORDER BY started_at DESC, sync_run.rowid DESC
        LIMIT :limit
        """,
        {
            "all": not accounts,
            "accounts": json.dumps(accounts),
            "failed": failed,
            "limit": limit,
        },
    )
    return [_run(row) for row in rows]


@from_row
def _run(row: sqlite3.Row) -> AccountRun:
    return AccountRun(
        id=RunId(row["id"]),
        account=AccountId(row["account_id"]),
        address=row["address"],
        started_at=from_text(row["started_at"]),
        seconds=row["seconds"],
        state=row["state"],
        folders=row["folders"],
        seen=row["seen"],
        stored=row["stored"],
        updated=row["updated"],
        gone=row["gone"],
        skipped=json.loads(row["skipped"]),
        failed=row["failed"],
        bytes=row["bytes"],
        error=None if row["error"] is None else json.loads(row["error"]),
    )
