"""Which messages of a folder are new to us, found by listing what is there."""

from array import array
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from mailctl.domain.syncing import Arrived, Uid
from mailctl.errors import Unreachable
from mailctl.ports.mail import FolderRequest, KnownCopies
from mailctl.protocols.imap.answers import Item, read_date, search_date
from mailctl.protocols.imap.bodies import BROKEN_OFF, ArrivedBodies
from mailctl.protocols.imap.items import Items
from mailctl.protocols.imap.portions import asked
from mailctl.protocols.imap.session import Examined, Session
from mailctl.protocols.imap.sets import HIGHEST, blocks, portions, sequence_set

_BLOCK = 50_000
_MOST_BLOCKS = 1000
_UNDATED = datetime(1970, 1, 1, tzinfo=UTC)


def block_size(examined: Examined, first: Uid, following: Uid) -> int:
    """Return how many UIDs a SEARCH may cover so that its answer stays bounded."""
    if examined.exists <= _BLOCK:
        return HIGHEST
    return max(_BLOCK, (following - first) // _MOST_BLOCKS)


def arrival(item: Item, since: datetime | None) -> Arrived | None:
    """Return the message that an answer tells of, None where too little is told or it is too old.

    A message without a readable date (Domino) is in time if SEARCH says so.
    """
    if item.flags is None or item.size_bytes is None:
        return None
    date = read_date(item.internal_date or "")
    if since is not None and date is not None and date < since:
        return None
    return Arrived(
        item.uid,
        item.flags,
        date or since or _UNDATED,
        item.size_bytes,
        item.source,
        server_id=item.server_id,
        labels=item.labels,
        thread=item.thread,
    )


class Arrivals:
    """Finds the messages from a UID on that we lack, and how far we may say to have looked."""

    def __init__(
        self,
        session: Session,
        examined: Examined,
        known: KnownCopies,
        request: FolderRequest,
        items: Items,
    ) -> None:
        self._session = session
        self._items = items
        self._examined = examined
        self._known = known
        self._request = request
        self._bodies = ArrivedBodies(session, request)
        self._gap: Uid | None = None
        self._silence: Uid | None = None
        self._following = examined.uidnext or Uid(1)
        self._listed = array("L")
        self.found = 0
        """How many messages were listed; meant to be read after the last arrival."""

    @property
    def uidnext(self) -> Uid:
        """The UID below which nothing was left out; meant to be read after the last arrival."""
        held = [uid for uid in (self._gap, self._silence) if uid is not None]
        return min([*held, self._following])

    @property
    def is_whole(self) -> bool:
        """Whether nothing was left out; meant to be read after the last arrival."""
        return self._gap is None and self._silence is None

    def after(self, first: Uid, *, was_there: int | None) -> Iterator[Arrived]:
        """Yield the messages from `first` on that we lack, received in time, ascending.

        `was_there` is how many there are below `first`, None where that is not known. Where
        SEARCH finds fewer than there must be, what FETCH tells of is taken as well.
        """
        criteria = "" if first > 1 else self._criteria()
        yield from self._searched(first, criteria)
        if self._falls_short(first, criteria, was_there):
            self._silence = None  # all of it is looked at once more
            yield from self._told_of(first)
            if was_there is not None and self.found + was_there < self._examined.present:
                self._hold(first)

    def _searched(self, first: Uid, criteria: str) -> Iterator[Arrived]:
        size = block_size(self._examined, first, self._following)
        for begin, end in blocks(first, self._following, size=size):
            hits = self._session.search_range(begin, end, criteria)
            if hits is None:
                self._silence = begin if self._silence is None else self._silence
                continue
            yield from self._found(hits)

    def _falls_short(self, first: Uid, criteria: str, was_there: int | None) -> bool:
        """Whether there are messages that SEARCH may have kept from us."""
        if criteria:
            everything = self._session.search_range(Uid(1), HIGHEST)
            return len(everything or ()) < self._examined.present
        if first > 1 and self.found < self._following - first:
            return True  # as many UIDs were given out: are they gone already, or withheld?
        return was_there is None or self.found + was_there != self._examined.present

    def _told_of(self, first: Uid) -> Iterator[Arrived]:
        """Yield what a listing by FETCH tells of and SEARCH did not find."""
        size = block_size(self._examined, first, self._following)
        for begin, end in blocks(first, self._following, size=size):
            told = self._session.fetch_range(begin, end, "(FLAGS)")
            # `n:*` names the last message even where its UID is lower than n.
            uids = {item.uid for item in told if begin <= item.uid <= end}
            yield from self._found(sorted(uid for uid in uids if not self._is_listed(uid)))

    def _found(self, hits: Sequence[Uid]) -> Iterator[Arrived]:
        self.found += len(hits)
        if hits:
            self._following = max(self._following, Uid(hits[-1] + 1))
            self._listed.extend(hits)
            yield from self._lacking(hits)

    def _is_listed(self, uid: Uid) -> bool:
        place = bisect_left(self._listed, uid)
        return place < len(self._listed) and self._listed[place] == uid

    def named(self, uids: Sequence[Uid]) -> Iterator[Arrived]:
        """Yield those of these messages that are there; what is not, is no gap."""
        for portion in self._portions(sorted(set(uids))):
            yield from self._asked(portion, {})

    def _lacking(self, hits: Sequence[Uid]) -> Iterator[Arrived]:
        for portion in self._portions(hits):
            ours = self._known.between(portion[0], portion[-1])
            leave = self._request.leave
            wanted = [uid for uid in portion if uid not in ours and uid not in leave]
            told: dict[Uid, Item] = {}
            yield from self._asked(wanted, told)
            self._look_again([uid for uid in wanted if uid not in told])

    def _asked(self, uids: Sequence[Uid], told: dict[Uid, Item]) -> Iterator[Arrived]:
        """Yield the messages as far as the server tells of them; `told` is what it said.

        A connection that breaks over one asked for alone leaves that to be tried later.
        """
        try:
            told |= {item.uid: item for item in self._told(uids)}
        except Unreachable as error:
            if len(uids) == 1:
                yield self._broken_off(uids[0], error)
            raise
        yield from self._bodies.of(list(self._arrived(uids, told)))

    def _portions(self, hits: Sequence[Uid]) -> Iterator[Sequence[Uid]]:
        if self._request.is_gentle:
            return ([uid] for uid in hits)
        return portions(hits, self._session.profile.longest_set)

    def _broken_off(self, uid: Uid, error: Unreachable) -> Arrived:
        """Return what stands for a message over which the connection broke."""
        date = self._request.since or _UNDATED
        return Arrived(uid, frozenset(), date, 0, trouble=BROKEN_OFF.format(error.sentence))

    def _told(self, uids: Sequence[Uid]) -> Iterator[Item]:
        """Yield what the server says of these messages, as far as it says all we need."""
        merged: dict[Uid, Item] = {}
        for items in asked(uids, lambda part: self._session.fetch(part, self._items.facts)):
            for item in items:
                if item.flags is not None and item.size_bytes is not None:
                    # Later answers of flags alone are newer, but have no date: keep the whole.
                    merged.setdefault(item.uid, item)
        yield from merged.values()

    def _arrived(self, uids: Sequence[Uid], told: dict[Uid, Item]) -> Iterator[Arrived]:
        for uid in uids:
            item = told.get(uid)
            found = None if item is None else arrival(item, self._request.since)
            if found is not None:
                yield replace(found, source=None)

    def _look_again(self, missing: Sequence[Uid]) -> None:
        """Hold the cursor at a message that is there although the server told nothing of it."""
        for portion in portions(missing):
            present = self._session.search(f"UID {sequence_set(portion)}")
            if present is None:
                self._hold(portion[0])
            elif present:
                self._hold(present[0])

    def _hold(self, uid: Uid) -> None:
        self._gap = uid if self._gap is None else min(self._gap, uid)

    def _criteria(self) -> str:
        since = self._request.since
        if since is None:
            return ""
        # SEARCH goes by the day of the server's clock, whatever its time zone.
        day = since.astimezone(UTC) - timedelta(days=1)
        return f"SINCE {search_date(day)}"
