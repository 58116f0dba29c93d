"""Messages made searchable, in batches that can be cut off anywhere."""

from collections.abc import Callable, Iterator, Sequence, Set
from dataclasses import dataclass, replace
from itertools import chain

from mailctl.core.services import Services
from mailctl.domain.ids import MessageNumber
from mailctl.errors import StoreDamaged
from mailctl.mail import lists, text
from mailctl.store import search, sources, threads, unindexed
from mailctl.store.connection import Store
from mailctl.store.search import Entry

LOCK = "search-index"
BATCH_COUNT, BATCH_BYTES = 200, 4 << 20
FEW = 200
"""So many messages are read sooner than a process starts that could help."""

Batch = list[MessageNumber]


@dataclass(frozen=True)
class IndexRun:
    """How far the index came."""

    indexed: int
    """Messages that are found by their words now, those that could not be read included."""
    unreadable: int
    """Messages of which only the header could be read."""
    waiting: int
    """Messages that are not indexed yet."""


def index_pending(
    services: Services,
    *,
    on_progress: Callable[[int, int], None] = lambda done, total: None,
    should_stop: Callable[[], bool] = lambda: False,
    wait_s: float = 0,
) -> IndexRun:
    """Make every stored message searchable that is not yet, and return how far that came.

    `on_progress` is told after each batch how many of how many are done; `should_stop` is
    asked before each. The write lock is held only to write a batch of at most BATCH_COUNT
    messages. A run that is killed loses the batch it worked on, and the next one goes on
    there; a message that killed it is read apart then and, if it kills again, is indexed
    by its header alone. Raises Locked where another run is indexing for longer than `wait_s`.
    """
    with services.locks.hold(LOCK, called="the search index", wait_s=wait_s):
        return _Indexing(services.store, on_progress, should_stop).run()


@dataclass
class _Indexing:
    store: Store
    on_progress: Callable[[int, int], None]
    should_stop: Callable[[], bool]
    indexed: int = 0
    unreadable: int = 0
    total: int = 0

    def run(self) -> IndexRun:
        with self.store.reading() as tx:
            self.total = unindexed.count(tx)
            suspects = search.begun(tx)
        if self.total > FEW or suspects:
            self._apart(suspects)
        elif self.total:
            self._here(self._batches())
        with self.store.reading() as tx:
            left = unindexed.count(tx)
        return IndexRun(self.indexed, self.unreadable, left)

    def _here(self, batches: Iterator[Batch]) -> None:
        """Read the messages in this process, each batch noted before: it may be our end."""
        for batch in batches:
            with self.store.writing() as tx:
                search.begin(tx, batch)
            self._put(read_entries(self.store, batch))
            if self.should_stop():
                return

    def _apart(self, suspects: Batch) -> None:
        """Read the messages in other processes, those that ended an earlier run one by one."""
        from mailctl.core.messages.index_readers import Readers  # 20 ms, for many messages alone

        alone = [[suspect] for suspect in suspects]
        with Readers(self.store) as readers:
            for entries in readers.read(chain(alone, self._batches(frozenset(suspects)))):
                self._put(entries)
                if self.should_stop():
                    return
        if readers.are_unusable:
            self._here(self._batches(frozenset(suspects)))

    def _put(self, entries: Sequence[Entry]) -> None:
        with self.store.writing() as tx:
            search.put(tx, entries)
            threads.join(tx, [entry.message for entry in entries])
        self.indexed += len(entries)
        self.unreadable += sum(entry.is_unreadable for entry in entries)
        self.total = max(self.total, self.indexed)
        self.on_progress(self.indexed, self.total)

    def _batches(self, without: Set[MessageNumber] = frozenset()) -> Iterator[Batch]:
        """Yield the messages that wait, in the order in which they were stored."""
        place = 0
        batch: Batch = []
        size = 0
        while True:
            with self.store.reading() as tx:
                found = unindexed.waiting(tx, after=place, limit=BATCH_COUNT)
            for waiting in found:
                place = waiting.message
                if waiting.message in without:
                    continue
                if batch and (len(batch) == BATCH_COUNT or size > BATCH_BYTES):
                    yield batch
                    batch, size = [], 0
                batch.append(waiting.message)
                size += waiting.size_bytes
            if len(found) < BATCH_COUNT:
                break
        if batch:
            yield batch


def read_entries(store: Store, batch: Sequence[MessageNumber]) -> list[Entry]:
    """Return what is searched for of messages, their text taken from their sources."""
    with store.reading() as tx:
        entries = search.entries(tx, batch)
    return [_with_words(store, entry) for entry in entries]


def header_entries(store: Store, batch: Sequence[MessageNumber]) -> list[Entry]:
    """Return the same of messages whose text could not be read."""
    with store.reading() as tx:
        return [replace(entry, is_unreadable=True) for entry in search.entries(tx, batch)]


def _with_words(store: Store, entry: Entry) -> Entry:
    try:
        with store.reading() as tx:
            source = sources.of_numbered(tx, entry.message)
        words = text.searchable_words(source or b"")
        mailing_list = lists.mailing_list(source or b"")
    except (StoreDamaged, MemoryError):
        return replace(entry, is_unreadable=True)
    return replace(entry, body=words.body, attachments=words.attachments, list=mailing_list)
