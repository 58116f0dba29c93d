"""A mailbox at a server that may lie, synced by the program, and what must be true meanwhile."""

import json
import os
import re
import signal
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from mailctl.errors import ExitCode
from tests.conftest import Ran, Run
from tests.contracts.stored import unpacked
from tests.rig.imap_model import HONEST, Faults, Folder, Mailbox, ModelServer

ADDRESS, PASSWORD = "ada@model.example", "secret"
DOCUMENTED = {
    ExitCode.OK,
    ExitCode.PARTIAL,
    ExitCode.AUTHORISATION,
    ExitCode.TEMPORARY,
    ExitCode.GUARD,
    ExitCode.TLS,
    ExitCode.REFUSED,
}
_NOT_SYNCED = {"All", "Drafts", "Flagged", "Important", "Junk", "Trash"}
_ALTERING = re.compile(
    rb"(UID )?(SELECT|STORE|COPY|MOVE|EXPUNGE|APPEND|CREATE|DELETE|RENAME|SUBSCRIBE|SETMETADATA)\b"
    rb"|.*\bBODY\[|.*\bRFC822(?!\.SIZE|\.HEADER)",
    re.IGNORECASE | re.DOTALL,
)

_TRAP = (
    b"* %d FETCH (UID %d FLAGS (\\Deleted) BODY[] {3}\r\nbad)\r\n"
    b'* VANISHED 1:*\r\nA1 OK "half a string {9}\r\n'
)


def mail(number: int, *, size: int = 0) -> bytes:
    """Return a mail that differs from all others, at least so large; some talk like servers."""
    trap = _TRAP % (number, number) if number % 7 == 3 else b""
    head = (
        b"From: Ben <ben@x.example>\r\nTo: ada@model.example\r\nSubject: mail %d\r\n"
        b"Message-ID: <%d@x.example>\r\nDate: Mon, 23 Nov 2026 10:00:00 +0000\r\n\r\n"
        b"body of number %d\r\n" % (number, number, number)
    )
    line = b"line of number %d, which is as long as lines in mails are\r\n" % number
    return head + trap + line * (max(0, size - len(head) - len(trap)) // len(line))


@contextmanager
def deadline(seconds: float) -> Iterator[None]:
    """Fail the test where it takes longer, whatever it waits for."""

    def ring(*_: object) -> None:
        pytest.fail(f"it was not over after {seconds} s")

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _descends(command: bytes) -> bool:
    """Whether a range of UIDs runs backwards, which some servers answer with BAD."""
    if not command.upper().startswith((b"UID FETCH", b"UID SEARCH")):
        return False
    return any(int(first) > int(last) for first, last in re.findall(rb"(\d+):(\d+)", command))


@dataclass(frozen=True)
class Copy:
    """A message in a folder as the database has it."""

    folder: str
    uid: int
    digest: str
    flags: frozenset[str]
    is_gone: bool
    message: str


@dataclass
class Siege:
    """The program before a server; every run is followed by a look at what must hold."""

    run: Run
    home: Path
    box: Mailbox
    server: ModelServer
    deadline_s: float = 30.0
    patience_s: int = 1
    """How long a liar may be silent."""
    excused: set[tuple[str, int]] = field(default_factory=set)
    """Folder and UID of what a lie said positively to be gone."""
    _checked: set[str] = field(default_factory=set)

    def connect(self) -> None:
        """Make the account; nothing is loaded yet."""
        for words in (
            ("provider", "add", "model", "--incoming", f"127.0.0.1:{self.server.port}"),
            ("account", "add", ADDRESS, "--provider", "model", "--secret", "env:PW"),
        ):
            more = {
                "provider": ("--incoming-security", "none"),
                "account": ("--period", "all", "--no-send", "--no-verify", "--no-input"),
            }[words[0]]
            ran = self.run(*words, *more)
            assert ran.code == ExitCode.OK, ran.err

    def sync(self, *options: str) -> Ran:
        """Run a sync that has to end in time, and look whether everything holds."""
        # An honest server on a busy machine may take its time; a liar need not be waited for.
        is_honest = self.server.plan.faults is HONEST
        os.environ["MAILCTL_TIMEOUT"] = "10" if is_honest else str(self.patience_s)
        with deadline(self.deadline_s):
            ran = self.run("sync", "run", ADDRESS, "-o", "json", *options)
        self.look(ran)
        return ran

    def lie(self, faults: Faults, *options: str) -> Ran:
        """Run a sync against the lie; the server stays armed."""
        self.server.arm(faults)
        return self.sync(*options)

    def look(self, ran: Ran) -> None:
        """Check what must hold after every run, whatever the server did."""
        assert ran.code in DOCUMENTED, ran
        assert "Traceback" not in ran.out + ran.err, ran
        if ran.out:
            json.loads(ran.out)
        checked = self.run("db", "check")
        assert checked.code == ExitCode.OK, checked
        assert self.server.crashes == []
        heard = self.server.heard
        assert [command for command in heard if _ALTERING.match(command)] == []
        assert [command for command in heard if _descends(command)] == []
        self.look_at_sources()
        self._look_at_copies()

    def settle(self, *, runs: int = 3) -> None:
        """Let the server be honest, and demand that the store becomes equal to it."""
        self.server.disarm()
        self.lift_pause()
        for _ in range(runs):
            ran = self.sync()
            if ran.code == ExitCode.GUARD:
                ran = self.sync("--allow-delete")
            if ran.code == ExitCode.OK and self.differences() == []:
                return
        assert self.differences() == [], (self.differences(), ran)
        assert ran.code == ExitCode.OK, ran

    def lift_pause(self) -> None:
        """Sign in: what a server asked for is over then."""
        ran = self.run("account", "test", ADDRESS)
        assert ran.code == ExitCode.OK, ran

    # What is there

    def copies(self) -> list[Copy]:
        """Return everything that the database says of copies."""
        rows = self._rows(
            """
            SELECT folder.path, uid, digest, flags, message_copy.gone_at, message.id
            FROM message_copy
            JOIN folder ON folder.id = folder_id
            JOIN message ON message.number = message_number
            JOIN source ON source.id = message_copy.source_id
            ORDER BY folder.path, uid
            """
        )
        return [
            Copy(path, uid, digest.hex(), frozenset(json.loads(flags)), gone is not None, message)
            for path, uid, digest, flags, gone, message in rows
        ]

    def present(self, folder: str = "INBOX") -> dict[int, Copy]:
        """Return the copies of a folder that are not gone, by UID."""
        return {c.uid: c for c in self.copies() if c.folder == folder and not c.is_gone}

    def messages(self) -> set[str]:
        """Return the ids of all messages."""
        return {row[0] for row in self._rows("SELECT id FROM message")}

    def differences(self) -> list[str]:
        """Return where the store differs from the folders of the model."""
        theirs = {
            (folder.path, uid): (self._known_digest(folder, uid), mail.flags)
            for folder in self.wanted()
            for uid, mail in folder.mails.items()
        }
        ours: dict[tuple[str, int], tuple[str, frozenset[str]]] = {}
        found = []
        for copy in self.copies():
            key = copy.folder, copy.uid
            if copy.is_gone or copy.folder not in self.box.folders:
                continue
            if key in ours:
                found.append(f"{key} is there twice")
            digest = "?" if key in self.server.lied_about else copy.digest
            ours[key] = digest, copy.flags
        found += [f"{key} is missing" for key in theirs.keys() - ours.keys()]
        found += [f"{key} is still there" for key in ours.keys() - theirs.keys()]
        common = ours.keys() & theirs.keys()
        return sorted(
            found + [f"{k}: {ours[k]}, not {theirs[k]}" for k in common if ours[k] != theirs[k]]
        )

    def wanted(self) -> list[Folder]:
        """Return the folders that are read when nobody chose any."""
        there = [f for f in self.box if f.special_use == "All" and f.is_selectable]
        if there and "X-GM-EXT-1" in self.server.capabilities:
            return there
        return [f for f in self.box if f.special_use not in _NOT_SYNCED and f.is_selectable]

    # What must hold

    def look_at_sources(self) -> None:
        for (digest,) in self._rows("SELECT digest FROM source"):
            if digest in self._checked:
                continue
            ((size, codec, packed),) = self._rows(
                "SELECT size_bytes, codec, packed FROM source WHERE digest = ?", digest
            )
            source = unpacked(codec, packed)
            assert (sha256(source).digest(), len(source)) == (digest, size)
            self._checked.add(digest)

    def _look_at_copies(self) -> None:
        copies = self.copies()
        past, lied_about = self.box.past, self.server.lied_about
        alive = {(copy.folder, copy.digest) for copy in copies if not copy.is_gone}
        for copy in copies:
            folder = "INBOX" if copy.folder.upper() == "INBOX" else copy.folder
            key = folder, copy.uid
            was_there = copy.digest in past.held.get(key, ())
            assert was_there or key in lied_about, f"{copy} never was there"
            if copy.is_gone:
                is_rematched = (copy.folder, copy.digest) in alive
                is_lost = key in past.lost or key in self.excused
                assert is_rematched or is_lost, f"{copy} is gone, but nobody took it away"

    def _known_digest(self, folder: Folder, uid: int) -> str:
        return "?" if (folder.path, uid) in self.server.lied_about else folder.mails[uid].digest

    def _rows(self, query: str, *values: object) -> list[Any]:
        with closing(sqlite3.connect(self.home / "mailctl.db")) as database:
            return database.execute(query, values).fetchall()

    # Starting over

    def save(self) -> Path:
        """Keep the database as it is now, and return where."""
        kept = self.home / "kept.db"
        with (
            closing(sqlite3.connect(self.home / "mailctl.db")) as database,
            closing(sqlite3.connect(kept)) as copy,
        ):
            database.backup(copy)
        return kept

    def restore(self, kept: Path) -> None:
        """Go back to a database that was kept, and forget what was said meanwhile."""
        for ending in ("", "-wal", "-shm"):
            (self.home / f"mailctl.db{ending}").unlink(missing_ok=True)
        (self.home / "mailctl.db").write_bytes(kept.read_bytes())
        (self.home / "mailctl.db").chmod(0o600)
        self.server.disarm()
        self.server.forget()
        self.server.lied_about.clear()
        self.excused.clear()


def filled(count: int, *, size: int = 0) -> Mailbox:
    """Return a mailbox with so many messages in its inbox."""
    box = Mailbox(ADDRESS, PASSWORD)
    for number in range(1, count + 1):
        box.inbox.append(mail(number, size=size), flags=[r"\Seen"] if number % 3 == 0 else [])
    return box
