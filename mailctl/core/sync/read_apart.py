"""Three things at once: pages come in a thread, are read in a process, and are stored here.

The interpreter runs one thread at a time: with much mail to come, what reading envelopes and
packing sources takes is left to a process of its own.
"""

import gc
import os
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

from mailctl.core.apart import Apart, Receiving, Sending, start
from mailctl.core.sync.pages import Outcome, Reader, ReadSource, ReadyPage, sources_of
from mailctl.domain.syncing import Page
from mailctl.store.sources import pack

_MOST_BYTES = 8 << 20
_LARGE_BYTES = 16 << 20
_END_S = 2.0


_FREE = threading.BoundedSemaphore(max((os.cpu_count() or 1) - 1, 1))
"""Processors for other processes, however many accounts are read at once."""


@dataclass
class _Waiting:
    """A page on its way; a large one stays in this process, which need not copy it."""

    page: Page
    sources: list[bytes]
    size_bytes: int
    outcomes: list[Outcome] | None = None
    """What the other process made of the sources."""

    @property
    def is_sent(self) -> bool:
        return 0 < self.size_bytes <= _LARGE_BYTES


class ReadApart:
    """Iterates over pages made ready, in order.

    If there is no other process, or it ends before its time, sources are read here.
    Whoever takes the pages sees a failure of the iteration after the pages before it. To
    stop early, close what the iteration waits for, then `join`.
    """

    def __init__(self, pages: Iterator[Page], reader: Reader) -> None:
        self._pages = pages
        self._reader = reader
        self._waiting: deque[_Waiting] = deque()
        self._unanswered: deque[_Waiting] = deque()
        self._bytes = 0
        self._has_ended = False
        self._is_unwanted = False
        self._is_alone = False
        self._has_processor = False
        self._failure: BaseException | None = None
        self._apart: Apart | None = None
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._listener = threading.Thread(target=self._listen, daemon=True)

    def __iter__(self) -> Iterator[ReadyPage]:
        self._start()
        self._thread.start()
        self._listener.start()
        while True:
            with self._changed:
                self._changed.wait_for(self._is_next_there)
                if not self._waiting:
                    break
                waiting = self._waiting.popleft()
            made = [self._reader.ready(waiting.page, waiting.outcomes)]
            size = waiting.size_bytes
            del waiting
            yield made.pop()
            with self._changed:
                self._bytes -= size
                self._changed.notify_all()
        self.join()
        if self._failure is not None:
            raise self._failure

    def _start(self) -> None:
        """Start the other process, or be alone where there is no processor for it."""
        self._has_processor = _FREE.acquire(blocking=False)
        if self._has_processor:
            with suppress(OSError):
                self._apart = start(serve)
        self._is_alone = self._apart is None

    def stop(self) -> None:
        """Want no more pages."""
        with self._changed:
            self._is_unwanted = True
            self._changed.notify_all()
        if self._apart is not None:
            self._apart.process.kill()

    def join(self) -> None:
        """End the other process, and wait until the threads have ended, if that is soon."""
        if self._apart is not None:
            self._apart.process.kill()  # or who listens to it would do so for ever
        for thread in (self._thread, self._listener):
            if thread.ident is not None:
                thread.join(_END_S)
        if self._apart is not None:
            self._apart.end()
        if self._has_processor:
            self._has_processor = False
            _FREE.release()

    def _is_next_there(self) -> bool:
        if not self._waiting:
            return self._has_ended
        first = self._waiting[0]
        return first.outcomes is not None or self._is_alone or not first.is_sent

    def _listen(self) -> None:
        """Take the answers as they come, so that the other process need not wait for us."""
        with suppress(EOFError, OSError):
            while self._apart is not None:
                outcomes: list[Outcome] = self._apart.answers.receive()
                with self._changed:
                    self._unanswered.popleft().outcomes = outcomes
                    self._changed.notify_all()
        with self._changed:
            self._is_alone = True
            self._changed.notify_all()

    def _run(self) -> None:
        try:
            self._say(self._reader)
            for page in self._pages:
                sources = sources_of(page)
                waiting = _Waiting(page, sources, sum(map(len, sources)))
                if not self._put(waiting):
                    return
                self._send(waiting)
                del page, sources, waiting
        except BaseException as error:  # noqa: BLE001 (raised again by whoever takes the pages)
            self._failure = error
        finally:
            with self._changed:
                self._has_ended = True
                self._changed.notify_all()

    def _put(self, waiting: _Waiting) -> bool:
        """Note that a page comes; return whether more are wanted."""
        with self._changed:
            self._changed.wait_for(
                lambda: (
                    self._is_unwanted
                    or not self._bytes
                    or self._bytes + waiting.size_bytes <= _MOST_BYTES
                )
            )
            if self._is_unwanted:
                return False
            self._waiting.append(waiting)
            if waiting.is_sent:
                self._unanswered.append(waiting)
            self._bytes += waiting.size_bytes
            self._changed.notify_all()
        return True

    def _send(self, waiting: _Waiting) -> None:
        if waiting.is_sent:
            self._say(waiting.sources)

    def _say(self, thing: object) -> None:
        if self._apart is not None and not self._is_alone:
            with suppress(OSError):  # whoever listens notices as well
                self._apart.asking.send(thing)


def serve(asked: Receiving, answers: Sending) -> None:
    """Read sources; what the other process does."""
    gc.disable()  # what is made here has no cycles, and goes with its page
    reader: Reader = asked.receive()
    while True:
        sources: list[bytes] = asked.receive()
        answers.send([_packed(reader.read(source)) for source in sources])


def _packed(outcome: Outcome) -> Outcome:
    if isinstance(outcome, ReadSource) and isinstance(outcome.source, bytes):
        return outcome._replace(source=pack(outcome.source))
    return outcome
