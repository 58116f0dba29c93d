"""Answers of an Exchange server with some bytes changed: no crash, no hang, and a sound store."""

import os
import random
import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from mailctl.errors import ExitCode
from tests.conftest import Run
from tests.contracts.exchange import ExchangeElsewhere
from tests.contracts.stage import Stage, mails
from tests.hostile.siege import DOCUMENTED, deadline
from tests.rig import Mailbox, Rig
from tests.rig.ews import ExchangeServer, Fault
from tests.soak import count

OPERATIONS = ("GetFolder", "FindFolder", "SyncFolderItems", "GetItem")
ROUNDS = count(60, 3_000)
_MARKUP = re.compile(rb"<[^>]*>")


@pytest.fixture
def server(at_the_rig: Rig) -> Iterator[ExchangeServer]:
    with ExchangeServer(at_the_rig.authority) as server:
        yield server


@pytest.fixture
def stage(run: Run, server: ExchangeServer, home: Path) -> Stage:
    box = Mailbox("ada@corp.example", "secret")
    mailbox = server.add(box.address, username=box.address, password=box.password)
    elsewhere = ExchangeElsewhere(server, box, mailbox)
    os.environ["MAILCTL_TIMEOUT"] = "5"
    added = run("provider", "add", "here", "--kind", "ews", "--ews-url", server.url)
    assert added.code == ExitCode.OK, added.err
    words = ("account", "add", box.address, "--provider", "here", "--password-stdin")
    connected = run(*words, "--no-send", "--period", "all", "--folders", "all", typed=box.password)
    assert connected.code == ExitCode.OK, connected.err
    elsewhere.put(*mails(range(30)))
    elsewhere.put(*mails(range(40, 45)), folder="Work")
    return Stage(run, home, elsewhere)


def wounded(answer: bytes, chance: random.Random) -> bytes:
    """Return an answer with bytes changed, doubled or lost, in its markup or anywhere."""
    made = bytearray(answer)
    for _ in range(chance.choice((1, 1, 3))):
        tags = [each.span() for each in _MARKUP.finditer(bytes(made))]
        begin, end = chance.choice(tags) if tags and chance.random() < 0.7 else (0, len(made))
        at = chance.randrange(begin, max(end, begin + 1))
        match chance.randrange(5):
            case 0:
                made[at : at + 1] = bytes([chance.randrange(256)])
            case 1:
                del made[at : at + chance.randrange(1, 40)]
            case 2:
                made[at:at] = made[begin:end][:4_000]
            case 3:
                made[begin:end] = b""
            case 4:
                made[at:at] = chance.choice((b"<", b"&#0;", b"]]>", b"\0", b"&x;", b"9" * 400))
    return bytes(made)


@pytest.mark.parametrize("later", [False, True])
def test_answers_with_changed_bytes_are_survived(
    stage: Stage, server: ExchangeServer, later: bool
) -> None:
    if later:
        stage.settle()
    for seed in range(ROUNDS // 2):
        chance = random.Random(seed)
        operation = chance.choice(OPERATIONS)
        first = server.asked[operation] + chance.randrange(3)
        server.faults[:] = [Fault(operation, first, made_of=partial(wounded, chance=chance))]
        words = ("--full",) if later and chance.random() < 0.5 else ()
        with deadline(30):
            ran = stage.run("sync", "run", "-o", "json", *words)
        assert ran.code in DOCUMENTED, (seed, ran)
        assert "Traceback" not in ran.out + ran.err, (seed, ran)
        assert stage.run("db", "check").code == ExitCode.OK, seed
    server.faults.clear()
    stage.run("sync", "errors", "--retry")
    with deadline(30):
        ran = stage.run("sync", "run", "--full", "--allow-delete")
    assert ran.code == ExitCode.OK, ran
    assert places(stage) == {(c.folder, c.uid, c.flags) for c in stage.elsewhere.copies()}


def places(stage: Stage) -> set[tuple[str, int, frozenset[str]]]:
    """Return where messages lie; a source that came with another word in it is what it is."""
    return {(copy.folder, copy.uid, copy.flags) for copy in stage.live()}
