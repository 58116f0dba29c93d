"""A password and its tokens are searched for in everything that mailctl leaves or shows."""

import base64
import os
import subprocess
import threading
import time
import urllib.parse
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from mailctl.store.connection import Store
from tests.conftest import Spawn
from tests.rig import Rig
from tests.rig.faults import login_answered, silent

CANARY = "C4n4ry+/= ü" + "x9Q"
WRONG = "Wr0ng-C4n4ry"


def spellings(secret: str, username: str) -> set[bytes]:
    """Return every form in which the secret goes over a wire or into a file."""
    forms = {secret, urllib.parse.quote(secret), urllib.parse.quote_plus(secret)}
    encoded = {
        base64.b64encode(text.encode())
        for text in (
            secret,
            f"\0{username}\0{secret}",
            f"{username}\0{username}\0{secret}",
            f"user={username}\x01auth=Bearer {secret}\x01\x01",
        )
    }
    return {form.encode() for form in forms} | {form.rstrip(b"=") for form in encoded}


@contextmanager
def watching_processes() -> Iterator[list[bytes]]:
    """Collect the command lines and environments of all processes, a hundred times a second."""
    seen: list[bytes] = []
    done = threading.Event()

    def watch() -> None:
        while not done.wait(0.01):
            for process in Path("/proc").glob("[0-9]*"):
                for file in ("cmdline", "environ"):
                    try:
                        seen.append((process / file).read_bytes())
                    except OSError:
                        continue  # gone meanwhile, or not ours
            seen[:] = list(set(seen))

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield seen
    finally:
        done.set()
        watcher.join()


def left_in(directory: Path) -> bytes:
    return b"\0".join(path.read_bytes() for path in directory.rglob("*") if path.is_file())


@pytest.mark.usefixtures("hosting")
def test_a_password_is_found_nowhere(
    spawn: Spawn, at_the_rig: Rig, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setenv("TMPDIR", str(scratch))
    box = at_the_rig.address("ada")
    at_the_rig.dovecot.add_user(box.address, CANARY)
    ben = at_the_rig.address("ben").address
    add = ("account", "add", "--password-stdin", "--debug", "-v")
    provider = ("provider", "add", "local", "--incoming-security", "none", "--submission", "")
    shown = ""
    with (
        watching_processes() as processes,
        login_answered(f"NO no {CANARY} here".encode()) as echoing,
        silent() as hanging,
        closing(Store(home / "mailctl.db")) as open_store,
        open_store.reading(),  # so that the write-ahead log stays
    ):
        for words, typed in (
            ((*add, box.address), CANARY),
            ((*add, box.address), CANARY),  # again: a conflict
            ((*add, ben), WRONG),
            ((*add, ben, "-o", "json"), WRONG),
            (("account", "test", box.address, "--send-test", ben, "--debug"), ""),
            (("account", "show", box.address), ""),
            (("account", "status", "-o", "json"), ""),
            (("account", "set", box.address, "period=30d"), ""),
            (("account", "reauth", box.address, "--password-stdin", "--debug"), WRONG),
            (("account", "reauth", box.address, "--password-stdin", "--debug"), CANARY),
            (("sync", "run", "--debug", "-v"), ""),
            (("message", "list", "--debug"), ""),
            (("send", "--to", ben, "--body", "hello", "--debug", "-v"), ""),
            (("send", "--to", "nobody@corp.example", "--body", "hello", "-o", "json"), ""),
            (("outbox", "flush", "--now", "--debug"), ""),
            (("outbox", "list", "--all", "-o", "json"), ""),
            (("secrets", "list", "-o", "json"), ""),
            (("secrets", "move", "--to", "keyring", "--debug"), ""),
            ((*provider, "--incoming", f"127.0.0.1:{echoing}"), ""),
            ((*add, "x@local.example", "--provider", "local"), CANARY),
            (("provider", "set", "local", "--incoming", f"127.0.0.1:{hanging}"), ""),
            ((*add, "x@local.example", "--provider", "local"), CANARY),
            ((*add, "not an address"), CANARY),
            ((*add, "y@corp.example", "--set", "nonsense"), CANARY),
            ((*add, "y@corp.example", "--folders", "Nowhere"), CANARY),
            (("db", "check", "--debug"), ""),
            (("doctor", "-v", "--debug"), ""),
            (("doctor", "-o", "json", "--bundle", str(scratch / "report.tar.gz")), ""),
            (("db", "backup", str(tmp_path / "backup.db")), ""),
        ):
            ran = spawn(*words, typed=typed, environment={"MAILCTL_TIMEOUT": "1"})
            shown += ran.out + ran.err
        kept = left_in(home)
        assert (home / "mailctl.db-wal").exists()
    haystacks = {
        "what was shown": shown.encode(),
        "the home": kept,
        "temporary files": left_in(scratch) + (tmp_path / "backup.db").read_bytes(),
        "processes": b"\0".join(processes),
    }
    needles = spellings(CANARY, box.address) | spellings(WRONG, ben) | spellings(CANARY, "x")
    found = [
        (place, needle) for place, hay in haystacks.items() for needle in needles if needle in hay
    ]
    assert found == []
    assert f"connected {box.address}".encode() in haystacks["what was shown"]
    assert b"account\0add" in haystacks["processes"]  # the watcher saw us at work


@pytest.mark.usefixtures("hosting")
def test_a_crash_leaves_no_core(spawn: Spawn, at_the_rig: Rig) -> None:
    with silent(certificate=at_the_rig.authority.server()) as port:
        detour = f"mail.hosting.example:993:127.0.0.1:{port}"
        adding = subprocess.Popen(
            spawn.words("account", "add", "ada@corp.example", "--password-stdin"),
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "MAILCTL_CONNECT_TO": detour},
        )
        assert adding.stdin is not None
        adding.stdin.write(b"pw\n")
        adding.stdin.flush()
        time.sleep(1)
        limits = Path(f"/proc/{adding.pid}/limits").read_text(encoding="utf-8")
        adding.kill()
        adding.wait()
        adding.stdin.close()
    (line,) = [line for line in limits.splitlines() if line.startswith("Max core file size")]
    assert line.split()[4] == "0"
