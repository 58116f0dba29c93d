"""Applying that is killed at any moment: the store is sound, and the next run does what is left."""

import json
import random
import signal
import sqlite3
import subprocess
import time
from contextlib import closing
from pathlib import Path

import pytest

from tests.conftest import Run, Spawn
from tests.soak import count

ACCOUNTS, KILLS = 1_500, count(4, 30)


def made(home: Path) -> int:
    with closing(sqlite3.connect(home / "mailctl.db")) as connection:
        ((sound,),) = connection.execute("PRAGMA integrity_check")
        ((number,),) = connection.execute("SELECT count(*) FROM account")
    assert sound == "ok"
    return int(number)


def test_an_apply_that_is_killed_is_mended_by_the_next(
    run: Run, spawn: Spawn, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PW", "x")
    file = tmp_path / "accounts.yaml"
    lines = [f"- {{address: u{n}@gmail.com, secret: 'env:PW'}}\n" for n in range(ACCOUNTS)]
    file.write_text("accounts:\n" + "".join(lines))
    words = ("apply", "--no-verify", "-f", str(file), "-o", "json")
    empty = ("apply", "--prune", "--yes", "-f", "-", "-o", "json")
    assert run(*empty, typed="accounts: []").code == 0
    chance = random.Random(12)
    for _ in range(KILLS):
        process = subprocess.Popen(spawn.words(*words), stdout=subprocess.DEVNULL)
        time.sleep(chance.uniform(0.3, 1.5))
        process.send_signal(signal.SIGKILL)
        process.wait()
        kept = made(home)
        result = json.loads(run(*words).out)
        assert (result["unchanged"], result["created"]) == (kept, ACCOUNTS - kept)
        with closing(sqlite3.connect(home / "mailctl.db")) as connection, connection:
            connection.execute("DELETE FROM account_setting")
            connection.execute("DELETE FROM account")


def test_two_that_apply_the_same_files_at_once_both_end_well(
    spawn: Spawn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PW", "x")
    file = tmp_path / "accounts.yaml"
    lines = [f"- {{address: u{n}@gmail.com, secret: 'env:PW'}}\n" for n in range(200)]
    file.write_text("accounts:\n" + "".join(lines))
    words = spawn.words("apply", "--no-verify", "-f", str(file), "-o", "json")
    both = [subprocess.Popen(words, stdout=subprocess.PIPE) for _ in range(2)]
    told = [json.loads(process.communicate()[0]) for process in both]
    assert [process.returncode for process in both] == [0, 0]
    assert sorted(each["created"] for each in told) == [0, 200]
