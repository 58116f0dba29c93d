"""sync history: the runs that were made, newest first."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from mailctl.errors import ExitCode
from tests.commands.boxes import break_password, connected, fill
from tests.conftest import Run
from tests.rig import Mailbox, Rig


@pytest.fixture
def box(run: Run, at_the_rig: Rig, hosting: str) -> Mailbox:
    """A connected mailbox with three messages."""
    made = connected(run, at_the_rig, "ada", "--provider", hosting)
    fill(at_the_rig, made, range(3))
    return made


def history(run: Run, *options: str) -> list[dict[str, object]]:
    ran = run("sync", "history", "-o", "json", *options)
    assert ran.code == ExitCode.OK, ran.err
    return list(json.loads(ran.out))


def test_runs_are_listed_newest_first_under_ids_that_stay(run: Run, box: Mailbox) -> None:
    reports = [json.loads(run("sync", "run", "-o", "json").out)["accounts"][0] for _ in range(2)]
    found = history(run)
    assert [each["id"] for each in found] == [report["run"] for report in reversed(reports)]
    assert [each["stored"] for each in found] == [0, 3]
    assert {each["account"] for each in found} == {box.address}
    assert history(run) == found
    assert history(run, "--limit", "1") == found[:1]


@pytest.mark.usefixtures("box")
def test_what_was_only_tried_out_is_no_run(run: Run) -> None:
    assert (
        json.loads(run("sync", "run", "--dry-run", "-o", "json").out)["accounts"][0]["run"] is None
    )
    assert history(run) == []


def test_failed_runs_and_those_of_one_account_are_picked_out(
    run: Run, at_the_rig: Rig, box: Mailbox
) -> None:
    other = break_password(run, at_the_rig, "ben")
    run("sync", "run")
    assert len(history(run)) == 2
    (failed,) = history(run, "--failed")
    assert (failed["account"], failed["state"]) == (other.address, "failed")
    error = failed["error"]
    assert isinstance(error, dict)
    assert error["code"] == "authentication-refused"
    assert [each["account"] for each in history(run, box.address)] == [box.address]
    assert run("sync", "history", "ghost@corp.example").code == ExitCode.NOT_FOUND


@pytest.mark.usefixtures("box")
def test_the_history_does_not_grow_for_ever(run: Run, home: Path) -> None:
    run("sync", "run")
    with closing(sqlite3.connect(home / "mailctl.db", isolation_level=None)) as database:
        for number in range(30):
            database.execute(
                """
                INSERT INTO sync_run SELECT 'run_' || ?, account_id, '2020-01-01T00:00:00Z',
                    seconds, state, folders, seen, stored, updated, gone, skipped, failed, bytes,
                    error
                FROM sync_run LIMIT 1
                """,
                (number,),
            )
    assert len(history(run, "--limit", "99")) == 31
    run("sync", "run")
    assert len(history(run, "--limit", "99")) == 20
