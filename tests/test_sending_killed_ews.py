"""Sending over EWS that is killed at any moment: no mail twice, none lost, no draft left."""

import json
import os
import random
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mailctl.errors import ExitCode
from tests.commands.outgoing import let_ten_minutes_go_by
from tests.conftest import Run, Spawn
from tests.rig import Rig
from tests.rig.ews import ExchangeMailbox, ExchangeServer
from tests.soak import count

KILLS = count(12, 120)
MAILS = 3
ADA = "ada@corp.example"
TO = ("ben@x.example", "cy@x.example")
BLIND = "dee@x.example"


@pytest.fixture
def chance() -> random.Random:
    return random.Random(11)


@pytest.fixture
def server(at_the_rig: Rig, chance: random.Random) -> Iterator[ExchangeServer]:
    """A server that takes its time with what changes a mailbox."""
    with ExchangeServer(at_the_rig.authority) as server:
        server.before_answer = lambda operation: time.sleep(
            chance.random() * (0.02 if operation in {"CreateItem", "SendItem"} else 0.002)
        )
        yield server


@pytest.fixture
def mailbox(server: ExchangeServer, run: Run) -> ExchangeMailbox:
    made = server.add(ADA, username="CORP\\ada", password="right")
    run("provider", "add", "corp", "--kind", "ews", "--ews-url", server.url)
    words = ("account", "add", ADA, "--provider", "corp", "--login", "CORP\\ada")
    ran = run(*words, "--password-stdin", typed="right")
    assert ran.code == ExitCode.OK, ran.err
    return made


def queue(run: Run, number: int) -> None:
    ran = run(
        *("send", "--to", TO[0], "--cc", TO[1], "--bcc", BLIND, "--subject", f"mail {number}"),
        *("--body", "x", "--queue"),
    )
    assert ran.code == ExitCode.OK, ran.err


def outbox(run: Run) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(run("outbox", "list", "--all", "-o", "json").out)
    return found


def killed(spawn: Spawn, server: ExchangeServer, chance: random.Random) -> bool:
    """Flush the outbox and kill that around one of its requests; return if it was killed."""
    operation = chance.choice(("FindItem", "CreateItem", "GetItem", "SendItem", "SendItem"))
    moment = server.asked[operation] + chance.randrange(1, MAILS + 1)
    with subprocess.Popen(
        spawn.words("outbox", "flush", "--now", "-q"),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=os.environ,
    ) as process:
        while process.poll() is None and server.asked[operation] < moment:
            time.sleep(0.0005)
        time.sleep(chance.random() * 0.03)
        was_alive = process.poll() is None
        process.send_signal(signal.SIGKILL)
    assert process.returncode != ExitCode.UNEXPECTED
    return was_alive


def test_each_mail_goes_out_once_and_lies_in_sent_items_once(
    run: Run,
    spawn: Spawn,
    server: ExchangeServer,
    mailbox: ExchangeMailbox,
    home: Path,
    chance: random.Random,
) -> None:
    kills = number = 0
    while kills < KILLS:
        for _ in range(MAILS):
            queue(run, number)
            number += 1
        kills += killed(spawn, server, chance)
    for _ in range(2):
        let_ten_minutes_go_by(home)
        assert run("outbox", "flush", "--now").code == ExitCode.OK
    found = outbox(run)
    assert len(found) == number
    assert {each["state"] for each in found} == {"sent"}
    sent = Counter(
        mime.partition(b"Subject: ")[2].partition(b"\r\n")[0] for mime, _ in mailbox.sent
    )
    assert sent == Counter(b"mail %d" % each for each in range(number))
    assert {to for _, to in mailbox.sent} == {(*TO, BLIND)}
    copies = Counter(item.message_id for item in mailbox.folder("Sent Items").items.values())
    assert (len(copies), set(copies.values())) == (number, {1})
    assert list(mailbox.folder("Drafts").items) == []
    assert run("db", "check").code == ExitCode.OK
