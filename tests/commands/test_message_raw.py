"""message raw: the bytes that the server has."""

import json
import os
import pty
import shlex
import subprocess
from collections.abc import Sequence
from hashlib import sha256

import pytest

from mailctl.errors import ExitCode
from tests.commands.boxes import connected, fill, mail
from tests.conftest import Run, Spawn
from tests.contracts.customs import DOVECOT
from tests.rig import Mailbox, Rig, Stored

pytestmark = pytest.mark.usefixtures("hosting")
ODD = [*DOVECOT.odd_sources, b"Subject: 10\r\n\r\n" + bytes(range(256)) * 40]


def raw(spawn: Spawn, *words: str) -> bytes:
    """Return what stands on standard output, byte for byte."""
    done = subprocess.run(
        spawn.words("message", "raw", *words), capture_output=True, check=True, timeout=60
    )
    return done.stdout


def put(rig: Rig, box: Mailbox, *sources: bytes, folder: str = "INBOX") -> None:
    stored = [Stored(source) for source in sources]
    rig.dovecot.append_many(box.address, box.password, folder, stored)


def ids(run: Run, *options: str) -> Sequence[str]:
    return [message["id"] for message in json.loads(run("message", "list", "-o", "json").out)]


def test_every_message_comes_byte_for_byte_however_odd(run: Run, rig: Rig, spawn: Spawn) -> None:
    box = connected(run, rig)
    put(rig, box, *ODD)
    with rig.dovecot.login(box.address, box.password) as imap:
        imap.select("INBOX", readonly=True)
        theirs = {
            sha256(imap.uid("FETCH", str(uid), "(BODY.PEEK[])")[1][0][1]).hexdigest()
            for uid in range(1, len(ODD) + 1)
        }
    assert run("sync", "run").code == ExitCode.OK
    ours = {sha256(raw(spawn, message)).hexdigest() for message in ids(run)}
    assert ours == theirs


def test_each_copy_has_its_own_bytes(run: Run, rig: Rig, spawn: Spawn) -> None:
    ada, zoe = connected(run, rig), connected(run, rig, "zoe")
    sources = {
        box.address: f"Received: from {box.address}\r\n".encode() + mail(1) for box in (ada, zoe)
    }
    for box in (ada, zoe):
        put(rig, box, sources[box.address])
    put(rig, zoe, b"Received: again\r\n" + mail(1), folder="Sent")
    put(rig, zoe, b"Received: once more\r\n" + mail(1), folder="Sent")
    assert run("sync", "run").code == ExitCode.OK
    (message,) = ids(run)
    for address, source in sources.items():
        assert raw(spawn, message, "--account", address, "--folder", "INBOX") == source
    of_sent = (message, "--account", zoe.address, "--folder", "Sent")
    assert raw(spawn, *of_sent) == b"Received: again\r\n" + mail(1)
    assert raw(spawn, *of_sent, "--uid", "2") == b"Received: once more\r\n" + mail(1)


def test_a_copy_that_is_not_there_is_not_found(run: Run, rig: Rig) -> None:
    fill(rig, connected(run, rig), range(1))
    run("sync", "run")
    (message,) = ids(run)
    ran = run("message", "raw", message, "--folder", "Sent")
    assert (ran.code, ran.out) == (ExitCode.NOT_FOUND, "")
    assert f"{message} has no copy there" in ran.err


def test_a_message_that_is_none_is_not_found(run: Run) -> None:
    assert run("message", "raw", "msg_000000000000").code == ExitCode.NOT_FOUND


def test_a_terminal_is_not_commanded(run: Run, rig: Rig, spawn: Spawn) -> None:
    box = connected(run, rig)
    put(rig, box, b"Subject: 1\r\n\r\n\x1b]0;evil\x07 \x9b1m \xc2\x9b caf\xc3\xa9\r\n")
    run("sync", "run")
    (message,) = ids(run)
    ours, theirs = pty.openpty()
    subprocess.run(spawn.words("message", "raw", message), stdout=theirs, check=True)
    os.close(theirs)
    shown = os.read(ours, 4096).decode().replace("\r\n", "\n")
    os.close(ours)
    assert shown == "Subject: 1\n\n\\u001b]0;evil\\u0007 �1m \\u009b café\n"


def test_a_reader_that_goes_away_is_no_failure(run: Run, rig: Rig, spawn: Spawn) -> None:
    box = connected(run, rig)
    put(rig, box, b"Subject: 1\r\n\r\n" + b"x" * 9_000_000)
    run("sync", "run")
    (message,) = ids(run)
    command = shlex.join(spawn.words("message", "raw", message))
    piped = f"{command} | head -c 5; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", piped], capture_output=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (ExitCode.BROKEN_PIPE, b"Subje", b"")
