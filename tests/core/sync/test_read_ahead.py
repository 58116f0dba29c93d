"""Items read while others are worked on, in order, and no more of them than memory allows."""

import gc
import threading
import time
import weakref
from collections.abc import Iterator

import pytest

from mailctl.core.sync.read_ahead import _MOST_BYTES, _MOST_ITEMS, ReadAhead

PATIENCE_S = 10


class Source:
    """Items of a size, counted as they are read."""

    def __init__(self, count: int, *, size: int = 1, failure: BaseException | None = None) -> None:
        self.read = 0
        self.ended = threading.Event()
        self._count = count
        self._size = size
        self._failure = failure

    def __iter__(self) -> Iterator[bytes]:
        try:
            for number in range(self._count):
                self.read += 1
                yield bytes([number % 256]) * self._size
            if self._failure is not None:
                raise self._failure
        finally:
            self.ended.set()


def settled(source: Source) -> int:
    """Return how many items were read once no more are."""
    before = -1
    while before != source.read:
        before = source.read
        time.sleep(0.1)
    return before


def test_items_come_in_order() -> None:
    numbers = list(ReadAhead(range(1000), size_of=lambda _: 1))
    assert numbers == list(range(1000))


def test_nothing_is_an_end() -> None:
    assert list(ReadAhead([], size_of=len)) == []


def test_the_next_items_are_read_while_one_is_worked_on() -> None:
    source = Source(100)
    ahead = ReadAhead(source, size_of=len)
    items = iter(ahead)
    next(items)
    assert settled(source) > 1
    ahead.stop()
    ahead.join()


@pytest.mark.parametrize("failure", [ValueError("broken"), KeyboardInterrupt("broken")])
def test_a_failure_is_seen_after_the_items_before_it(failure: BaseException) -> None:
    items = iter(ReadAhead(Source(3, failure=failure), size_of=len))
    seen = [next(items) for _ in range(3)]
    with pytest.raises(type(failure), match="broken"):
        next(items)
    assert seen == [b"\0", b"\1", b"\2"]


def test_no_more_bytes_are_read_ahead_than_there_is_room_for() -> None:
    source = Source(100, size=_MOST_BYTES // 4)
    ahead = ReadAhead(source, size_of=len)
    items = iter(ahead)
    next(items)
    # four fit, with the one that is worked on, and one waits to be put
    assert settled(source) <= 5
    ahead.stop()
    ahead.join()


def test_an_item_larger_than_all_room_is_read_alone() -> None:
    source = Source(3, size=_MOST_BYTES + 1)
    ahead = ReadAhead(source, size_of=len)
    items = iter(ahead)
    next(items)
    assert settled(source) == 2
    assert len(list(items)) == 2
    ahead.join()


def test_many_small_items_are_not_read_far_ahead() -> None:
    source = Source(10_000)
    ahead = ReadAhead(source, size_of=len)
    items = iter(ahead)
    next(items)
    assert settled(source) <= _MOST_ITEMS + 2
    ahead.stop()
    ahead.join()


def test_items_that_weigh_nothing_are_not_read_far_ahead() -> None:
    source = Source(10_000)
    ahead = ReadAhead(source, size_of=lambda _: 0)
    items = iter(ahead)
    next(items)
    assert settled(source) <= _MOST_ITEMS + 2
    ahead.stop()
    ahead.join()


class Thing:
    """Something that may be watched."""


def test_an_item_that_was_worked_on_is_kept_nowhere() -> None:
    watched: list[weakref.ref[Thing]] = []

    def things() -> Iterator[Thing]:
        for _ in range(3):
            thing = [Thing()]
            watched.append(weakref.ref(thing[0]))
            yield thing.pop()

    items = iter(ReadAhead(things(), size_of=lambda _: _MOST_BYTES))
    for place in range(3):
        item = next(items)
        assert watched[place]() is item
        gc.collect()
        assert [thing() for thing in watched[:place]] == [None] * place


def test_stopping_ends_the_reading() -> None:
    source = Source(1000, size=_MOST_BYTES)
    ahead = ReadAhead(source, size_of=len)
    next(iter(ahead))
    ahead.stop()
    ahead.join()
    assert source.ended.wait(PATIENCE_S)
    assert source.read <= 3


def test_joining_what_never_began_is_no_failure() -> None:
    ReadAhead([], size_of=len).join()


def test_joining_a_reading_that_hangs_does_not_take_for_ever() -> None:
    release = threading.Event()

    def hanging() -> Iterator[bytes]:
        yield b"one"
        release.wait(PATIENCE_S)

    ahead = ReadAhead(hanging(), size_of=len)
    next(iter(ahead))
    ahead.stop()
    started = time.monotonic()
    ahead.join()
    assert time.monotonic() - started < PATIENCE_S / 2
    release.set()
