"""Processes that read messages for the index, so that no message can end the run or hold it up."""

import os
import sys
import time
from collections import deque
from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from selectors import EVENT_READ, DefaultSelector
from types import TracebackType

from mailctl.core.apart import Apart, Receiving, Sending, start
from mailctl.core.messages.indexing import Batch, header_entries, read_entries
from mailctl.errors import MailctlError
from mailctl.store.connection import Store
from mailctl.store.search import Entry

READERS_MAX = 4
PATIENCE_S = 60.0
"""A batch that takes longer is taken for one that never ends."""
LOSSES_MAX = 20
"""So many messages may end their reader: more is the fault of the machine, not of mail."""

_AHEAD = 2  # the next batch waits in the pipe while one is read
_LOOK_AGAIN_S = 1.0


@dataclass
class _Reader:
    apart: Apart
    batches: deque[Batch] = field(default_factory=deque)
    """What it was given and has not answered, the one it works on first."""
    is_ready: bool = False
    heard_at: float = field(default_factory=time.monotonic)


class Readers:
    """Some processes with a connection each: one that dies takes nothing with it.

    Not ProcessPoolExecutor: one death breaks it, it does not know which batch was the
    cause, and its processes outlive a parent that is killed.
    """

    def __init__(self, store: Store) -> None:
        self.are_unusable = False
        """Whether processes do not even start here."""
        self._store = store
        # one processor is for who writes, which takes as long as reading
        self._count = min(max(_processors() - 1, 1), READERS_MAX)
        self._readers: list[_Reader] = []
        self._again: deque[Batch] = deque()
        self._losses = 0

    def __enter__(self) -> "Readers":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        for reader in self._readers:
            reader.apart.end()

    def read(self, batches: Iterator[Batch]) -> Iterator[list[Entry]]:
        """Yield what is to be indexed of each batch, in any order.

        A batch that ends its reader is tried again message by message; of the message
        that does it alone the header is yielded. Stops early where processes do not
        start, or end too often.
        """
        while not self.are_unusable and self._losses <= LOSSES_MAX:
            self._hand_out(batches)
            busy = [reader for reader in self._readers if reader.batches]
            if not busy:
                return
            answered = _answered(busy)
            for reader in busy:
                if reader.apart.answers.descriptor in answered:
                    yield from self._heard(reader)
                elif time.monotonic() - reader.heard_at > PATIENCE_S:
                    yield from self._lost(reader)

    def _hand_out(self, batches: Iterator[Batch]) -> None:
        """Give every reader something to do, and start readers as long as there is more."""
        for ahead in range(_AHEAD):
            for place in range(self._count):
                if place < len(self._readers) and len(self._readers[place].batches) > ahead:
                    continue
                batch = self._again.popleft() if self._again else next(batches, None)
                if batch is None:
                    return
                if place >= len(self._readers):
                    try:
                        self._readers.append(_started(self._store.path))
                    except OSError:
                        self.are_unusable = True
                        return
                reader = self._readers[place]
                if not reader.batches:
                    reader.heard_at = time.monotonic()
                reader.batches.append(batch)
                with suppress(OSError):  # it died: that is heard next
                    reader.apart.asking.send(batch)

    def _heard(self, reader: _Reader) -> Iterator[list[Entry]]:
        try:
            answer = reader.apart.answers.receive()
        except (EOFError, OSError):
            yield from self._lost(reader)
            return
        if isinstance(answer, MailctlError):
            raise answer
        reader.heard_at = time.monotonic()
        if not reader.is_ready:
            reader.is_ready = True
            return
        reader.batches.popleft()
        yield answer

    def _lost(self, reader: _Reader) -> Iterator[list[Entry]]:
        reader.apart.end()
        self._readers.remove(reader)
        if not reader.is_ready:
            self.are_unusable = True
            return
        batch = reader.batches.popleft()
        self._again.extendleft(reversed(reader.batches))
        if len(batch) > 1:
            self._again.extendleft([message] for message in reversed(batch))
            return
        self._losses += 1
        yield header_entries(self._store, batch)


def serve(batches: Receiving, answers: Sending) -> None:
    """Answer batches; what the process of a reader does."""
    store = Store(batches.receive())
    answers.send(None)
    while True:
        batch: Batch = batches.receive()
        try:
            answer: list[Entry] | MailctlError = read_entries(store, batch)
        except MailctlError as error:
            answer = error
        answers.send(answer)


def _started(database: Path) -> _Reader:
    apart = start(serve)
    with suppress(OSError):  # it died: that is heard next
        apart.asking.send(database)
    return _Reader(apart)


def _answered(busy: Collection[_Reader]) -> set[int]:
    """Return the descriptors of those that said something, or ended, before long."""
    with DefaultSelector() as selector:
        for reader in busy:
            selector.register(reader.apart.answers.descriptor, EVENT_READ)
        return {key.fd for key, _ in selector.select(_LOOK_AGAIN_S)}


def _processors() -> int:
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1
