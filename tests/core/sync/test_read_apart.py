"""Pages made ready in a process of their own."""

import os
import signal
import threading
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from mailctl.core.filters import Filters
from mailctl.core.sync import read_apart
from mailctl.core.sync.pages import Reader
from mailctl.core.sync.read_apart import ReadApart
from mailctl.domain.settings import AccountSettings
from mailctl.domain.syncing import Arrived, Page, Uid
from mailctl.errors import Unreachable

NOW = datetime(2026, 11, 24, tzinfo=UTC)
READER = Reader("ada@corp.example", Filters(AccountSettings(), frozenset()))


def page(uid: int, *, size: int = 100) -> Page:
    source = b"From: b@x.example\r\nSubject: %d\r\n\r\n" % uid + b"x" * size
    arrived = Arrived(Uid(uid), frozenset(), NOW, len(source), source)
    return Page("INBOX", 7, arrived=(arrived,))


def subjects(pages: ReadApart) -> list[str]:
    return [message.envelope.subject for made in pages for message in made.messages]


def other_processes() -> set[int]:
    """Return the children of this process."""
    with open(f"/proc/self/task/{os.getpid()}/children") as file:  # noqa: PTH123 (no real file)
        return {int(word) for word in file.read().split()}


def test_pages_come_in_order() -> None:
    apart = ReadApart(iter([page(uid) for uid in range(200)]), READER)
    assert subjects(apart) == [str(uid) for uid in range(200)]


def test_the_last_page_is_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(read_apart, "_END_S", 600)  # a thread that goes on would be waited for
    assert subjects(ReadApart(iter([page(1)]), READER)) == ["1"]


def test_sources_come_packed_from_the_other_process() -> None:
    (made,) = ReadApart(iter([page(1)]), READER)
    (message,) = made.messages
    assert message.pack() is message.source
    assert (message.envelope.size_bytes, message.arrived.source) == (133, None)


def test_a_large_page_is_read_here() -> None:
    pages = [page(1), page(2, size=20 << 20), page(3)]
    made = list(ReadApart(iter(pages), READER))
    assert [isinstance(each.messages[0].source, bytes) for each in made] == [False, True, False]


def test_pages_of_a_process_that_was_killed_are_read_here() -> None:
    before = other_processes()

    def killing() -> Iterator[Page]:
        for uid in range(100):
            if uid == 50:
                for process in other_processes() - before:
                    os.kill(process, signal.SIGKILL)
            yield page(uid)

    assert subjects(ReadApart(killing(), READER)) == [str(uid) for uid in range(100)]


def test_a_failure_comes_after_the_pages_before_it() -> None:
    def failing() -> Iterator[Page]:
        yield page(1)
        yield page(2)
        raise Unreachable("gone")

    apart = iter(ReadApart(failing(), READER))
    assert [next(apart).messages[0].envelope.subject for _ in range(2)] == ["1", "2"]
    with pytest.raises(Unreachable, match="gone"):
        next(apart)


def test_whoever_has_enough_leaves_no_process_and_no_thread() -> None:
    before = other_processes()
    apart = ReadApart((page(uid, size=1 << 20) for uid in range(1000)), READER)
    pages = iter(apart)
    next(pages)
    apart.stop()
    apart.join()
    assert other_processes() <= before


def test_where_no_processor_is_free_pages_are_read_here(monkeypatch: pytest.MonkeyPatch) -> None:
    before = other_processes()
    monkeypatch.setattr(read_apart, "_FREE", threading.BoundedSemaphore(1))
    first = iter(ReadApart((page(uid) for uid in range(9)), READER))
    next(first)
    second = iter(ReadApart((page(uid) for uid in range(9)), READER))
    next(second)
    assert len(other_processes() - before) == 1
    assert len([*first, *second]) == 16
    assert other_processes() == before
