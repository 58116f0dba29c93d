"""Two things at once: the next pages are read while the last one is stored."""

import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import Generic, TypeVar

Item = TypeVar("Item")

_MOST_BYTES = 8 << 20
_MOST_ITEMS = 8
_END_S = 2.0


class ReadAhead(Generic[Item]):
    """Iterates in a thread of its own, as far ahead as memory allows.

    Whoever takes the items sees the failure of the iteration after the items before it. To
    stop early, close what the iteration waits for, then `join`. `meanwhile` is called while
    the first item is on its way.
    """

    def __init__(
        self,
        items: Iterable[Item],
        *,
        size_of: Callable[[Item], int],
        meanwhile: Callable[[], object] = lambda: None,
    ) -> None:
        self._items = items
        self._size_of = size_of
        self._meanwhile = meanwhile
        self._ready: deque[Item] = deque()
        self._bytes = 0
        self._has_ended = False
        self._is_unwanted = False
        self._failure: BaseException | None = None
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __iter__(self) -> Iterator[Item]:
        self._thread.start()
        self._meanwhile()
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._ready or self._has_ended)
                if not self._ready:
                    break
                item = self._ready.popleft()
                size = self._size_of(item)
            yield item
            del item  # before more is read: it may be large
            with self._changed:
                self._bytes -= size
                self._changed.notify_all()
        if self._failure is not None:
            raise self._failure

    def stop(self) -> None:
        """Want no more items."""
        with self._changed:
            self._is_unwanted = True
            self._changed.notify_all()

    def join(self) -> None:
        """Wait until the thread has ended, if that is soon."""
        if self._thread.ident is not None:
            self._thread.join(_END_S)

    def _run(self) -> None:
        try:
            for item in self._items:
                if not self._put(item):
                    return
                del item
        except BaseException as error:  # noqa: BLE001 (raised again by whoever takes the items)
            self._failure = error
        finally:
            with self._changed:
                self._has_ended = True
                self._changed.notify_all()

    def _put(self, item: Item) -> bool:
        """Hand an item over; return whether more are wanted."""
        size = self._size_of(item)
        with self._changed:
            self._changed.wait_for(lambda: self._is_unwanted or self._has_room(size))
            if self._is_unwanted:
                return False
            self._ready.append(item)
            self._bytes += size
            self._changed.notify_all()
        return True

    def _has_room(self, size: int) -> bool:
        if len(self._ready) >= _MOST_ITEMS:
            return False
        # one item larger than all room has it for itself
        return not self._bytes or self._bytes + size <= _MOST_BYTES
