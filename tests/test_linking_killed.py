"""Linking that is killed at any moment: the next run goes on, and all links are there once."""

import random
import shutil
import signal
import sqlite3
import subprocess
import time
from contextlib import closing
from pathlib import Path

import pytest

from benchmarks.store_filling import fill
from mailctl.core.messages.indexing import index_pending
from mailctl.errors import ExitCode
from mailctl.store.connection import Store
from tests.commands.linked_mail import done
from tests.conftest import Run, Spawn
from tests.core.messages.test_indexing import services_of
from tests.soak import count

MESSAGES, KILLS = count(6_000, 40_000), count(4, 30)
PLACE = "SELECT linked_to - (SELECT count(*) FROM link_pending) FROM link_state"
LINKS = """
    SELECT message.id, contact.name, company.name, record.label, step, is_candidate, evidence
    FROM link JOIN message ON message.number = message_number
    LEFT JOIN contact ON contact.number = contact_number
    LEFT JOIN company ON company.number = company_number
    LEFT JOIN record ON record.number = record_number
    ORDER BY 1, 2, 3, 4, 5
"""


def asked(home: Path, question: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(home / "mailctl.db")) as connection:
        return connection.execute(question).fetchall()


@pytest.fixture
def _mail(home: Path, run: Run) -> None:
    """Mail that is searchable and not linked, people whom it is of, and a rule."""
    store = Store(home / "mailctl.db")
    fill(store, MESSAGES)
    store.close()
    services = services_of(home / "mailctl.db")
    index_pending(services)
    services.store.close()
    for number in range(20):
        address = f"person{number}@company{number}.example"
        done(run, "contact", "add", "--name", f"Person {number}", "--email", address)
    done(run, "company", "add", "--name", "Acme", "--domain", "company3.example")
    done(run, "record", "type", "add", "case")
    rule = ("--name", "words", "--match", r"(\w+ing)\b", "--to", "record:case", "--create")
    done(run, "link", "rule", "add", *rule, "--in", "subject")


def killed(home: Path, spawn: Spawn, chance: random.Random, *words: str) -> bool:
    """Run something that links and kill it amid that; return if it was killed."""
    ((begun,),) = asked(home, PLACE)
    with subprocess.Popen(
        spawn.words(*words), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        while process.poll() is None and asked(home, PLACE) == [(begun,)]:
            time.sleep(0.001)
        time.sleep(chance.random() * 0.03)
        was_alive = process.poll() is None
        process.send_signal(signal.SIGKILL)
    return was_alive


@pytest.mark.usefixtures("_mail")
def test_a_run_that_was_killed_is_gone_on_with(
    home: Path, run: Run, spawn: Spawn, tmp_path: Path
) -> None:
    apart = tmp_path / "apart"
    shutil.copytree(home, apart)
    whole = spawn("sync", "run", "--index-only", environment={"MAILCTL_HOME": str(apart)})
    assert whole.code == ExitCode.OK, whole.err
    chance = random.Random(7)
    words = ("sync", "run", "--index-only", "-q")
    kills = sum(killed(home, spawn, chance, *words) for _ in range(KILLS))
    assert kills, "nothing was killed"
    assert spawn(*words).code == ExitCode.OK
    found = asked(home, LINKS)
    assert found == asked(apart, LINKS)
    assert len(found) > MESSAGES // 10
    assert run("db", "check").code == ExitCode.OK
    for queue in ("link_pending", "link_conversation_pending"):
        assert asked(home, f"SELECT count(*) FROM {queue}") == [(0,)]
    again = ("link", "run")
    assert sum(killed(home, spawn, chance, *again) for _ in range(KILLS)), "nothing was killed"
    assert spawn(*again).code == ExitCode.OK
    assert asked(home, LINKS) == found


@pytest.mark.usefixtures("_mail")
def test_a_change_while_mail_is_linked_is_not_missed(home: Path, run: Run, spawn: Spawn) -> None:
    with subprocess.Popen(spawn.words("sync", "run", "--index-only", "-q")) as process:
        while not asked(home, "SELECT 1 FROM participation LIMIT 1"):
            assert process.poll() is None, "it ended before anything could change"
            time.sleep(0.001)
        address = "person40@company40.example"
        done(run, "contact", "add", "--name", "Late", "--email", address)
        process.wait()
    assert done(run, "link", "run", "--dry-run")["added"] == 0
    assert done(run, "link", "list", "--to", "contact:Late")
