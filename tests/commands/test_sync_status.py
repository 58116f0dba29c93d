"""sync status: how far accounts and folders are, told without asking a server."""

import json
import os
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from mailctl.errors import ExitCode
from mailctl.store.locks import FileLocks
from tests.commands.boxes import break_password, connected, fill
from tests.conftest import Run
from tests.rig import Mailbox, Rig


@pytest.fixture
def box(run: Run, at_the_rig: Rig, hosting: str) -> Mailbox:
    """A connected mailbox with messages in two folders that nobody has loaded yet."""
    made = connected(run, at_the_rig, "ada", "--provider", hosting)
    fill(at_the_rig, made, range(3))
    fill(at_the_rig, made, range(3, 5), folder="Sent")
    return made


def states(run: Run, *options: str) -> list[dict[str, object]]:
    ran = run("sync", "status", "-o", "json", *options)
    assert ran.code == ExitCode.OK, ran.err
    return list(json.loads(ran.out))


def folder(run: Run, path: str) -> dict[str, object]:
    (state,) = states(run)
    folders = state["folders"]
    assert isinstance(folders, list)
    (found,) = [each for each in folders if each["path"] == path]
    return dict(found)


def change(home: Path, statement: str) -> None:
    with closing(sqlite3.connect(home / "mailctl.db", isolation_level=None)) as database:
        database.execute(statement)


def test_an_account_that_was_never_synced_is_due(run: Run, box: Mailbox) -> None:
    (state,) = states(run)
    assert (state["address"], state["last_sync_at"], state["age_seconds"]) == (
        box.address,
        None,
        None,
    )
    assert datetime.fromisoformat(str(state["next_due_at"])) <= datetime.now(UTC)
    assert (state["running"], state["pid"], state["folders"]) == (False, None, [])


@pytest.mark.usefixtures("box")
def test_what_was_read_of_each_folder_is_told(run: Run) -> None:
    run("sync", "run", "--no-index")
    (state,) = states(run)
    assert (state["messages"], state["unindexed"], state["state"]) == (5, 5, "ok")
    last, due = (datetime.fromisoformat(str(state[n])) for n in ("last_sync_at", "next_due_at"))
    assert due - last == timedelta(minutes=10)
    inbox, sent, junk = (folder(run, path) for path in ("INBOX", "Sent", "Junk"))
    assert (inbox["held"], inbox["synced"], inbox["complete"]) == (3, True, True)
    assert (sent["held"], sent["special_use"], sent["read_at"]) == (
        2,
        "sent",
        state["last_sync_at"],
    )
    assert (junk["held"], junk["synced"], junk["complete"], junk["read_at"]) == (
        *(0, False, False, None),
    )
    run("sync", "run")
    assert states(run)[0]["unindexed"] == 0


@pytest.mark.usefixtures("box")
def test_what_is_gone_unreadable_or_left_is_counted(run: Run, home: Path) -> None:
    run("sync", "run")
    change(home, "UPDATE message_copy SET gone_at = stored_at WHERE uid = 1")
    inbox = "(SELECT id FROM folder WHERE path = 'INBOX')"
    change(home, f"INSERT INTO quarantine VALUES ({inbox}, 8, 'odd', 1, '2026', '2026')")
    change(home, f"INSERT INTO skipped VALUES ({inbox}, 9, 'bulk')")
    found = folder(run, "INBOX")
    assert [found[name] for name in ("held", "gone", "quarantined", "left", "complete")] == [
        *(2, 1, 1, 1, False),
    ]
    assert states(run)[0]["quarantined"] == 1


@pytest.mark.usefixtures("box")
def test_a_wider_period_makes_folders_incomplete(run: Run) -> None:
    run("sync", "run")
    run("account", "set", str(states(run)[0]["id"]), "period=90d")
    assert folder(run, "INBOX")["complete"] is False
    run("sync", "run")
    assert folder(run, "INBOX")["complete"] is True


@pytest.mark.usefixtures("box")
def test_a_run_that_is_under_way_is_named(run: Run, home: Path) -> None:
    with FileLocks(home / "locks").hold(str(states(run)[0]["id"])):
        (state,) = states(run)
        assert (state["running"], state["pid"]) == (True, os.getpid())
    assert states(run)[0]["running"] is False


def test_a_monitor_learns_which_mail_is_too_old(
    run: Run, at_the_rig: Rig, box: Mailbox, home: Path
) -> None:
    never = run("sync", "status", "--max-age", "1h")
    assert (never.code, box.address in never.err) == (ExitCode.TEMPORARY, True)
    run("sync", "run")
    assert states(run, "--max-age", "1h")[0]["stale"] is False
    other = connected(run, at_the_rig, "ben")
    run("sync", "run", other.address)
    change(home, f"UPDATE account SET last_sync_at = '2026-01-01T00:00:00Z' "
                 f"WHERE address = '{box.address}'")  # fmt: skip
    late = run("sync", "status", "--max-age", "1h", "-o", "json")
    assert late.code == ExitCode.TEMPORARY
    assert json.loads(late.err)["error"]["accounts"] == [box.address]
    assert [state["stale"] for state in json.loads(late.out)] == [True, False]
    assert run("sync", "status", other.address, "--max-age", "1h").code == ExitCode.OK
    run("account", "disable", box.address)
    assert run("sync", "status", "--max-age", "1h").code == ExitCode.OK


def test_a_failing_account_says_why(run: Run, at_the_rig: Rig, hosting: str) -> None:
    break_password(run, at_the_rig, "ada")
    run("sync", "run")
    (state,) = states(run)
    assert (state["state"], state["next_due_at"]) == ("auth-required", None), hosting
    assert state["error_code"] == "authentication-refused"


@pytest.mark.usefixtures("box")
def test_verbose_shows_the_folders_too(run: Run) -> None:
    run("sync", "run")
    assert "INBOX" not in run("sync", "status").out
    assert "INBOX" in run("sync", "status", "-v").out
    for format_ in ("csv", "yaml", "ndjson"):
        assert "INBOX" in run("sync", "status", "-o", format_).out


def test_no_account_is_no_failure_and_an_unknown_one_is(run: Run) -> None:
    assert states(run, "--max-age", "1h") == []
    assert run("sync", "status", "ghost@corp.example").code == ExitCode.NOT_FOUND


@pytest.mark.usefixtures("box")
def test_a_run_over_one_folder_makes_no_account_complete(run: Run) -> None:
    run("sync", "run", "--folder", "Sent")
    assert states(run)[0]["last_sync_at"] is None
    assert folder(run, "Sent")["complete"] is True
    run("sync", "run")
    assert states(run)[0]["last_sync_at"] is not None
