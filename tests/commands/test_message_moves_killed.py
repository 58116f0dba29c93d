"""Exports and imports that are killed: the next one goes on, with nothing lost or doubled."""

import os
import random
import subprocess
import time
from pathlib import Path

from tests.commands.mail_store import listed, opened, told
from tests.conftest import Run, Spawn
from tests.soak import count
from tests.store.samples import deliver, folder, mail

MESSAGES = count(400, 4000)
KILLS = count(4, 60)


def filled(home: Path) -> set[bytes]:
    """Store mails in two folders; return their sources."""
    sources = [mail(f"mail {n}", message_id=f"<{n}@x>", body="x" * n) for n in range(MESSAGES)]
    with opened(home) as store, store.writing() as tx:
        for number, source in enumerate(sources):
            deliver(tx, folder(tx, ("INBOX", "Archive/2024")[number % 2]), number + 1, source)
    return set(sources)


def killed(spawn: Spawn, home: Path, *words: str, after_s: float) -> None:
    with subprocess.Popen(
        spawn.words(*words),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "MAILCTL_HOME": str(home)},
    ) as process:
        time.sleep(after_s)
        process.kill()
        process.communicate()


def delays(seed: int) -> list[float]:
    """Return moments from before the start to the end of a run, about."""
    chance = random.Random(seed)
    return [chance.uniform(0.2, 0.9) for _ in range(KILLS)]


def test_a_killed_export_goes_on(run: Run, spawn: Spawn, home: Path, tmp_path: Path) -> None:
    sources = filled(home)
    words = ("message", "export", "--format", "maildir", "--to", str(tmp_path / "x"))
    for after_s in delays(1):
        killed(spawn, home, *words, after_s=after_s)
    report = told(run(*words, "-o", "json"))
    assert (report["messages"], report["failed"]) == (MESSAGES, 0)
    found = [path.read_bytes() for path in (tmp_path / "x").rglob("cur/*")]
    assert len(found) == MESSAGES
    assert set(found) == sources


def test_a_killed_import_goes_on(run: Run, spawn: Spawn, home: Path, tmp_path: Path) -> None:
    sources = filled(home)
    run("message", "export", "--format", "maildir", "--to", str(tmp_path / "x"))
    before = {each["id"] for each in listed(run)}
    other = tmp_path / "other"
    words = ("message", "import", str(tmp_path / "x"), "-o", "json")
    for after_s in delays(2):
        killed(spawn, other, *words, after_s=after_s)
    report = told(spawn(*words, environment={"MAILCTL_HOME": str(other)}))
    assert report["imported"] + report["known"] == MESSAGES  # type: ignore[operator]
    again = spawn(*words, environment={"MAILCTL_HOME": str(other)})
    assert told(again)["known"] == MESSAGES
    with opened(other) as store, store.reading() as tx:
        assert {row["id"] for row in tx.execute("SELECT id FROM message")} == before
        assert tx.execute("SELECT count(*) FROM message_copy").fetchone()[0] == len(sources)
