"""A folder read by asking one thing after the other and believing nothing that can be checked."""

from collections.abc import Iterator
from dataclasses import replace

from mailctl.domain.syncing import Page, Reflagged, Uid, Vanished
from mailctl.errors import ServerRefused
from mailctl.ports.mail import FolderRequest, KnownCopies
from mailctl.protocols.imap.arrivals import Arrivals
from mailctl.protocols.imap.comparison import Comparison
from mailctl.protocols.imap.cursor import Cursor
from mailctl.protocols.imap.items import Items
from mailctl.protocols.imap.pages import Change, Reached, pages
from mailctl.protocols.imap.session import Examined, Session
from mailctl.protocols.words import plain


class CarefulReading:
    """One folder, opened by EXAMINE, from a cursor on."""

    def __init__(self, session: Session, name: bytes, request: FolderRequest) -> None:
        self._session = session
        self._name = name
        self._request = request

    def pages(self) -> Iterator[Page]:
        """Yield what changed; the last page alone carries the cursor."""
        before = Cursor.parse(self._request.cursor)
        examined = self._examine(before)
        if before is not None and before.numbering != examined.numbering:
            before = None  # its numbers mean nothing any more
        request = self._request
        if request.numbering != examined.numbering:
            request = replace(request, again=(), leave=frozenset())
        if request.same and request.same.numbering != examined.numbering:
            request = replace(request, same=None)
        known = request.holdings.numbered(examined.numbering)
        items = self._session.items(self._name)
        reading = _Reading(self._session, examined, known, request, items, before)
        yield from pages(self._request.path, examined.numbering, reading.changes(), reading.reached)

    def _examine(self, before: Cursor | None) -> Examined:
        tag = self._session.send_examine(self._name)
        for _ in self._session.opened(tag):
            pass
        examined = self._session.examined
        if not examined.uidvalidity and before is not None and before.numbering:
            raise ServerRefused(
                f"the server does not say how {plain(self._request.path)} is numbered "
                "(UIDVALIDITY), which it did before"
            )
        if examined.uidnext is None:  # Courier tells it in STATUS alone
            told = self._session.status(self._name, ["UIDNEXT"])
            examined.uidnext = Uid(int(told[1])) if len(told) > 1 else Uid(1)
        return examined


class _Reading:
    """The changes of a folder that is open, and how far they lead."""

    def __init__(
        self,
        session: Session,
        examined: Examined,
        known: KnownCopies,
        request: FolderRequest,
        items: Items,
        before: Cursor | None,
    ) -> None:
        self._session = session
        self._examined = examined
        self._known = known
        self._request = request
        # A next UID that runs backwards was a lie, now or then: everything is listed.
        is_usable = before is not None and before.uidnext <= (examined.uidnext or 1)
        self._before = before if is_usable and not request.is_full else None
        self._modseq = _modseq_to_compare_from(self._before, examined)
        self._arrivals = Arrivals(session, examined, known, request, items)
        self._comparison = Comparison(session, examined, known, items, modseq=self._modseq)
        self._expunged = examined.expunged
        """How many had gone when what is compared was still to be asked for."""

    def changes(self) -> Iterator[Change]:
        """Yield what arrived, then changed flags, then what vanished."""
        # What arrives below may be stored while we go on, and is no business of the comparison.
        lowest = self._known.lowest()
        before = self._before
        first = Uid(1) if before is None else before.uidnext
        was_there = 0 if before is None else before.exists
        again = [uid for uid in self._request.again if uid < first]
        yield from self._arrivals.named(again)
        yield from self._arrivals.after(first, was_there=was_there)
        if lowest is not None:
            self._comparison.has_news = self._arrivals.found > 0
            self._expunged = self._examined.expunged
            yield from self._compared(lowest)

    def _compared(self, lowest: Uid) -> Iterator[Reflagged | Vanished]:
        following = self._examined.uidnext or Uid(1)
        if self._has_lost_nothing() and self._modseq is not None:
            yield from self._comparison.reflagged(lowest, following)
        else:
            yield from self._comparison.since(lowest, following)

    def _has_lost_nothing(self) -> bool:
        """Whether the counts say that all is there that was: below UIDNEXT nothing is added."""
        before = self._before
        if before is None or before.exists is None:
            return False
        return self._examined.present - self._arrivals.found == before.exists

    def reached(self) -> Reached:
        """Return how far this leads, once all changes have come."""
        is_whole = self._arrivals.is_whole and self._comparison.is_whole
        # Flags that were not compared must be asked for again from where we were.
        counted = self._examined.highestmodseq if self._comparison.is_whole else self._modseq
        # Of what goes while we compare only the number is told: then it is listed the next time.
        is_counted = is_whole and self._examined.expunged == self._expunged
        exists = self._examined.present if is_counted else None
        cursor = Cursor(self._examined.numbering, self._arrivals.uidnext, counted, exists)
        return Reached(str(cursor), is_whole=is_whole)


def _modseq_to_compare_from(before: Cursor | None, examined: Examined) -> int | None:
    """Return the count that changed flags can be asked for from, None if all have to be."""
    modseq = before.highestmodseq if before else None
    if modseq is None or examined.highestmodseq is None:
        return None
    # A count that runs backwards says nothing about what changed.
    return modseq if modseq <= examined.highestmodseq else None
