"""Every sync run is recorded with what it saw."""

import json
import sqlite3
from dataclasses import replace

import pytest

from mailctl.domain.ids import AccountId, RunId
from mailctl.domain.syncing import AccountRun
from mailctl.store import accounts, maintenance, runs
from mailctl.store.connection import Store
from tests.store.samples import NOW, account

ADA = account()
RUN = AccountRun(
    ADA.id,
    ADA.address,
    NOW,
    state="failed",
    seen=7,
    stored=5,
    skipped={"old": 2},
    seconds=1.5,
    error={"code": "unreachable"},
)


def test_a_run_is_recorded_as_it_ended(store: Store) -> None:
    with store.writing() as tx:
        accounts.add(tx, ADA)
        runs.add(tx, RunId("run_1"), RUN)
        row = tx.execute(
            "SELECT id, account_id, started_at, state, seen, stored, seconds, skipped, error "
            "FROM sync_run"
        ).fetchone()
    assert tuple(row)[:7] == ("run_1", ADA.id, "2026-01-02T03:04:05Z", "failed", 7, 5, 1.5)
    assert json.loads(row["skipped"]) == {"old": 2}
    assert json.loads(row["error"]) == {"code": "unreachable"}


def test_a_good_run_has_no_error(store: Store) -> None:
    with store.writing() as tx:
        accounts.add(tx, ADA)
        runs.add(tx, RunId("run_1"), replace(RUN, error=None))
        assert tx.execute("SELECT error FROM sync_run").fetchone()[0] is None
        assert maintenance.counts(tx)["sync_runs"] == 1


def test_a_run_belongs_to_an_account(store: Store) -> None:
    with pytest.raises(sqlite3.IntegrityError), store.writing() as tx:
        runs.add(tx, RunId("run_1"), replace(RUN, account=AccountId("acc_nobody")))
