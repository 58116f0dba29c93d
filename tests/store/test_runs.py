"""Every sync run is recorded with what it saw."""

import json
import sqlite3
from dataclasses import replace
from datetime import timedelta

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


def test_old_runs_are_forgotten_but_for_the_last_ones(store: Store) -> None:
    ben = account("ben@example.org")
    with store.writing() as tx:
        for each in (ADA, ben):
            accounts.add(tx, each)
            for days in range(10):
                run = replace(RUN, account=each.id, started_at=NOW - timedelta(days=days))
                runs.add(tx, RunId(f"run_{each.id}_{days}"), run)
        runs.forget(tx, ADA.id, before=NOW - timedelta(days=2, hours=12), but_last=5)
        left = [run.id for run in runs.latest(tx, [ADA.id], limit=99)]
        assert left == [f"run_{ADA.id}_{days}" for days in range(5)]
        runs.forget(tx, ADA.id, before=NOW - timedelta(days=2, hours=12), but_last=1)
        assert len(runs.latest(tx, [ADA.id], limit=99)) == 3
        assert len(runs.latest(tx, [ben.id], limit=99)) == 10
        assert len(runs.latest(tx, [], limit=12)) == 12


def test_runs_come_back_as_they_were_newest_first(store: Store) -> None:
    with store.writing() as tx:
        accounts.add(tx, ADA)
        for name in ("run_1", "run_2"):
            runs.add(tx, RunId(name), RUN)
        runs.add(tx, RunId("run_3"), replace(RUN, error=None, failed=0))
        runs.add(tx, RunId("run_4"), replace(RUN, error=None, failed=1))
        assert [run.id for run in runs.latest(tx, [], limit=9)] == [
            *("run_4", "run_3", "run_2", "run_1"),
        ]
        found = runs.latest(tx, [], limit=2, failed=True)
        assert [run.id for run in found] == ["run_4", "run_2"]
        assert found[1] == replace(RUN, id=RunId("run_2"))
