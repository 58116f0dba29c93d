"""Which messages of a folder are new to us."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

from mailctl.domain.syncing import Arrived, Uid
from mailctl.ports import KnownCopies
from mailctl.protocols.imap.answers import Item, read_date, search_date
from mailctl.protocols.imap.portions import asked
from mailctl.protocols.imap.session import Examined, Session
from mailctl.protocols.imap.sets import HIGHEST, blocks, portions, sequence_set

_BLOCK = 50_000
_MOST_BLOCKS = 1000
_ITEMS = "(FLAGS INTERNALDATE RFC822.SIZE)"
_UNDATED = datetime(1970, 1, 1, tzinfo=UTC)


def block_size(examined: Examined, first: Uid, following: Uid) -> int:
    """Return how many UIDs a SEARCH may cover so that its answer stays bounded."""
    if examined.exists <= _BLOCK:
        return HIGHEST
    return max(_BLOCK, (following - first) // _MOST_BLOCKS)


class Arrivals:
    """Finds the messages from a UID on that we lack, and how far we may say to have looked."""

    def __init__(
        self, session: Session, examined: Examined, *, known: KnownCopies, since: datetime | None
    ) -> None:
        self._session = session
        self._examined = examined
        self._known = known
        self._since = since
        self._gap: Uid | None = None
        self._following = examined.uidnext or Uid(1)

    @property
    def uidnext(self) -> Uid:
        """The UID below which nothing was left out; meant to be read after the last arrival."""
        return self._following if self._gap is None else min(self._gap, self._following)

    @property
    def is_whole(self) -> bool:
        """Whether nothing was left out; meant to be read after the last arrival."""
        return self._gap is None

    def after(self, first: Uid) -> Iterator[Arrived]:
        """Yield the messages from `first` on that we lack, received in time, ascending."""
        size = block_size(self._examined, first, self._following)
        for begin, end in blocks(first, self._following, size=size):
            hits = self._session.search_range(begin, end, self._criteria())
            if hits is None:
                self._hold(begin)
                continue
            if hits:
                self._following = max(self._following, Uid(hits[-1] + 1))
                yield from self._lacking(hits)

    def _lacking(self, hits: Sequence[Uid]) -> Iterator[Arrived]:
        for portion in portions(hits):
            ours = self._known.between(portion[0], portion[-1])
            wanted = [uid for uid in portion if uid not in ours]
            told = {item.uid: item for item in self._told(wanted)}
            yield from self._arrived(wanted, told)
            self._look_again([uid for uid in wanted if uid not in told])

    def _told(self, uids: Sequence[Uid]) -> Iterator[Item]:
        """Yield what the server says of these messages, as far as it says all we need."""
        merged: dict[Uid, Item] = {}
        for items in asked(uids, lambda part: self._session.fetch(part, _ITEMS)):
            for item in items:
                if item.flags is not None and item.size_bytes is not None:
                    # Later answers of flags alone are newer, but have no date: keep the whole.
                    merged.setdefault(item.uid, item)
        yield from merged.values()

    def _arrived(self, uids: Sequence[Uid], told: dict[Uid, Item]) -> Iterator[Arrived]:
        for uid in uids:
            item = told.get(uid)
            if item is None or item.flags is None or item.size_bytes is None:
                continue
            date = read_date(item.internal_date or "")
            # A message without a readable date (Domino) is in time if SEARCH says so.
            if self._since is None or date is None or date >= self._since:
                date = date or self._since or _UNDATED
                yield Arrived(uid, item.flags, date, item.size_bytes)

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
        if self._since is None:
            return ""
        # SEARCH goes by the day of the server's clock, whatever its time zone.
        day = self._since.astimezone(UTC) - timedelta(days=1)
        return f"SINCE {search_date(day)}"
