"""Mailboxes in memory: folders, their messages, and a memory of all that ever was in them."""

import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from hashlib import sha256
from random import Random

_FIRST_VALIDITY = 1_700_000_000
_WHEN = datetime(2026, 11, 23, 10, tzinfo=UTC)


@dataclass
class Mail:
    """A message under its UID; the bytes never change, flags and modseq do."""

    uid: int
    source: bytes
    flags: frozenset[str]
    internal_date: datetime
    modseq: int
    labels: tuple[str, ...] = ()

    @cached_property
    def digest(self) -> str:
        return sha256(self.source).hexdigest()

    @property
    def number(self) -> int:
        """A number that equal messages share wherever they lie (X-GM-MSGID)."""
        return int(self.digest[:15], 16)


@dataclass
class Past:
    """What was ever true of the folders of a mailbox, by path."""

    held: dict[tuple[str, int], set[str]] = field(default_factory=dict)
    """The digests of all that was ever under a UID."""
    lost: set[tuple[str, int]] = field(default_factory=set)
    """The UIDs that were once taken away, whether they were given again or not."""

    def add(self, path: str, mail: Mail) -> None:
        self.held.setdefault((path, mail.uid), set()).add(mail.digest)


class Folder:
    """A folder under one UIDVALIDITY."""

    def __init__(
        self, path: str, *, uidvalidity: int, special_use: str | None = None, past: Past
    ) -> None:
        self.path = path
        self.uidvalidity = uidvalidity
        self.special_use = special_use
        self.is_selectable = True
        self.uidnext = 1
        self.highestmodseq = 1
        self.mails: dict[int, Mail] = {}
        """By UID, ascending."""
        self.vanished: list[tuple[int, int]] = []
        """MODSEQ and UID of what was expunged."""
        self.forgotten = 0
        """Up to this MODSEQ it is not remembered any more what vanished."""
        self._past = past

    def append(
        self,
        source: bytes,
        *,
        flags: Iterable[str] = (),
        internal_date: datetime = _WHEN,
        labels: tuple[str, ...] = (),
    ) -> Mail:
        """Put a message at the end."""
        self.highestmodseq += 1
        mail = Mail(
            self.uidnext, source, frozenset(flags), internal_date, self.highestmodseq, labels
        )
        self.uidnext += 1
        self.mails[mail.uid] = mail
        self._past.add(self.path, mail)
        return mail

    def expunge(self, *uids: int) -> None:
        """Take messages away for good."""
        self.highestmodseq += 1
        for uid in uids:
            del self.mails[uid]
            self.vanished.append((self.highestmodseq, uid))
            self._past.lost.add((self.path, uid))

    def flag(self, uid: int, *flags: str) -> None:
        """Give a message these flags and no others."""
        self.highestmodseq += 1
        mail = self.mails[uid]
        mail.flags, mail.modseq = frozenset(flags), self.highestmodseq

    def label(self, uid: int, *labels: str) -> None:
        """Give a message these labels and no others (X-GM-LABELS)."""
        self.highestmodseq += 1
        mail = self.mails[uid]
        mail.labels, mail.modseq = labels, self.highestmodseq

    def forget(self) -> None:
        """Forget what vanished up to now, as servers do after a while."""
        self.forgotten = self.highestmodseq
        self.vanished.clear()

    def vanished_since(self, modseq: int, known: range | set[int]) -> list[int]:
        """Return which UIDs a client lost since, or all that are none where that is forgotten."""
        if modseq < self.forgotten:
            return [uid for uid in range(1, self.uidnext) if uid in known and uid not in self.mails]
        gone = {uid for changed, uid in self.vanished if changed > modseq}
        return sorted(uid for uid in gone - self.mails.keys() if uid in known)

    def renumbered(self, uidvalidity: int, order: Iterable[int], *, first_uid: int = 1) -> "Folder":
        """Return the folder with the same messages under other UIDs, in this order."""
        fresh = Folder(
            self.path, uidvalidity=uidvalidity, special_use=self.special_use, past=self._past
        )
        fresh.uidnext = first_uid
        for uid in order:
            mail = self.mails[uid]
            fresh.append(mail.source, flags=mail.flags, internal_date=mail.internal_date)
        return fresh


class Mailbox:
    """What a person has at a server."""

    def __init__(self, address: str, password: str) -> None:
        self.address = address
        self.password = password
        self.past = Past()
        self.lock = threading.RLock()
        self._validity = _FIRST_VALIDITY
        self.folders: dict[str, Folder] = {}
        self.create("INBOX")

    def __getitem__(self, path: str) -> Folder:
        return self.folders[path]

    def __iter__(self) -> Iterator[Folder]:
        return iter(list(self.folders.values()))

    @property
    def inbox(self) -> Folder:
        return self.folders["INBOX"]

    def create(self, path: str, *, special_use: str | None = None) -> Folder:
        """Make a folder, e.g. with special_use="Sent"."""
        made = Folder(path, uidvalidity=self._next(), special_use=special_use, past=self.past)
        self.folders[path] = made
        return made

    def delete(self, path: str) -> None:
        """Take a folder away with all that is in it."""
        for uid in self.folders.pop(path).mails:
            self.past.lost.add((path, uid))

    def rename(self, path: str, new: str) -> None:
        """Give a folder another name; its UIDs stay."""
        folder = self.folders.pop(path)
        self.folders[new] = folder
        folder.path = new
        for mail in folder.mails.values():
            self.past.lost.add((path, mail.uid))
            self.past.add(new, mail)

    def copy(self, path: str, uid: int, to: str) -> Mail:
        """Copy a message into another folder."""
        mail = self.folders[path].mails[uid]
        return self.folders[to].append(
            mail.source, flags=mail.flags, internal_date=mail.internal_date
        )

    def move(self, path: str, uid: int, to: str) -> Mail:
        """Move a message into another folder."""
        moved = self.copy(path, uid, to)
        self.folders[path].expunge(uid)
        return moved

    def renumber(self, path: str, *, seed: int | None = None, first_uid: int = 1) -> Folder:
        """Change the UIDVALIDITY: every message gets a new UID, in another order with a seed.

        Whoever has the folder open goes on with what was, as a client may expect.
        """
        with self.lock:
            old = self.folders[path]
            order = list(old.mails)
            if seed is not None:
                Random(seed).shuffle(order)
            for uid in order:
                self.past.lost.add((path, uid))
            fresh = old.renumbered(self._next(), order, first_uid=first_uid)
            self.folders[path] = fresh
            return fresh

    def _next(self) -> int:
        self._validity += 1
        return self._validity
