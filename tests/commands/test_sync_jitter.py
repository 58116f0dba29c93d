"""sync run --jitter: runs that cron begins at once are spread, and nothing is held meanwhile."""

import json
import signal
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from mailctl.errors import ExitCode
from tests.commands.boxes import connected
from tests.conftest import Run, Spawn
from tests.rig import Mailbox, Rig


@pytest.fixture
def box(run: Run, at_the_rig: Rig, hosting: str) -> Mailbox:
    """A connected mailbox, never synced."""
    return connected(run, at_the_rig, "ada", "--provider", hosting)


@contextmanager
def waiting(spawn: Spawn, *words: str) -> Iterator["subprocess.Popen[str]"]:
    """A run that has begun to wait, for hours."""
    command = spawn.words("sync", "run", "--jitter", "9999h", "-v", *words)
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, text=True, **pipes) as process:  # type: ignore[call-overload]
        try:
            assert process.stderr is not None
            said = process.stderr.readline()
            assert said.startswith("mailctl: waits "), said
            yield process
        finally:
            process.kill()


@pytest.mark.usefixtures("box")
@pytest.mark.parametrize(("signum", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_run_that_waits_ends_at_once_when_it_is_asked_to(
    spawn: Spawn, signum: signal.Signals, code: int
) -> None:
    with waiting(spawn) as process:
        process.send_signal(signum)
        out, err = process.communicate(timeout=10)
    assert (process.returncode, out) == (code, "")
    assert "Traceback" not in err


def test_while_a_run_waits_others_sync_and_write(
    run: Run, spawn: Spawn, box: Mailbox, home: Path
) -> None:
    with waiting(spawn), closing(sqlite3.connect(home / "mailctl.db", timeout=0)) as other:
        other.execute("BEGIN IMMEDIATE")
        other.rollback()
        assert run("sync", "run", box.address).code == 0


@pytest.mark.usefixtures("box")
def test_a_wait_is_told_to_who_wants_details_alone(run: Run) -> None:
    told = run("sync", "run", "--jitter", "1s", "-v", "-o", "json")
    assert told.err.startswith("mailctl: waits ")
    assert json.loads(told.out)["seconds"] < 30
    silent = run("sync", "run", "--jitter", "1s", "--quiet")
    assert (silent.code, silent.out, silent.err) == (0, "", "")


def test_where_nothing_is_due_nothing_is_waited_for(run: Run, box: Mailbox) -> None:
    assert run("sync", "run", box.address).code == 0
    began = time.monotonic()
    ran = run("sync", "run", "--due", "--jitter", "2m", "-v", "-o", "json")
    assert (ran.code, json.loads(ran.out)["accounts"]) == (0, [])
    assert "waits" not in ran.err
    assert time.monotonic() - began < 10


def test_a_name_that_is_no_account_is_told_before_the_wait(run: Run) -> None:
    ran = run("sync", "run", "nobody@corp.example", "--jitter", "9999h")
    assert ran.code == ExitCode.NOT_FOUND


@pytest.mark.parametrize("jitter", ["5m", "6m"])
def test_a_wait_that_could_take_all_of_the_time_is_refused(run: Run, jitter: str) -> None:
    ran = run("sync", "run", "--jitter", jitter, "--max-duration", "5m")
    assert (ran.code, "--max-duration" in ran.err) == (ExitCode.USAGE, True)
