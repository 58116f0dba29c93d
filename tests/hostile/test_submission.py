"""Honest answers of a submission service with bytes changed: no crash, and no mail twice."""

import json
import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from mailctl.errors import ExitCode
from tests.conftest import Run
from tests.hostile.siege import deadline
from tests.rig.submission import EXTENSIONS, Submission
from tests.soak import count

STEPS = {
    "greeting": b"220 submission.example ready",
    "EHLO": b"250-submission.example\r\n" + b"\r\n".join(b"250-" + e for e in EXTENSIONS[:-1])
    + b"\r\n250 " + EXTENSIONS[-1],
    "AUTH": b"235 2.7.0 welcome",
    "MAIL": b"250 2.1.0 ok",
    "RCPT": b"250 2.1.5 ok",
    "DATA": b"354 go on",
    ".": b"250 2.0.0 taken",
    "RSET": b"250 2.0.0 ok",
    "QUIT": b"221 2.0.0 bye",
}  # fmt: skip
SPLINTERS = (
    b"", b" ", b"-", b"\r", b"\n", b"\r\n", b"\0", b"\xff", b"0", b"5", b"4", b"421 bye\r\n",
    b"250 ok\r\n", b"354 go on\r\n", b"550-no\r\n", b"A" * 9000, b"999 ", b"250-" * 200,
    b"\x1b[31m",
)  # fmt: skip
DOCUMENTED = {
    *(ExitCode.OK, ExitCode.PARTIAL, ExitCode.AUTHORISATION, ExitCode.TEMPORARY),
    *(ExitCode.REFUSED, ExitCode.TLS),
}


@pytest.fixture
def served(run: Run, monkeypatch: pytest.MonkeyPatch) -> Iterator[Submission]:
    monkeypatch.setenv("PW", "secret")
    monkeypatch.setenv("MAILCTL_TIMEOUT", "1")
    monkeypatch.setenv("MAILCTL_DNS", "127.0.0.1:9")
    server = Submission()
    with server.serving() as port:
        run(
            *("provider", "add", "local", "--submission", f"127.0.0.1:{port}"),
            *("--submission-security", "none"),
        )
        run(
            *("account", "add", "ada@local.example", "--provider", "local", "--no-receive"),
            *("--secret", "env:PW", "--no-verify"),
        )
        yield server


def wounded(said: bytes, chance: random.Random) -> bytes:
    begin = chance.randrange(len(said) + 1)
    end = min(len(said), begin + chance.choice((0, 1, 2, 9)))
    return said[:begin] + chance.choice(SPLINTERS) + said[end:]


def calm(home: Path) -> None:
    """Forget what the account suffered: the next server is another one."""
    with closing(sqlite3.connect(home / "mailctl.db")) as database, database:
        database.execute("UPDATE account SET state = 'ok', error_kind = NULL")


def test_changed_answers_send_no_mail_twice_and_lose_none(
    run: Run, served: Submission, home: Path
) -> None:
    for seed in range(count(60, 2000)):
        chance = random.Random(seed)
        step = chance.choice(list(STEPS))
        served.answers = {step: wounded(STEPS[step], chance)}
        served.mails.clear()
        with deadline(20):
            ran = run("send", "--to", "ben@x.example", "--body", str(seed), "-o", "json")
        assert ran.code in DOCUMENTED, (seed, ran)
        assert "Traceback" not in ran.out + ran.err, (seed, ran)
        assert "\x1b" not in ran.out + ran.err, seed
        served.answers = {}
        (mail,) = json.loads(run("outbox", "list", "--all", "--limit", "1", "-o", "json").out)
        if mail["state"] in {"deferred", "failed"}:
            run("outbox", "retry", mail["id"])
        (mail,) = json.loads(run("outbox", "list", "--all", "--limit", "1", "-o", "json").out)
        assert mail["state"] in {"sent", "uncertain"}, (seed, mail)
        assert len(served.mails) == 1 or mail["state"] == "uncertain", (seed, step, mail)
        assert len(served.mails) <= 1, (seed, step)
    assert run("db", "check").code == ExitCode.OK
