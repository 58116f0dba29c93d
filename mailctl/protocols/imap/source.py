"""A mailbox read over IMAP, which leaves no trace in it."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import chain

from mailctl.domain.folders import RemoteFolder
from mailctl.domain.syncing import Fetched, Page, Uid
from mailctl.errors import CursorExpired
from mailctl.ports import KnownCopies
from mailctl.protocols.imap import folders as listing
from mailctl.protocols.imap.arrivals import Arrivals
from mailctl.protocols.imap.comparison import Comparison
from mailctl.protocols.imap.cursor import Cursor
from mailctl.protocols.imap.pages import Change, pages
from mailctl.protocols.imap.portions import asked
from mailctl.protocols.imap.session import Examined, Session
from mailctl.protocols.words import plain

_BATCH_BYTES = 4 * 1024 * 1024
_BATCH_MESSAGES = 100


class ImapSource:
    """A signed-in mailbox; folders are opened with EXAMINE and read with BODY.PEEK alone.

    Everything here raises Unreachable, ServerBusy or ServerRefused.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._names: dict[str, bytes] | None = None
        self._open: str | None = None
        self._validities: dict[str, int] = {}

    def folders(self) -> Sequence[RemoteFolder]:
        """Return every folder, INBOX first where there is one."""
        found = listing.with_states(self._session)
        self._names = {folder.path: folder.name for folder, _ in found}
        return tuple(remote for _, remote in found)

    def changes(
        self, folder: str, cursor: str | None, *, known: KnownCopies, since: datetime | None
    ) -> Iterator[Page]:
        """Yield what changed after `cursor` in pages of at most 500 changes.

        The last page alone carries a cursor. Raises CursorExpired as well.
        """
        before = None if cursor is None else Cursor.parse(cursor)
        examined = self._with_uidnext(folder, self._examine(folder))
        if before is not None and before.uidvalidity != examined.uidvalidity:
            raise _started_over(folder)
        self._validities[folder] = examined.uidvalidity
        # What arrives below may be stored while we go on, and is no business of the comparison.
        lowest = known.lowest()
        arrivals = Arrivals(self._session, examined, known=known, since=since)

        def reached() -> str:
            return str(Cursor(examined.uidvalidity, arrivals.uidnext, examined.highestmodseq))

        found = chain(
            arrivals.after(before.uidnext if before else Uid(1)),
            self._compared(examined, before, known, lowest),
        )
        yield from pages(self._kept_open(folder, found), reached)

    def fetch(self, folder: str, uids: Sequence[Uid]) -> Iterator[Fetched]:
        """Yield the sources of those messages that the server still gives, ascending."""
        self._ensure_open(folder)
        for items in asked(uids, lambda part: self._session.fetch(part, "(RFC822.SIZE)")):
            sizes = {item.uid: item.size_bytes or 0 for item in items}
            for batch in _batches({uid: sizes[uid] for uid in sorted(sizes.keys() & set(uids))}):
                self._ensure_open(folder)
                yield from self._sources(batch)

    def _sources(self, sizes: dict[Uid, int]) -> Iterator[Fetched]:
        expected = sum(sizes.values())
        for items in asked(
            list(sizes),
            lambda part: self._session.fetch(part, "(BODY.PEEK[])", expected_bytes=expected),
        ):
            sources = {item.uid: item.source for item in items if item.uid in sizes}
            for uid, source in sources.items():
                # Some servers give nothing for a message that they cannot read.
                if source or (source is not None and not sizes[uid]):
                    yield Fetched(uid, source)

    def _compared(
        self,
        examined: Examined,
        before: Cursor | None,
        known: KnownCopies,
        lowest: Uid | None,
    ) -> Iterator[Change]:
        if lowest is None:
            return
        modseq = before.highestmodseq if before else None
        # A count that runs backwards says nothing about what changed.
        if modseq is None or examined.highestmodseq is None or modseq > examined.highestmodseq:
            modseq = None
        comparison = Comparison(self._session, examined, known, modseq=modseq)
        yield from comparison.since(lowest, examined.uidnext or Uid(1))

    def _kept_open(self, folder: str, found: Iterator[Change]) -> Iterator[Change]:
        """Yield the changes; whoever takes them may use another folder in between."""
        while True:
            self._ensure_open(folder)
            change = next(found, None)
            if change is None:
                return
            yield change

    def _ensure_open(self, folder: str) -> None:
        if self._open == folder:
            return
        examined = self._examine(folder)
        if self._validities.setdefault(folder, examined.uidvalidity) != examined.uidvalidity:
            raise _started_over(folder)

    def _examine(self, folder: str) -> Examined:
        self._open = None
        examined = self._session.examine(self._name(folder))
        self._open = folder
        return examined

    def _with_uidnext(self, folder: str, examined: Examined) -> Examined:
        """Return what was examined with the next UID, which Courier tells in STATUS alone."""
        if examined.uidnext is not None:
            return examined
        told = self._session.status(self._name(folder), ["UIDNEXT"])
        return replace(examined, uidnext=Uid(int(told[1])) if len(told) > 1 else Uid(1))

    def _name(self, path: str) -> bytes:
        if self._names is None:
            self._names = {folder.path: folder.name for folder in listing.listed(self._session)}
        return self._names.get(path) or listing.wire_name(path)


def _batches(sizes: dict[Uid, int]) -> Iterator[dict[Uid, int]]:
    """Yield portions whose sources fit into memory; a larger message comes alone."""
    batch: dict[Uid, int] = {}
    for uid, size in sizes.items():
        too_large = sum(batch.values()) + size > _BATCH_BYTES
        if batch and (too_large or len(batch) >= _BATCH_MESSAGES):
            yield batch
            batch = {}
        batch[uid] = size
    if batch:
        yield batch


def _started_over(folder: str) -> CursorExpired:
    return CursorExpired(
        f"the server numbered the messages of {plain(folder)} anew (UIDVALIDITY)",
        hint="nothing of it was changed here; its other folders are read as before",
    )
