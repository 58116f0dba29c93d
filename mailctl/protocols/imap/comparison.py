"""What became of the messages that we know: their flags, and whether they are still there."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from mailctl.domain.syncing import Flags, Reflagged, Uid, Vanished
from mailctl.ports.mail import KnownCopies
from mailctl.protocols.imap.answers import Item
from mailctl.protocols.imap.arrivals import block_size
from mailctl.protocols.imap.items import Items
from mailctl.protocols.imap.portions import asked
from mailctl.protocols.imap.session import Examined, Session
from mailctl.protocols.imap.sets import blocks, portions, sequence_set

_WINDOW = 10_000
_MOST_WINDOWS = 1000


class Comparison:
    """Compares a complete listing of a folder, from our lowest UID on, with what we know.

    `modseq` is what the server had counted to when flags were last compared, None where
    all of them have to be asked for.
    """

    def __init__(
        self,
        session: Session,
        examined: Examined,
        known: KnownCopies,
        items: Items,
        *,
        modseq: int | None,
    ) -> None:
        self._session = session
        self._items = items.flags
        self._examined = examined
        self._known = known
        self._modseq = modseq
        self._listed = 0
        self._absent: list[Uid] = []
        self.has_news = False
        """Whether messages arrived: then a count of changes that moved must name some."""
        self.is_whole = True
        """Whether all that we know was compared; meant to be read after the last change."""

    def since(self, lowest: Uid, following: Uid) -> Iterator[Reflagged | Vanished]:
        """Yield changed flags from `lowest` on, ascending, and then what vanished."""
        size = block_size(self._examined, lowest, following)
        for begin, end in blocks(lowest, following, size=size):
            listed = self._session.search_range(begin, end)
            if listed is None:  # silence: what it hides is missing from the count below
                self.is_whole = False
                continue
            self._listed += len(listed)
            yield from self._compared(listed, begin, min(end, Uid(following)))
        yield from self._vanished(lowest)

    def reflagged(self, lowest: Uid, following: Uid) -> Iterator[Reflagged]:
        """Yield the flags that changed, where nothing can have vanished."""
        if self._modseq is None or self._modseq == self._examined.highestmodseq:
            return
        size = block_size(self._examined, lowest, following)
        is_told_of_any = False
        for begin, end in blocks(lowest, following, size=size):
            changed = by_uid(self._session.changed(begin, end, self._items, self._modseq))
            is_told_of_any |= bool(changed)
            for portion in portions(changed):
                ours = self._known.between(portion[0], portion[-1])
                yield from differing(self._known, ours, portion, changed)
        if not is_told_of_any:  # and yet the server has counted a change
            self.is_whole = False

    def _compared(self, listed: list[Uid], begin: Uid, end: Uid) -> Iterator[Reflagged]:
        present = frozenset(listed)
        changed = self._changed(listed)
        step = max(_WINDOW, (end - begin) // _MOST_WINDOWS)
        for first, last in blocks(begin, end, size=step):
            ours = self._known.between(first, last)
            self._absent += sorted(ours.keys() - present)
            common = sorted(ours.keys() & present)
            flags = self._flags(common) if changed is None else changed
            yield from differing(self._known, ours, common, flags)

    def _changed(self, listed: list[Uid]) -> Mapping[Uid, Item] | None:
        """Return the flags that changed since last time, None where the server cannot tell."""
        if self._modseq is None or not self._session.has_modseq:
            return None
        if not listed or self._modseq == self._examined.highestmodseq:
            return {}
        changed = by_uid(self._session.changed(listed[0], listed[-1], self._items, self._modseq))
        if self.has_news and not changed:
            self.is_whole = False
        return changed

    def _flags(self, uids: Sequence[Uid]) -> Mapping[Uid, Item]:
        flags: dict[Uid, Item] = {}
        for items in asked(uids, lambda part: self._session.fetch(part, self._items)):
            flags |= by_uid(items)
        return flags

    def _vanished(self, lowest: Uid) -> Iterator[Vanished]:
        """Yield what is gone on all evidence: a whole listing lacks it, and so does a second one.

        An answer that is too short is no evidence: some servers cut what SEARCH finds.
        """
        if not self._absent:
            return
        if not self._accounts_for_all(lowest):
            self.is_whole = False
            return
        for portion in portions(self._absent):
            present = self._session.search(f"UID {sequence_set(portion)}")
            if present is None:
                self.is_whole = False
                continue
            for uid in portion:
                if uid not in present:
                    yield Vanished(uid, f"UID SEARCH UID {lowest}:* lacks it")

    def _accounts_for_all(self, lowest: Uid) -> bool:
        """Whether as many messages were listed as the server says that there are."""
        exists = self._examined.present
        return self._listed >= exists or self._listed + self._below(lowest) >= exists

    def _below(self, lowest: Uid) -> int:
        if lowest <= 1:
            return 0
        highest = Uid(lowest - 1)
        counted = self._session.count(Uid(1), highest)
        if counted is not None:
            return counted
        size = block_size(self._examined, Uid(1), highest)
        return sum(
            len(self._session.search_range(begin, min(end, highest)) or ())
            for begin, end in blocks(Uid(1), highest, size=size)
        )


def by_uid(items: Iterable[Item], told: dict[Uid, Item] | None = None) -> dict[Uid, Item]:
    """Return the items with flags, added to those told before; the newest word counts.

    An answer of flags alone says nothing against labels that were told.
    """
    found = {} if told is None else told
    for item in items:
        if item.flags is None:
            continue
        before = found.get(item.uid) if item.labels is None else None
        if before is not None and before.labels is not None:
            found[item.uid] = replace(item, labels=before.labels)
        else:
            found[item.uid] = item
    return found


def differing(
    known: KnownCopies, ours: Mapping[Uid, Flags], uids: Sequence[Uid], told: Mapping[Uid, Item]
) -> Iterator[Reflagged]:
    """Yield what the server tells of these messages, ascending, that we hold otherwise."""
    found = [told[uid] for uid in uids if uid in ours and uid in told]
    has_labels = any(item.labels is not None for item in found)
    labels = known.labelled(found[0].uid, found[-1].uid) if has_labels else {}
    for item in found:
        is_relabelled = item.labels is not None and item.labels != labels.get(item.uid)
        if item.flags is not None and (item.flags != ours[item.uid] or is_relabelled):
            yield Reflagged(item.uid, item.flags, item.labels)
