"""Another program at work in a mailbox, over IMAP Python's own client."""

import imaplib
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Protocol

from imapclient import imap_utf7

from tests.contracts.customs import Customs
from tests.contracts.stored import Copy
from tests.rig import ImapServer, Mailbox, Stored
from tests.rig.imap import quoted

_LISTED = re.compile(rb'\((?P<flags>[^)]*)\) (?:"[^"]+"|NIL) (?P<name>.*)', re.DOTALL)
_UID = re.compile(rb"UID (\d+)")
_EMPTY = re.compile(rb"BODY\[\] (\"\"|NIL)\)")
_FLAGS = re.compile(rb"FLAGS \(([^)]*)\)")
_STATES = "(MESSAGES RECENT UIDNEXT UIDVALIDITY UNSEEN)"


@dataclass(frozen=True)
class Look:
    """All that can be seen of a mailbox without touching it."""

    states: dict[str, bytes]
    copies: set[Copy]


class Elsewhere(Protocol):
    """What another program does. Folders are named as people do, messages by their UIDs in IMAP:
    the first that came into a folder is 1.
    """

    @property
    def customs(self) -> Customs: ...
    @property
    def box(self) -> Mailbox: ...
    @property
    def port(self) -> int:
        """The port at which the server is."""
        ...

    def put(
        self,
        *sources: bytes,
        folder: str = "INBOX",
        flags: tuple[str, ...] = (),
        verbatim: bool = False,
    ) -> None:
        """Add messages; the folder is made if it is not there. Raises ServerFailed if refused."""
        ...

    def flag(self, uid: int, change: str, *flags: str, folder: str = "INBOX") -> None:
        """Add (+FLAGS), take away (-FLAGS) or set (FLAGS) flags."""
        ...

    def expunge(self, *uids: int, folder: str = "INBOX") -> None:
        """Remove messages for good."""
        ...

    def copy(self, *uids: int, to: str, folder: str = "INBOX") -> None: ...
    def move_by_copying(self, *uids: int, to: str, folder: str = "INBOX") -> None:
        """Move as clients do where the server has no MOVE."""
        ...

    def move(self, *uids: int, to: str, folder: str = "INBOX") -> None: ...
    def create(self, folder: str) -> None: ...
    def rename(self, folder: str, to: str) -> None: ...
    def delete(self, folder: str) -> None: ...
    def look(self) -> Look:
        """Return all there is; nothing is changed by looking."""
        ...

    def uidvalidity(self, folder: str) -> int:
        """Return which folder of that name it is."""
        ...

    def uid(self, number: int, folder: str = "INBOX") -> int:
        """Return the UID that we know a message by."""
        ...

    def copies(self) -> set[Copy]:
        """Return every message of every folder, without the flag that belongs to one session."""
        ...


@dataclass(frozen=True)
class ImapElsewhere:
    """Each act is a connection of its own."""

    server: ImapServer
    box: Mailbox
    customs: Customs

    @property
    def port(self) -> int:
        return self.server.imaps_port

    def uid(self, number: int, folder: str = "INBOX") -> int:
        return number

    def put(
        self,
        *sources: bytes,
        folder: str = "INBOX",
        flags: tuple[str, ...] = (),
        verbatim: bool = False,
    ) -> None:
        """Add messages; the folder is made if it is not there. Raises ServerFailed if refused."""
        self.server.append_many(
            self.box.address,
            self.box.password,
            self._wire(folder),
            [Stored(source, flags) for source in sources],
            verbatim=verbatim,
        )

    def flag(self, uid: int, change: str, *flags: str, folder: str = "INBOX") -> None:
        """Add (+FLAGS), take away (-FLAGS) or set (FLAGS) flags."""
        with self._selected(folder) as imap:
            _ok(imap.uid("STORE", str(uid), change, f"({' '.join(flags)})"))

    def expunge(self, *uids: int, folder: str = "INBOX") -> None:
        """Remove messages for good."""
        with self._selected(folder) as imap:
            _remove(imap, uids)

    def copy(self, *uids: int, to: str, folder: str = "INBOX") -> None:
        with self._selected(folder) as imap:
            _ok(imap.uid("COPY", _numbers(uids), self._quoted(to)))

    def move_by_copying(self, *uids: int, to: str, folder: str = "INBOX") -> None:
        """Move as clients do where the server has no MOVE."""
        with self._selected(folder) as imap:
            _ok(imap.uid("COPY", _numbers(uids), self._quoted(to)))
            _remove(imap, uids)

    def move(self, *uids: int, to: str, folder: str = "INBOX") -> None:
        """Move by RFC 6851."""
        with self._selected(folder) as imap:
            _ok(imap.uid("MOVE", _numbers(uids), self._quoted(to)))

    def create(self, folder: str) -> None:
        with self._signed_in() as imap:
            _ok(imap.create(self._quoted(folder)))

    def rename(self, folder: str, to: str) -> None:
        with self._signed_in() as imap:
            _ok(imap.rename(self._quoted(folder), self._quoted(to)))

    def delete(self, folder: str) -> None:
        with self._signed_in() as imap:
            _ok(imap.delete(self._quoted(folder)))

    def look(self) -> Look:
        """Return all there is, `\\Recent` too; nothing is changed by looking."""
        states: dict[str, bytes] = {}
        copies: set[Copy] = set()
        with self._signed_in() as imap:
            for name in _selectable(imap):
                path = str(imap_utf7.decode(name.encode()))
                states[path] = _ok(imap.status(quoted(name), _STATES))[-1].rpartition(b" (")[2]
                copies |= set(_examined(imap, name, path))
        return Look(states, copies)

    def uidvalidity(self, folder: str) -> int:
        found = re.search(rb"UIDVALIDITY (\d+)", self.look().states[self.customs.path(folder)])
        assert found
        return int(found[1])

    def copies(self) -> set[Copy]:
        """Return every message of every folder, without the flag that belongs to one session."""
        return {
            Copy(copy.folder, copy.uid, copy.digest, copy.flags - {"\\Recent"})
            for copy in self.look().copies
        }

    def _wire(self, folder: str) -> str:
        return str(imap_utf7.encode(self.customs.path(folder)), "ascii")

    def _quoted(self, folder: str) -> str:
        return quoted(self._wire(folder))

    @contextmanager
    def _signed_in(self) -> Iterator[imaplib.IMAP4]:
        with self.server.login(self.box.address, self.box.password) as imap:
            yield imap

    @contextmanager
    def _selected(self, folder: str) -> Iterator[imaplib.IMAP4]:
        with self._signed_in() as imap:
            _ok(imap.select(self._quoted(folder)))
            yield imap


def _ok(answered: tuple[str, list[Any]]) -> list[Any]:
    answer, said = answered
    assert answer == "OK", said
    return said


def _numbers(uids: Iterable[int]) -> str:
    return ",".join(map(str, uids))


def _remove(imap: imaplib.IMAP4, uids: Iterable[int]) -> None:
    _ok(imap.uid("STORE", _numbers(uids), "+FLAGS.SILENT", "(\\Deleted)"))
    _ok(imap.expunge())


def _selectable(imap: imaplib.IMAP4) -> Iterator[str]:
    """Yield the names as on the wire."""
    for line in imap.list()[1]:
        # a name that comes as a literal is the second part
        whole = b" ".join(line) if isinstance(line, tuple) else line
        listed = _LISTED.match(re.sub(rb"\{\d+\} ", b"", whole)) if whole else None
        if listed is None or b"\\noselect" in listed["flags"].lower():
            continue
        name = listed["name"].decode()
        is_quoted = name.startswith('"') and not isinstance(line, tuple)
        yield re.sub(r"\\(.)", r"\1", name[1:-1]) if is_quoted else name


def _examined(imap: imaplib.IMAP4, name: str, path: str) -> Iterator[Copy]:
    (count,) = imap.select(quoted(name), readonly=True)[1]
    if count == b"0":
        return
    for part in imap.uid("FETCH", "1:*", "(UID FLAGS BODY.PEEK[])")[1]:
        head, source = part if isinstance(part, tuple) else (part, b"")
        if isinstance(part, tuple) or _EMPTY.search(head):
            yield _copy(path, head, source)


def _copy(path: str, head: bytes, source: bytes) -> Copy:
    """Return what an answer says; each server says it in an order of its own, the body last."""
    uid, flags = _UID.search(head), _FLAGS.search(head)
    assert uid, head
    assert flags, head
    digest = sha256(source).hexdigest()
    return Copy(path, int(uid[1]), digest, frozenset(flags[1].decode().split()))
