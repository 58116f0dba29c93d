"""The outbox as a person and a script see it."""

import json
import os
import shutil
import sqlite3
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from mailctl.errors import ExitCode
from tests.conftest import Run, Spawn
from tests.disks import mounted
from tests.rig.submission import Odd, Submission, Taken

BEN = "ben@x.example"


@pytest.fixture
def server(run: Run, monkeypatch: pytest.MonkeyPatch) -> Iterator[Submission]:
    """A submission service with an account at it."""
    monkeypatch.setenv("PW", "secret")
    monkeypatch.setenv("MAILCTL_DNS", "127.0.0.1:9")
    server = Submission()
    with server.serving() as port:
        run(
            *("provider", "add", "local", "--submission", f"127.0.0.1:{port}"),
            *("--submission-security", "none"),
        )
        ran = run(
            *("account", "add", "ada@local.example", "--provider", "local", "--no-receive"),
            *("--secret", "env:PW", "--no-verify"),
        )
        assert ran.code == ExitCode.OK, ran.err
        yield server


def queued(run: Run, *words: str) -> dict[str, Any]:
    ran = run("send", "--to", BEN, "--body", "x", "--queue", *words, "-o", "json")
    assert ran.code == ExitCode.OK, ran.err
    document: dict[str, Any] = json.loads(ran.out)
    return document


def told(run: Run, *words: str) -> Any:
    ran = run("outbox", *words, "-o", "json")
    assert ran.code == ExitCode.OK, ran.err
    return json.loads(ran.out)


@pytest.mark.usefixtures("server")
def test_a_mail_is_found_by_id_message_id_and_key(run: Run) -> None:
    mail = queued(run, "--idempotency-key", "k1")
    for name in (mail["id"], mail["message_id"], f"<{mail['message_id']}>", "k1"):
        assert told(run, "show", name) == mail
    assert run("outbox", "show", "out_none").code == ExitCode.NOT_FOUND


def test_the_list_shows_what_is_not_sent_unless_asked(run: Run, server: Submission) -> None:
    first, second = queued(run, "--subject", "one"), queued(run, "--subject", "two")
    told(run, "retry", first["id"])
    assert [each["id"] for each in told(run, "list")] == [second["id"]]
    assert [each["state"] for each in told(run, "list", "--all")] == ["sent", "queued"]
    assert [each["id"] for each in told(run, "list", "--state", "sent")] == [first["id"]]
    assert [each["id"] for each in told(run, "list", "--all", "--limit", "1")] == [second["id"]]
    assert told(run, "list", "--account", "ada@local.example") != []
    assert run("outbox", "list", "--account", "x@y.example").code == ExitCode.NOT_FOUND
    assert len(server.mails) == 1


@pytest.mark.usefixtures("server")
def test_the_bytes_are_those_that_the_server_gets(run: Run, server: Submission) -> None:
    mail = queued(run)
    raw = run("outbox", "raw", mail["id"]).out
    told(run, "flush")
    assert raw.replace("\r\n", "\n") == server.mails[0].octets.decode().replace("\r\n", "\n")


def test_what_is_taken_back_is_not_sent(run: Run, server: Submission) -> None:
    mail = queued(run)
    (after,) = told(run, "cancel", mail["id"])
    assert (after["state"], after["recipients"][0]["state"]) == ("cancelled", "cancelled")
    assert told(run, "flush") == []
    assert told(run, "cancel", mail["id"])[0]["state"] == "cancelled"
    assert run("outbox", "retry", mail["id"]).code == ExitCode.CONFLICT
    assert server.mails == []


def test_what_is_sent_cannot_be_taken_back(run: Run, server: Submission) -> None:
    mail = queued(run)
    told(run, "flush")
    assert run("outbox", "cancel", mail["id"]).code == ExitCode.CONFLICT
    assert run("outbox", "retry", mail["id"]).code == ExitCode.CONFLICT
    assert len(server.mails) == 1


def test_a_mail_is_given_up_after_five_days(run: Run, server: Submission, home: Path) -> None:
    server.answers = {"RCPT": b"450 4.2.0 later"}
    mail = queued(run)
    assert run("outbox", "flush").code == ExitCode.TEMPORARY
    long_ago = datetime.now(UTC) - timedelta(days=5, minutes=1)
    with closing(sqlite3.connect(home / "mailctl.db")) as database, database:
        database.execute("UPDATE outgoing SET created_at = ?", (f"{long_ago:%Y-%m-%dT%H:%M:%SZ}",))
    assert run("outbox", "flush", "--now").code == ExitCode.REFUSED
    assert told(run, "show", mail["id"])["state"] == "failed"


def test_tries_come_less_and_less_often(run: Run, server: Submission) -> None:
    server.answers = {"RCPT": b"450 4.2.0 later"}
    mail = queued(run)
    pauses = []
    for _ in range(4):
        run("outbox", "flush", "--now")
        shown = told(run, "show", mail["id"])
        next_at, tried_at = (
            datetime.fromisoformat(shown[name]) for name in ("next_try_at", "tried_at")
        )
        pauses.append((next_at - tried_at).total_seconds() / 60)
    assert [round(pause) for pause in pauses] == [1, 5, 10, 30]  # a second may pass meanwhile


def test_two_flushes_at_once_send_once(run: Run, spawn: Spawn, server: Submission) -> None:
    inside, go_on = threading.Event(), threading.Event()

    def wait(taken: Taken) -> None:
        inside.set()
        go_on.wait(20)

    server.on_mail = wait
    queued(run)
    other = threading.Thread(target=spawn, args=("outbox", "flush"))
    other.start()
    assert inside.wait(20)
    ran = run("outbox", "flush", "-o", "json")
    go_on.set()
    other.join()
    assert ran.code == ExitCode.LOCKED, ran
    assert json.loads(ran.err)["error"]["code"] == "locked"
    assert len(server.mails) == 1
    assert [each["state"] for each in told(run, "list", "--all")] == ["sent"]


def test_the_same_key_at_the_same_moment_is_one_mail(spawn: Spawn, server: Submission) -> None:
    words = ("send", "--to", BEN, "--body", "x", "--idempotency-key", "k", "-o", "json")
    found: list[str] = []

    def send() -> None:
        ran = spawn(*words)
        assert ran.code == ExitCode.OK, ran.err
        found.append(json.loads(ran.out)["id"])

    senders = [threading.Thread(target=send) for _ in range(4)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    assert (len(found), len(set(found)), len(server.mails)) == (4, 1, 1)


def test_a_signal_while_sending_leaves_the_truth_behind(
    run: Run, spawn: Spawn, server: Submission
) -> None:
    server.answers = {".": Odd.TAKE_AND_SAY_NOTHING}
    queued(run)
    with subprocess.Popen(spawn.words("outbox", "flush"), env=os.environ) as process:
        while not server.mails:
            time.sleep(0.01)
        process.terminate()
        assert process.wait(20) == ExitCode.TERMINATED
    server.answers = {}
    assert run("outbox", "flush", "--now").code == ExitCode.TEMPORARY
    assert [each["state"] for each in told(run, "list")] == ["uncertain"]
    assert len(server.mails) == 1


def test_old_mail_is_forgotten_with_its_bytes(run: Run, server: Submission, home: Path) -> None:
    queued(run, "--idempotency-key", "k")
    told(run, "flush")
    with closing(sqlite3.connect(home / "mailctl.db")) as database, database:
        database.execute("UPDATE outgoing SET created_at = '2020-01-01T00:00:00Z'")
    told(run, "flush")
    assert told(run, "list", "--all") == []
    with closing(sqlite3.connect(home / "mailctl.db")) as database:
        assert database.execute("SELECT count(*) FROM source").fetchone() == (0,)


def test_a_disk_that_is_full_when_the_server_has_the_mail_sends_no_second_one(
    run: Run, server: Submission, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with mounted(tmp_path / "small", "8m") as disk:
        shutil.copytree(os.environ["MAILCTL_HOME"], disk.directory / "home")
        monkeypatch.setenv("MAILCTL_HOME", str(disk.directory / "home"))
        server.on_mail = lambda taken: disk.fill()
        queued(run)
        ran = run("outbox", "flush")
        assert ran.code == ExitCode.STORE, ran
        (disk.directory / "ballast").unlink()
        assert run("outbox", "flush", "--now").code == ExitCode.TEMPORARY
        assert [each["state"] for each in told(run, "list")] == ["uncertain"]
        assert len(server.mails) == 1
        assert run("db", "check").code == ExitCode.OK
