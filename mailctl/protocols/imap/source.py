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
from mailctl.protocols.imap.pages import Change, Reached, pages
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
        modseq = _modseq_to_compare_from(before, examined)
        comparison = Comparison(self._session, examined, known, modseq=modseq)

        def reached() -> Reached:
            # Flags that were not compared must be asked for again from where we were.
            counted = examined.highestmodseq if comparison.is_whole else modseq
            cursor = Cursor(examined.uidvalidity, arrivals.uidnext, counted)
            return Reached(str(cursor), is_whole=arrivals.is_whole and comparison.is_whole)

        arrived = arrivals.after(before.uidnext if before else Uid(1))
        compared = comparison.since(lowest, examined.uidnext or Uid(1)) if lowest else iter(())
        yield from pages(self._kept_open(folder, chain(arrived, compared)), reached)

    def fetch(self, folder: str, uids: Sequence[Uid]) -> Iterator[Fetched]:
        """Yield the sources of those messages that the server still gives, ascending."""
        self._ensure_open(folder)
        for items in asked(uids, lambda part: self._session.fetch(part, "(RFC822.SIZE)")):
            # A later answer of flags alone must not take the place of one with what was asked.
            sizes = {item.uid: item.size_bytes for item in items if item.size_bytes is not None}
            for batch in _batches({uid: sizes[uid] for uid in sorted(sizes.keys() & set(uids))}):
                self._ensure_open(folder)
                yield from self._sources(batch)

    def _sources(self, sizes: dict[Uid, int]) -> Iterator[Fetched]:
        expected = sum(sizes.values())
        for items in asked(
            list(sizes),
            lambda part: self._session.fetch(part, "(BODY.PEEK[])", expected_bytes=expected),
        ):
            sources = {item.uid: item.source for item in items if item.source is not None}
            for uid in sources.keys() & sizes.keys():
                # Some servers give nothing for a message that they cannot read.
                if sources[uid] or not sizes[uid]:
                    yield Fetched(uid, sources[uid])

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


def _modseq_to_compare_from(before: Cursor | None, examined: Examined) -> int | None:
    """Return the count that changed flags can be asked for from, None if all have to be."""
    modseq = before.highestmodseq if before else None
    if modseq is None or examined.highestmodseq is None:
        return None
    # A count that runs backwards says nothing about what changed.
    return modseq if modseq <= examined.highestmodseq else None


def _started_over(folder: str) -> CursorExpired:
    return CursorExpired(
        f"the server numbered the messages of {plain(folder)} anew (UIDVALIDITY)",
        hint="nothing of it was changed here; its other folders are read as before",
    )
