"""Sending that is killed at any moment: no mail twice, none lost, and what is uncertain named."""

import json
import os
import random
import re
import signal
import subprocess
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from mailctl.errors import ExitCode
from tests.commands.outgoing import let_ten_minutes_go_by
from tests.conftest import Run, Spawn
from tests.rig import Mailbox, Rig
from tests.rig.submission import Submission, Taken
from tests.soak import count

KILLS = count(12, 120)
MAILS = 4


def message_id(octets: bytes) -> str:
    found = re.search(rb"(?im)^message-id: <([^>]+)>", octets)
    assert found
    return found[1].decode()


def queue(run: Run, address: str, number: int) -> None:
    ran = run(
        *("send", "--to", "ben@x.example", "--subject", f"mail {number}", "--body", "x"),
        *("--from", address, "--queue"),
    )
    assert ran.code == ExitCode.OK, ran.err


def outbox(run: Run) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(run("outbox", "list", "--all", "-o", "json").out)
    return found


def killed(spawn: Spawn, server: Submission, chance: random.Random) -> bool:
    """Flush the outbox and kill that when the server has heard so much; return if it was killed."""
    begun = len(server.heard) + len(server.mails)
    moment = begun + chance.randrange(1, 7 * MAILS)
    with subprocess.Popen(
        spawn.words("outbox", "flush", "--now", "-q"),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=os.environ,
    ) as process:
        while process.poll() is None and len(server.heard) + len(server.mails) < moment:
            time.sleep(0.0005)
        time.sleep(chance.random() * 0.004)
        was_alive = process.poll() is None
        process.send_signal(signal.SIGKILL)
    assert process.returncode != ExitCode.UNEXPECTED
    return was_alive


def slow_at_the_end(chance: random.Random) -> Submission:
    """A server that takes its time once it keeps a mail: that is the moment that matters."""
    return Submission(on_mail=lambda taken: time.sleep(chance.random() * 0.01))


def taken_ids(server: Submission) -> Counter[str]:
    return Counter(message_id(taken.octets) for taken in server.mails)


@pytest.fixture
def chance() -> random.Random:
    return random.Random(7)


def test_no_mail_is_sent_twice_or_lost_where_nothing_can_be_looked_up(
    run: Run,
    spawn: Spawn,
    monkeypatch: pytest.MonkeyPatch,
    chance: random.Random,
) -> None:
    monkeypatch.setenv("PW", "secret")
    server = slow_at_the_end(chance)
    with server.serving() as port:
        run(
            *("provider", "add", "local", "--submission", f"127.0.0.1:{port}"),
            *("--submission-security", "none"),
        )
        run(
            *("account", "add", "ada@local.example", "--provider", "local", "--no-receive"),
            *("--secret", "env:PW", "--no-verify"),
        )
        kills = number = 0
        while kills < KILLS:
            for _ in range(MAILS):
                queue(run, "ada@local.example", number)
                number += 1
            kills += killed(spawn, server, chance)
        run("outbox", "flush", "--now")
    states = {each["message_id"]: each["state"] for each in outbox(run)}
    ids = taken_ids(server)
    assert len(states) == number
    assert set(ids.values()) == {1}
    assert set(states.values()) <= {"sent", "uncertain"}
    assert [each for each, state in states.items() if state == "sent" and each not in ids] == []
    assert Counter(states.values())["uncertain"] <= kills
    assert run("db", "check").code == ExitCode.OK


def test_each_recipient_gets_it_once_where_some_are_refused_and_some_put_off(
    run: Run,
    spawn: Spawn,
    monkeypatch: pytest.MonkeyPatch,
    chance: random.Random,
) -> None:
    monkeypatch.setenv("PW", "secret")
    server = slow_at_the_end(chance)
    server.answers = {
        "RCPT later@x.example": [b"450 4.2.0 later", b"250 2.1.5 ok"] * (2 * KILLS),
        "RCPT never@x.example": b"550 5.1.1 nobody",
    }
    recipients = ("now@x.example", "later@x.example", "never@x.example")
    with server.serving() as port:
        run(
            *("provider", "add", "local", "--submission", f"127.0.0.1:{port}"),
            *("--submission-security", "none"),
        )
        run(
            *("account", "add", "ada@local.example", "--provider", "local", "--no-receive"),
            *("--secret", "env:PW", "--no-verify"),
        )
        kills = number = 0
        while kills < KILLS:
            to = [word for each in recipients for word in ("--to", each)]
            ran = run("send", *to, "--subject", f"mail {number}", "--body", "x", "--queue")
            assert ran.code == ExitCode.OK, ran.err
            number += 1
            kills += killed(spawn, server, chance)
        server.answers = {"RCPT never@x.example": b"550 5.1.1 nobody"}
        for _ in range(3):
            run("outbox", "flush", "--now")
    taken = Counter(
        (message_id(mail.octets), to) for mail in server.mails for to in mail.recipients
    )
    states = {
        (mail["message_id"], each["address"]): each["state"]
        for mail in outbox(run)
        for each in mail["recipients"]
    }
    assert len(states) == len(recipients) * number
    assert set(taken.values()) == {1}
    for (mail_id, address), state in states.items():
        usual = {"failed"} if address == recipients[2] else {"sent", "uncertain"}
        assert state in usual
        assert state != "sent" or (mail_id, address) in taken


def test_what_is_uncertain_is_found_where_the_provider_files_what_it_takes(
    run: Run,
    spawn: Spawn,
    at_the_rig: Rig,
    home: Path,
    chance: random.Random,
) -> None:
    box = at_the_rig.address("ada")
    server = Submission(on_mail=lambda taken: _file(at_the_rig, box, taken, chance))
    with server.serving() as port:
        run(
            *("provider", "add", "filing", "--incoming", "mail.hosting.example"),
            *("--submission", f"127.0.0.1:{port}", "--submission-security", "none"),
            "--files-sent",
        )
        ran = run(
            *("account", "add", box.address, "--provider", "filing", "--password-stdin"),
            typed=box.password,
        )
        assert ran.code == ExitCode.OK, ran.err
        kills = number = 0
        while kills < KILLS:
            for _ in range(MAILS):
                queue(run, box.address, number)
                number += 1
            kills += killed(spawn, server, chance)
        run("outbox", "flush", "--now")
        let_ten_minutes_go_by(home)
        assert run("outbox", "flush", "--now").code == ExitCode.OK
    found = outbox(run)
    assert {each["state"] for each in found} == {"sent"}
    ids = taken_ids(server)
    assert (len(ids), set(ids.values())) == (number, {1})
    assert {each["copy"]["state"] for each in found} == {"by-provider"}
    with at_the_rig.dovecot.login(box.address, box.password) as imap:
        assert imap.select("Sent", readonly=True)[1] == [b"%d" % number]


def _file(rig: Rig, box: Mailbox, taken: Taken, chance: random.Random) -> None:
    time.sleep(chance.random() * 0.005)
    rig.dovecot.append(box.address, box.password, "Sent", taken.octets)
    time.sleep(chance.random() * 0.005)
