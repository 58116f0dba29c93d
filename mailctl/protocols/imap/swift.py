"""Folders read with commands sent ahead, where the server's counts then prove that all came.

What does not add up is left to a careful reading: nothing is believed for being quick.
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import field

from mailctl.domain.syncing import Page, Reflagged, Uid, Vanished
from mailctl.errors import ServerRefused
from mailctl.ports.mail import FolderRequest, KnownCopies
from mailctl.protocols.imap.answers import Item
from mailctl.protocols.imap.arrivals import arrival
from mailctl.protocols.imap.comparison import by_uid, differing
from mailctl.protocols.imap.cursor import Cursor
from mailctl.protocols.imap.folders import State
from mailctl.protocols.imap.pages import Change, Reached, pages
from mailctl.protocols.imap.pipeline import Reply
from mailctl.protocols.imap.session import Session, vanished_uids
from mailctl.protocols.imap.sets import HIGHEST, in_words, portions
from mailctl.records import dataclass

_WINDOW = 250
"""How many messages one command asks for, about."""
_MOST_NEW = 5000
"""More than these are listed first: few of them may be wanted."""
_FLAGS_AT_ONCE = 500


@dataclass(frozen=True)
class Plan:
    """What can be asked of a folder before it is open, by what LIST said of it."""

    request: FolderRequest
    name: bytes
    state: State
    before: Cursor | None

    @property
    def first(self) -> Uid:
        """The UID from which on messages are new."""
        return self.before.uidnext if self.before else Uid(1)


def planned(
    session: Session, name: bytes, request: FolderRequest, state: State | None, *, may_move: bool
) -> Plan | None:
    """Return how to read the folder swiftly, None where it takes a careful reading.

    `may_move` says that messages may have been moved here: then they are looked at first.
    """
    if (
        state is None
        or not session.profile.is_bold
        or request.takes is not None
        or request.again
        or request.is_full
        or request.is_gentle
        or not (request.with_sources and request.with_bodies)
    ):
        return None
    before = Cursor.parse(request.cursor)
    plan = Plan(request, name, state, before)
    if before is None:
        is_new = request.since is None and request.holdings.is_empty()
        return plan if is_new and not request.leave else None
    coming = state.uidnext - before.uidnext
    is_known = bool(request.holdings.numbered(before.numbering).between(plan.first, HIGHEST))
    if (
        before.uidvalidity != state.uidvalidity
        or before.exists is None
        or (request.leave and before.numbering != request.numbering)
        or before.highestmodseq is None
        or not 0 <= coming <= _MOST_NEW
        or (coming and (may_move or is_known))
        or before.highestmodseq > state.highestmodseq
    ):
        return None
    return plan


@dataclass
class _Window:
    """A run of UIDs that a command in flight asks for, and those of it that came."""

    first: Uid
    last: Uid
    seen: set[Uid] = field(default_factory=set)


@dataclass
class SwiftReading:
    """One folder of the pipeline: begun when there is room, read when it is its turn."""

    session: Session
    plan: Plan
    is_accounted: bool = False
    """Whether all that the server has of the folder was seen; meant to be read after the pages."""
    _opening: bytes = b""
    _windows: list[tuple[Uid, Uid]] = field(default_factory=list)
    _tags: list[bytes] = field(default_factory=list)
    _asked: dict[bytes, "_Window"] = field(default_factory=dict)
    _rows: int = 0
    _flags: dict[Uid, Item] = field(default_factory=dict)
    _flag_rows: int = 0
    _gone: list[tuple[int, int]] = field(default_factory=list)

    def begin(self) -> None:
        """Send what opens the folder, and the first commands."""
        before, state = self.plan.before, self.plan.state
        parameters = ""
        is_changed = before is not None and before.highestmodseq != state.highestmodseq
        if self.session.profile.has_vanished and before is not None:
            parameters = f" (QRESYNC ({before.uidvalidity} {before.highestmodseq}))"
        self._opening = self.session.send_examine(self.plan.name, parameters)
        if is_changed and before is not None and not parameters and before.uidnext > 1:
            old = in_words(Uid(1), Uid(before.uidnext - 1))
            flags = self.session.items(self.plan.name).flags
            self._send(f"UID FETCH {old} {flags} (CHANGEDSINCE {before.highestmodseq})")
        self._windows = list(_windows(self.plan))
        self._windows.reverse()
        self.go_on()

    @property
    def in_flight(self) -> int:
        """How many commands were sent whose end has not come, the opening one not counted."""
        return len(self._tags)

    @property
    def has_sent_all(self) -> bool:
        """Whether no command is left to be sent."""
        return not self._windows

    def go_on(self) -> None:
        """Send further commands, as far as there is room."""
        rows = self.session.items(self.plan.name).rows
        while self._windows and len(self._tags) < self.session.profile.depth:
            first, last = self._windows.pop()
            tag = self._send(f"UID FETCH {in_words(first, last)} {rows}")
            self._asked[tag] = _Window(first, last)

    def _send(self, command: str) -> bytes:
        tag = self.session.pipeline.send(command)
        self._tags.append(tag)
        return tag

    def pages(self, go_ahead: "GoAhead") -> Iterator[Page]:
        """Yield what changed. The last page carries a cursor if everything adds up.

        `go_ahead` is called when commands of this folder have ended, for others to begin.
        """
        before = self.plan.before
        if before is None:  # only an open folder says how it is numbered
            for reply in self.session.opened(self._opening):
                self.session.examined.take(reply)
        numbering = self.session.examined.numbering if before is None else before.numbering
        changes = self._changes(go_ahead, numbering)
        yield from pages(self.plan.request.path, numbering, changes, self._reached)

    def _changes(self, go_ahead: "GoAhead", numbering: int) -> Iterator[Change]:
        known = self.plan.request.holdings.numbered(numbering)
        # How the folder is numbered may be said after what changed in it.
        opening = list(self.session.opened(self._opening)) if self.plan.before else []
        is_as_told = self._is_numbered_as_told()
        for reply in opening if is_as_told else ():
            yield from self._take(reply, known)
        while self._tags:
            tag = self._tags[0]
            try:
                for reply in self.session.pipeline.until(tag):
                    # a folder that was numbered anew is none of what was asked for
                    if not self.session.examined.take(reply) and is_as_told:
                        yield from self._take(reply, known)
            except ServerRefused:
                is_as_told = False  # one message of it may be the reason: ask one by one
            self._asked.pop(self._tags.pop(0), None)
            self.go_on()
            go_ahead()
        yield from self._reflagged(known)
        if is_as_told:
            yield from self._account(known)

    def _is_numbered_as_told(self) -> bool:
        examined, before = self.session.examined, self.plan.before
        if before is not None:
            return examined.numbering == before.numbering
        return examined.uidvalidity == self.plan.state.uidvalidity

    def _take(self, reply: Reply, known: KnownCopies) -> Iterator[Change]:
        if reply.name == b"FETCH":
            told = self.session.item(reply)
            if told is not None:
                yield from self._told(told, known)
        elif reply.name == b"VANISHED":
            self._gone += vanished_uids(reply)

    def _told(self, told: Item, known: KnownCopies) -> Iterator[Change]:
        if told.uid < self.plan.first:
            if told.flags is not None:
                by_uid([told], self._flags)
                self._flag_rows += 1
                if self.plan.before and self._flag_rows <= (self.plan.before.exists or 0):
                    self.session.pipeline.progressed()
            if len(self._flags) >= _FLAGS_AT_ONCE:
                yield from self._reflagged(known)
        elif told.source is not None and self._is_asked_for(told.uid):
            self._rows += 1
            self.session.pipeline.progressed()
            found = arrival(told, self.plan.request.since)
            if found is not None and found.uid not in self.plan.request.leave:
                yield found

    def _is_asked_for(self, uid: Uid) -> bool:
        """Whether the message was asked for and comes for the first time."""
        for window in self._asked.values():  # their rows may come in turns (Dovecot)
            if window.first <= uid <= window.last:
                is_new = uid not in window.seen
                window.seen.add(uid)
                return is_new
        return False

    def _reflagged(self, known: KnownCopies) -> Iterator[Reflagged]:
        flags, self._flags = self._flags, {}
        for portion in portions(flags):
            ours = known.between(portion[0], portion[-1])
            yield from differing(known, ours, portion, flags)

    def _account(self, known: KnownCopies) -> Iterator[Vanished]:
        """Yield what vanished, if the counts say that this is all of it."""
        examined, before = self.session.examined, self.plan.before
        there = examined.exists - examined.expunged - self._rows
        if before is None:
            self.is_accounted = there == 0
            return
        if self._rows < self.plan.state.uidnext - before.uidnext:
            return  # as many UIDs were given out: are they gone already, or withheld?
        if self._is_silent_change(before):
            return
        lost = (before.exists or 0) - there
        named = sum(min(last, before.uidnext - 1) - first + 1 for first, last in self._old_gone())
        self.is_accounted = lost == named >= 0
        if self.is_accounted:
            for first, last in self._old_gone():
                for uid in sorted(known.between(Uid(first), Uid(last))):
                    yield Vanished(uid, "VANISHED")

    def _is_silent_change(self, before: Cursor) -> bool:
        """Whether the server counted a change and told of none."""
        has_counted = before.highestmodseq != self.session.examined.highestmodseq
        return has_counted and not (self._rows or self._gone or self._flag_rows)

    def _old_gone(self) -> Iterator[tuple[int, int]]:
        """Yield the runs that were expunged among what was there before, each UID once."""
        end = 0
        for first, last in sorted(self._gone):
            begin = max(first, end + 1)
            if begin <= last and begin < self.plan.first:
                yield begin, min(last, self.plan.first - 1)
            end = max(end, last)

    def _reached(self) -> Reached | None:
        if not self.is_accounted:
            return None
        examined = self.session.examined
        uidnext = examined.uidnext or self.plan.state.uidnext
        cursor = Cursor(
            examined.numbering,
            Uid(min(uidnext, self.plan.state.uidnext)),
            examined.highestmodseq,
            examined.exists - examined.expunged,
        )
        return Reached(str(cursor), is_whole=True)


class GoAhead:
    """Begins the next folders while the answers of earlier ones come."""

    def __init__(self, readings: list[SwiftReading], *, room: int) -> None:
        self._waiting = list(reversed(readings))
        self._begun: list[SwiftReading] = []
        self._room = room

    def __call__(self) -> None:
        """Begin what there is room for, in order: a folder only after all of the one before."""
        while self._waiting and all(reading.has_sent_all for reading in self._begun):
            if sum(reading.in_flight + 1 for reading in self._begun) >= self._room:
                return
            reading = self._waiting.pop()
            self._begun.append(reading)
            reading.begin()

    def ended(self, reading: SwiftReading) -> None:
        """Note that a folder was read."""
        self._begun.remove(reading)


def _windows(plan: Plan) -> Iterator[tuple[Uid, Uid]]:
    """Yield runs of UIDs that hold about as many messages as one command should ask for."""
    last = plan.state.uidnext - 1
    messages = plan.state.messages
    if plan.first > last or not messages:
        return
    sparse = max(1, last // messages) if plan.before is None else 1
    step = _WINDOW * sparse
    for begin in range(plan.first, last + 1, step):
        yield Uid(begin), Uid(min(begin + step - 1, last))


def swift_pages(
    session: Session, readings: list[SwiftReading], left: list[FolderRequest]
) -> Iterator[Page]:
    """Yield the pages of all readings; the request of what did not add up is added to `left`."""
    go_ahead = GoAhead(readings, room=4 * session.profile.depth)
    for reading in readings:
        go_ahead()
        with suppress(ServerRefused):
            yield from reading.pages(go_ahead)
        if not reading.is_accounted:
            left.append(reading.plan.request)
        go_ahead.ended(reading)
