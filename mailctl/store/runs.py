"""Queries: the record of sync runs."""

import json

from mailctl.domain.ids import RunId
from mailctl.domain.syncing import AccountRun
from mailctl.store.columns import to_text
from mailctl.store.connection import Writing


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
