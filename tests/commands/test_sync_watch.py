"""sync watch: mail is loaded as it arrives, whatever becomes of the connection meanwhile."""

import json
import os
import queue
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from mailctl.core.messages.indexing import LOCK
from mailctl.errors import ExitCode
from mailctl.store.locks import FileLocks
from tests.commands.boxes import break_password, connected, fill, mail
from tests.conftest import Run, Spawn
from tests.rig import Dovecot, Habits, Mailbox, Rig, Stored

ADDRESS = "ada@local.example"


class Watcher:
    """A `sync watch` in a process of its own, and what it says line by line."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self.process = process
        self._lines: queue.SimpleQueue[str] = queue.SimpleQueue()
        self.errors: list[str] = []
        threading.Thread(target=self._read, daemon=True).start()
        threading.Thread(target=self._read_errors, daemon=True).start()

    def line(self, *, within_s: float = 20) -> dict[str, object]:
        """Return the next thing that happened."""
        try:
            return dict(json.loads(self._lines.get(timeout=within_s)))
        except queue.Empty:
            raise AssertionError(f"nothing was said, but {self.errors}") from None

    def stored(self, count: int) -> None:
        """Wait until so many messages were stored in all."""
        while count > 0:
            stored = self.line()["stored"]
            assert isinstance(stored, int)
            count -= stored
        assert count == 0

    def error(self, words: str, *, within_s: float = 20) -> None:
        """Wait until this was said on standard error."""
        until = time.monotonic() + within_s
        while not any(words in line for line in self.errors):
            assert time.monotonic() < until, self.errors
            time.sleep(0.05)

    def ended(self, *, within_s: float = 20) -> int:
        return self.process.wait(timeout=within_s)

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._lines.put(line)

    def _read_errors(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.errors.append(line)


@contextmanager
def watching(spawn: Spawn, *options: str) -> Iterator[Watcher]:
    """Watch while the block lasts."""
    process = subprocess.Popen(
        spawn.words("sync", "watch", "-o", "ndjson", *options),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ,
    )
    try:
        yield Watcher(process)
    finally:
        process.kill()
        process.wait()
        for stream in (process.stdout, process.stderr):
            assert stream is not None
            stream.close()


@pytest.fixture
def box(run: Run, at_the_rig: Rig, hosting: str) -> Mailbox:
    """A connected mailbox with three messages that nobody has loaded yet."""
    made = connected(run, at_the_rig, "ada", "--provider", hosting)
    fill(at_the_rig, made, range(3))
    return made


def wait_for_idle(home: Path, run: Run, address: str) -> None:
    """Return when the account was synced and is not being synced."""
    for _ in range(400):
        (state,) = json.loads(run("sync", "status", address, "-o", "json").out)
        if state["last_sync_at"] and not state["running"]:
            return
        time.sleep(0.05)
    raise AssertionError(f"{address} was never synced in {home}")


def test_mail_is_stored_and_told_of_as_it_arrives(
    spawn: Spawn, run: Run, at_the_rig: Rig, box: Mailbox
) -> None:
    with watching(spawn) as watcher:
        first = watcher.line()
        assert (first["account"], first["cause"], first["stored"]) == (box.address, "start", 3)
        assert first["indexed"] == 3
        at_the_rig.dovecot.deliver(box.address, mail(3))
        second = watcher.line()
        assert (second["cause"], second["stored"]) == ("news", 1)
    assert len(json.loads(run("message", "search", "body", "-o", "json").out)) == 4


def test_flags_and_deletions_are_told_of(spawn: Spawn, at_the_rig: Rig, box: Mailbox) -> None:
    with watching(spawn) as watcher:
        assert watcher.line()["stored"] == 3
        with at_the_rig.dovecot.login(box.address, box.password) as connection:
            connection.select("INBOX")
            connection.store("1", "+FLAGS", r"(\Flagged)")
            assert watcher.line()["updated"] == 1
            connection.store("2", "+FLAGS", r"(\Deleted)")
            connection.expunge()
            changed = [watcher.line()]
            if not changed[-1]["gone"]:
                changed.append(watcher.line())
        assert changed[-1]["gone"] == 1


def test_mail_in_other_folders_is_told_of_as_well(
    spawn: Spawn, home: Path, run: Run, at_the_rig: Rig, box: Mailbox
) -> None:
    with watching(spawn) as watcher:
        assert watcher.line()["stored"] == 3
        wait_for_idle(home, run, box.address)
        before = runs(run, box.address)
        fill(at_the_rig, box, range(5, 7), folder="Junk")
        time.sleep(1.5)
        assert runs(run, box.address) == before, "nobody reads that folder"
        fill(at_the_rig, box, range(3, 5), folder="Sent")
        found = watcher.line()
        assert (found["cause"], found["stored"]) == ("news", 2)
        time.sleep(1.5)
        assert runs(run, box.address) == before + 1, "our own reading is no news"


def test_where_nothing_tells_of_other_folders_they_are_looked_at_after_the_interval(
    spawn: Spawn, server: Dovecot
) -> None:
    server.deliver(ADDRESS, mail(1))
    with watching(spawn, "--interval", "3s") as watcher:
        assert watcher.line()["stored"] == 1
        server.append_many(ADDRESS, "pw", "Sent", [Stored(mail(2))])
        found = watcher.line()
        assert (found["cause"], found["stored"]) == ("interval", 1)


def runs(run: Run, address: str) -> int:
    return len(json.loads(run("sync", "history", address, "-o", "json").out))


def test_several_accounts_are_watched_at_once(
    spawn: Spawn, run: Run, at_the_rig: Rig, box: Mailbox
) -> None:
    others = [connected(run, at_the_rig, name) for name in ("ben", "zoe")]
    with watching(spawn) as watcher:
        assert watcher.line()["account"] == box.address
        for other in others:
            wait_for_idle(Path(), run, other.address)
        for number, other in enumerate(others, start=10):
            at_the_rig.dovecot.deliver(other.address, mail(number))
            found = watcher.line()
            assert (found["account"], found["stored"]) == (other.address, 1)


def test_nothing_is_lost_among_deliveries_without_pause(
    spawn: Spawn, run: Run, at_the_rig: Rig, box: Mailbox
) -> None:
    with watching(spawn) as watcher:
        for number in range(3, 43):
            at_the_rig.dovecot.deliver(box.address, mail(number))
        watcher.stored(43)
    assert run("sync", "verify").code == ExitCode.OK


def test_cron_may_sync_while_mail_is_waited_for(
    spawn: Spawn, run: Run, at_the_rig: Rig, box: Mailbox, home: Path
) -> None:
    with watching(spawn) as watcher:
        assert watcher.line()["stored"] == 3
        wait_for_idle(home, run, box.address)
        assert run("sync", "run").code == ExitCode.OK
        (account,) = json.loads(run("account", "list", "-o", "json").out)
        with FileLocks(home / "locks").hold(account["id"]):
            at_the_rig.dovecot.deliver(box.address, mail(3))
            time.sleep(2)
        assert watcher.line()["stored"] == 1
        assert watcher.errors == []


def test_an_account_whose_password_is_refused_is_left_and_others_go_on(
    spawn: Spawn, run: Run, at_the_rig: Rig, box: Mailbox
) -> None:
    other = break_password(run, at_the_rig, "ben")
    with watching(spawn) as watcher:
        assert watcher.line()["stored"] == 3
        watcher.error('"authentication-refused"')
        at_the_rig.dovecot.deliver(box.address, mail(3))
        assert watcher.line()["account"] == box.address
        (error,) = [json.loads(line)["error"] for line in watcher.errors]
        assert error["account"] == other.address
    states = json.loads(run("account", "list", "-o", "json").out)
    assert [account["state"] for account in states] == ["ok", "auth-required"]


def test_where_every_account_is_refused_it_ends(
    spawn: Spawn, run: Run, at_the_rig: Rig, hosting: str
) -> None:
    for name in ("ben", "zoe"):
        break_password(run, at_the_rig, name)
    with watching(spawn) as watcher:
        assert watcher.ended() == ExitCode.AUTHORISATION, hosting


@pytest.mark.parametrize("accounts", [1, 3])
@pytest.mark.parametrize(("signum", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_ends_it_soon_and_locks_are_free(
    spawn: Spawn,
    run: Run,
    at_the_rig: Rig,
    box: Mailbox,
    accounts: int,
    signum: signal.Signals,
    code: int,
) -> None:
    for name in ("ben", "zoe")[: accounts - 1]:
        connected(run, at_the_rig, name)
    with watching(spawn) as watcher:
        assert watcher.line()["account"] == box.address
        watcher.process.send_signal(signum)
        assert watcher.ended(within_s=8) == code
        assert [line for line in watcher.errors if '"terminated"' not in line] == []
    assert run("sync", "run").code == ExitCode.OK


def test_once_ends_with_the_next_change(spawn: Spawn, at_the_rig: Rig, box: Mailbox) -> None:
    with watching(spawn, "--once") as watcher:
        assert watcher.line()["cause"] == "start"
        at_the_rig.dovecot.deliver(box.address, mail(3))
        assert watcher.line()["cause"] == "news"
        assert watcher.ended() == ExitCode.OK
    with watching(spawn, "--once", "--interval", "1s") as watcher:
        assert watcher.ended() == ExitCode.OK


@pytest.fixture
def server(rig: Rig, run: Run, monkeypatch: pytest.MonkeyPatch) -> Iterator[Dovecot]:
    """A server of its own, which may go away and tells of one folder, with a connected mailbox."""
    monkeypatch.setenv("PW", "pw")
    with Dovecot(rig.authority, habits=Habits(hide_capabilities=("NOTIFY",))) as made:
        made.add_user(ADDRESS, "pw")
        incoming = ("--incoming", f"127.0.0.1:{made.ports.imap}", "--incoming-security", "none")
        assert run("provider", "add", "local", *incoming).code == ExitCode.OK
        added = run(
            *("account", "add", ADDRESS, "--provider", "local", "--secret", "env:PW"),
            *("--no-send", "--no-input"),
        )
        assert added.code == ExitCode.OK, added.err
        yield made


def test_a_server_that_was_away_is_watched_again(spawn: Spawn, server: Dovecot) -> None:
    with watching(spawn) as watcher:
        server.deliver(ADDRESS, mail(1))
        watcher.stored(1)
        assert server._guard is not None
        server._guard.stop()  # its processes alone: the mail stays
        watcher.error("trying again in")
        time.sleep(1.5)
        server.start()
        server.deliver(ADDRESS, mail(2))
        watcher.stored(1)
        server.deliver(ADDRESS, mail(3))
        assert watcher.line()["cause"] == "news"


def test_without_an_account_there_is_nothing_to_watch(run: Run) -> None:
    assert run("sync", "watch").code == ExitCode.NOT_FOUND


def test_an_index_that_is_held_is_waited_for(
    spawn: Spawn, run: Run, box: Mailbox, home: Path
) -> None:
    with watching(spawn) as watcher:
        with FileLocks(home / "locks").hold(LOCK):
            time.sleep(2.5)
        assert watcher.line()["indexed"] == 3
    assert len(json.loads(run("message", "search", "body", "-o", "json").out)) == 3, box


@pytest.mark.parametrize("accounts", [1, 2])
def test_it_ends_when_nobody_reads_on(
    spawn: Spawn, run: Run, at_the_rig: Rig, box: Mailbox, accounts: int
) -> None:
    for name in ("ben",)[: accounts - 1]:
        connected(run, at_the_rig, name)
    process = subprocess.Popen(
        spawn.words("sync", "watch", "-o", "ndjson"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert json.loads(process.stdout.readline())["stored"] == 3
        process.stdout.close()
        at_the_rig.dovecot.deliver(box.address, mail(3))
        assert process.wait(timeout=10) == ExitCode.BROKEN_PIPE
        assert process.stderr.read() == ""
