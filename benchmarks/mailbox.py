"""Mailboxes on a Dovecot of the rig: filled fast, and changed as a second client would."""

import os
import random
import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from benchmarks.mail import FIRST_DAY, folders, messages
from tests.rig import Dovecot, ServerFailed
from tests.rig.authority import Authority
from tests.rig.processes import Workspace, run_as_root

DOVEADM = "/usr/bin/doveadm"
PASSWORD = "correct horse"
SEED = 1
_LATER_SEED = 2


@dataclass(frozen=True)
class Box:
    """A mailbox: the user, and how many messages each folder has."""

    address: str
    sizes: Sequence[tuple[str, int]]

    @property
    def count(self) -> int:
        """All its messages."""
        return sum(size for _, size in self.sizes)


@dataclass(frozen=True)
class MailServer:
    """A Dovecot that has nothing else to do, and the authority that vouches for it."""

    dovecot: Dovecot
    authority: Authority

    @property
    def port(self) -> int:
        """Where it speaks IMAP inside TLS."""
        return self.dovecot.ports.imaps

    def fill(self, addresses: Iterable[str], count: int) -> list[Box]:
        """Give each of these users the same `count` messages in 21 folders."""
        return self._fill(addresses, folders(count))

    def fill_evenly(self, addresses: Iterable[str], count: int, *, number: int) -> list[Box]:
        """Give each of these users so many folders of equal size, INBOX among them."""
        names = ["INBOX", *(f"Folder {index}" for index in range(1, number))]
        return self._fill(addresses, [(name, count // number) for name in names])

    def _fill(self, addresses: Iterable[str], sizes: Sequence[tuple[str, int]]) -> list[Box]:
        """Place the messages, half of them read, and let the server index them."""
        boxes = [Box(address, sizes) for address in addresses]
        template = self.dovecot.directory / "template"
        _write(template, sizes, messages(boxes[0].count, SEED))
        for box in boxes:
            self.dovecot.add_user(box.address, PASSWORD)
            self._place(template, box)
            self._index(box)
        shutil.rmtree(template)
        return boxes

    def append(self, address: str, source: bytes) -> Box:
        """Make a user whose one message this is."""
        self.dovecot.add_user(address, PASSWORD)
        self.dovecot.append(address, PASSWORD, "INBOX", source)
        return Box(address, [("INBOX", 1)])

    def change(self, box: Box, *, turn: int, share: float) -> Box:
        """Add so many new messages, and flag as many old ones; return the box as it is then.

        In every folder with enough of them; each turn (0, 1, …) flags other messages.
        """
        added = [(name, round(size * share)) for name, size in box.sizes]
        fresh = messages(sum(size for _, size in added), _LATER_SEED + turn)
        with self.dovecot.login(box.address, PASSWORD) as imap:
            for name, size in added:
                folder = f'"{_encoded(name)}"'
                for _ in range(size):
                    imap.append(folder, "", "", next(fresh))
                imap.select(folder)
                _, (found,) = imap.uid("SEARCH", "UNFLAGGED")
                old = found.split()[: -size or None]
                chosen = random.Random(turn).sample(old, size)
                if chosen:
                    imap.uid("STORE", b",".join(chosen).decode(), "+FLAGS.SILENT", "(\\Flagged)")
        grown = [
            (name, size + more) for (name, size), (_, more) in zip(box.sizes, added, strict=True)
        ]
        return Box(box.address, grown)

    def _place(self, template: Path, box: Box) -> None:
        home = self.dovecot.directory / "mail" / box.address
        run_as_root("install", "-d", "-o", "mail", "-g", "mail", str(home))
        # Linked, not copied: Dovecot renames the files of messages and never writes into them.
        run_as_root("cp", "-al", str(template), f"{home}/Maildir")
        run_as_root("chown", "-R", "mail:mail", str(home))

    def _index(self, box: Box) -> None:
        """Let the server know the mailbox as one that has been in use."""
        doveadm = (DOVEADM, "-c", f"{self.dovecot.directory}/dovecot.conf")
        fields = "flags date.received size.virtual hdr body"
        run_as_root(*doveadm, "index", "-u", box.address, "*")
        run_as_root(
            "sh", "-c", f'exec "$@" >{os.devnull}', "sh",
            *doveadm, "fetch", "-u", box.address, fields, "mailbox", "*", "all",
        )  # fmt: skip


@contextmanager
def serving() -> Iterator[MailServer]:
    """Run a Dovecot whose files are gone afterwards."""
    workspace = Workspace()
    try:
        authority = Authority(workspace.directory / "tls")
        with Dovecot(authority, directory=workspace.directory / "dovecot") as dovecot:
            yield MailServer(dovecot, authority)
    finally:
        workspace.remove()


def _write(maildir: Path, sizes: Sequence[tuple[str, int]], sources: Iterable[bytes]) -> None:
    """Write a Maildir++ as Dovecot would have: with LF alone, sizes in the names."""
    directories = []
    for name, size in sizes:
        folder = maildir if name == "INBOX" else maildir / f".{_encoded(name).replace('/', '.')}"
        for part in ("cur", "new", "tmp"):
            (folder / part).mkdir(parents=True)
        if folder != maildir:
            (folder / "maildirfolder").touch()
        directories += [folder / "cur"] * size
    rng = random.Random(SEED)
    rng.shuffle(directories)  # threads go across folders
    begin = int(FIRST_DAY.timestamp())
    step = int(timedelta(minutes=30).total_seconds())
    for number, (directory, source) in enumerate(zip(directories, sources, strict=True)):
        stored = source.replace(b"\r\n", b"\n")
        when = begin + number * step
        flags = "S" if rng.random() < 0.5 else ""
        path = directory / f"{when}.M{number}P1.mail,S={len(stored)},W={len(source)}:2,{flags}"
        path.write_bytes(stored)
        os.utime(path, (when, when))


def _encoded(name: str) -> str:
    """Return a folder's name in modified UTF-7 (RFC 3501, section 5.1.3)."""
    if name.isascii():
        return name
    if not name.isalpha() or any(letter.isascii() for letter in name):
        raise ServerFailed(f"no such name has been needed yet: {name}")
    return "&" + name.encode("utf-7")[1:-1].decode().replace("/", ",") + "-"
