"""Runs that are cut off: whatever the moment, the store is whole and the next run goes on."""

import hashlib
import json
import os
import random
import signal
import sqlite3
import subprocess
import time
from contextlib import closing
from pathlib import Path

import pytest

from mailctl.errors import ExitCode
from tests.conftest import Run, Spawn
from tests.rig import Mailbox, Rig, Stored
from tests.soak import count

MESSAGES = count(400, 5000)


@pytest.fixture
def box(run: Run, at_the_rig: Rig, hosting: str) -> Mailbox:
    """A connected mailbox with many messages that nobody has loaded yet."""
    made = at_the_rig.address("ada")
    at_the_rig.dovecot.append_many(
        made.address, made.password, "INBOX", (Stored(mail(number)) for number in range(MESSAGES))
    )
    ran = run("account", "add", made.address, "--password-stdin", typed=made.password)
    assert ran.code == ExitCode.OK, ran.err + hosting
    return made


def mail(number: int) -> bytes:
    """Return a mail of some size that differs from all others."""
    return (
        f"From: b@x.example\r\nSubject: {number}\r\nMessage-ID: <{number}@x>\r\n\r\n"
        + f"line {number}\r\n" * 40
    ).encode()


def findings(home: Path) -> list[object]:
    """Return what SQLite finds wrong with the database."""
    with closing(sqlite3.connect(home / "mailctl.db")) as database:
        broken = [row for row in database.execute("PRAGMA integrity_check") if row != ("ok",)]
        return broken + database.execute("PRAGMA foreign_key_check").fetchall()


def stored(home: Path) -> list[tuple[int, str]]:
    """Return UID and digest of every copy."""
    with closing(sqlite3.connect(home / "mailctl.db")) as database:
        return database.execute(
            "SELECT uid, source_digest FROM message_copy WHERE gone_at IS NULL ORDER BY uid"
        ).fetchall()


def start(spawn: Spawn) -> "subprocess.Popen[bytes]":
    """Start a sync in a process of its own."""
    return subprocess.Popen(
        spawn.words("sync", "run", "--quiet"),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=os.environ,
    )


def test_a_first_sync_killed_again_and_again_ends_complete(
    run: Run, spawn: Spawn, box: Mailbox, home: Path
) -> None:
    moments = random.Random(26)
    for _ in range(count(8, 200)):
        process = start(spawn)
        time.sleep(moments.uniform(0.2, 1.2))
        process.kill()
        process.wait()
        assert findings(home) == []
    report = json.loads(run("sync", "run", box.address, "-o", "json").out)
    assert report["failed"] == 0
    expected = [
        (number + 1, hashlib.sha256(mail(number)).hexdigest()) for number in range(MESSAGES)
    ]
    assert stored(home) == expected
    assert json.loads(run("sync", "run", "-o", "json").out)["stored"] == 0


@pytest.mark.usefixtures("box")
@pytest.mark.parametrize(("signum", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_ends_the_run_soon_and_leaves_the_store_whole(
    spawn: Spawn, home: Path, signum: signal.Signals, code: int
) -> None:
    moments = random.Random(11)
    for _ in range(count(3, 50)):
        process = start(spawn)
        time.sleep(moments.uniform(0.4, 0.9))
        process.send_signal(signum)
        # at its very end the interpreter has let go of our handlers: the shell sees the same code
        assert process.wait(timeout=5) in {code, 0, -signum}
        assert findings(home) == []


def test_sigterm_stops_the_whole_run_and_blames_no_account(
    run: Run, spawn: Spawn, rig: Rig, box: Mailbox
) -> None:
    other = rig.address("zoe")
    run("account", "add", other.address, "--password-stdin", typed=other.password)
    process = start(spawn)
    wait_for_first_messages(run)
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=5) == ExitCode.TERMINATED
    accounts = json.loads(run("account", "list", "-o", "json").out)
    assert [account["last_error"] for account in accounts] == [None, None]
    assert [account["last_sync_at"] for account in accounts] == [None, None], box


def wait_for_first_messages(run: Run) -> None:
    """Return when a run that is under way has stored something."""
    for _ in range(400):
        if json.loads(run("db", "stats", "-o", "json").out)["counts"]["messages"]:
            return
        time.sleep(0.01)
    raise AssertionError("nothing was stored")


@pytest.mark.usefixtures("box")
def test_of_runs_at_once_one_works_and_the_others_say_so(spawn: Spawn, home: Path) -> None:
    processes = [start(spawn) for _ in range(4)]
    codes = sorted(process.wait(timeout=120) for process in processes)
    assert codes[0] == ExitCode.OK
    assert set(codes) <= {ExitCode.OK, ExitCode.LOCKED}
    assert findings(home) == []
    assert len(stored(home)) == MESSAGES
