"""sync errors: messages that could not be read, at a server that spoils them."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from mailctl.errors import ExitCode
from tests.commands.boxes import mail
from tests.conftest import Run
from tests.rig.imap_model import Faults, Mailbox, Mangling, ModelServer

ADDRESS = "ada@model.example"
SPOILT = Faults(mangling=Mangling.NIL_BODY, spoiled=frozenset({2, 3}))


@pytest.fixture
def server(run: Run, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModelServer]:
    """A server with an account whose second and third message cannot be read, synced once."""
    monkeypatch.setenv("PW", "secret")
    monkeypatch.setenv("MAILCTL_TIMEOUT", "2")
    box = Mailbox(ADDRESS, "secret")
    for number in range(1, 5):
        box.inbox.append(mail(number))
    with ModelServer(box) as server:
        incoming = ("--incoming", f"127.0.0.1:{server.port}", "--incoming-security", "none")
        assert run("provider", "add", "model", *incoming).code == ExitCode.OK
        added = run(
            *("account", "add", ADDRESS, "--provider", "model", "--secret", "env:PW"),
            *("--no-send", "--no-input", "--period", "all"),
        )
        assert added.code == ExitCode.OK, added.err
        server.arm(SPOILT)
        assert run("sync", "run").code == ExitCode.PARTIAL
        yield server


def errors(run: Run, *options: str, code: int = ExitCode.OK) -> list[dict[str, object]]:
    ran = run("sync", "errors", "-o", "json", *options)
    assert ran.code == code, ran.err
    return list(json.loads(ran.out))


def listed(run: Run) -> int:
    return len(json.loads(run("message", "list", "-o", "json").out))


@pytest.mark.usefixtures("server")
def test_what_could_not_be_read_is_listed_with_its_reason(run: Run) -> None:
    first, second = errors(run)
    assert (first["account"], first["folder"], first["uid"]) == (ADDRESS, "INBOX", 2)
    assert (first["attempts"], second["uid"]) == (1, 3)
    assert first["reason"]
    assert first["first_at"] == first["last_at"]
    assert errors(run, ADDRESS) == [first, second]
    assert run("sync", "errors", "ghost@model.example").code == ExitCode.NOT_FOUND


@pytest.mark.usefixtures("server")
def test_it_is_tried_in_the_next_runs_and_then_once_a_day(run: Run, home: Path) -> None:
    (state,) = json.loads(run("sync", "status", "-o", "json").out)
    assert errors(run)[0]["next_try_at"] == state["next_due_at"]
    with closing(sqlite3.connect(home / "mailctl.db", isolation_level=None)) as database:
        database.execute("UPDATE quarantine SET attempts = 9 WHERE uid = 3")
    late = errors(run)[1]
    last, again = (datetime.fromisoformat(str(late[n])) for n in ("last_at", "next_try_at"))
    assert again - last == timedelta(days=1)


def test_another_try_says_what_is_left(run: Run, server: ModelServer, home: Path) -> None:
    with closing(sqlite3.connect(home / "mailctl.db", isolation_level=None)) as database:
        database.execute("UPDATE quarantine SET attempts = 9")
    left = errors(run, "--retry", code=ExitCode.PARTIAL)
    assert [(each["uid"], each["attempts"]) for each in left] == [(2, 10), (3, 10)]
    assert run("sync", "run").code == ExitCode.OK, "they are left alone for a day"
    server.arm(Faults(mangling=Mangling.NIL_BODY, spoiled=frozenset({3})))
    assert [each["uid"] for each in errors(run, "--retry", code=ExitCode.PARTIAL)] == [3]
    server.disarm()
    assert errors(run, "--retry") == []
    assert errors(run) == []
    assert listed(run) == 4


def test_nothing_to_retry_asks_nobody(run: Run, server: ModelServer) -> None:
    server.disarm()
    assert errors(run, "--retry") == []
    server.forget()
    assert errors(run, "--retry", ADDRESS) == []
    assert server.heard == []


def test_a_person_is_told_that_messages_could_not_be_read(run: Run, server: ModelServer) -> None:
    ran = run("sync", "errors", "--retry", "--quiet")
    assert ran.code == ExitCode.PARTIAL, server
    (line,) = ran.err.splitlines()
    assert line == (
        f"mailctl: {ADDRESS}: 2 messages could not be read (hint: mailctl sync errors {ADDRESS})"
    )


def test_accounts_that_rest_are_left_alone(run: Run, server: ModelServer) -> None:
    run("account", "disable", ADDRESS)
    server.forget()
    assert len(errors(run, "--retry", code=ExitCode.PARTIAL)) == 2
    assert server.heard == []
