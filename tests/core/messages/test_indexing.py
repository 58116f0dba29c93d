"""Messages made searchable, whatever stands in them and whenever that is cut off."""

import os
import signal
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from mailctl.core.messages import index_readers, indexing
from mailctl.core.messages.indexing import IndexRun, index_pending
from mailctl.core.services import Services
from mailctl.domain.ids import MessageId
from mailctl.errors import Locked
from mailctl.store.connection import Store
from tests.core import fragile
from tests.core.desk import services_at
from tests.store import questions
from tests.store.processes import Child
from tests.store.samples import deliver, folder, mail

FRAGILE = "tests.core.fragile"
MANY = indexing.FEW + 300


def services_of(database: Path) -> Services:
    """Return services with nothing but a store."""
    return services_at(Store(database), database.parent)


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    """Services with a store that is empty."""
    made = services_of(tmp_path / "mailctl.db")
    yield made
    made.store.close()


def fill(services: Services, count: int, *, odd: str = "", every: int = 0) -> list[MessageId]:
    """Store so many mails, one of `every` with an odd word, and return the odd ones."""
    ids = []
    with services.store.writing() as tx:
        into = folder(tx)
        for number in range(count):
            is_odd = bool(every) and number % every == every // 2
            body = f"word number{number} {odd if is_odd else ''}"
            message = deliver(tx, into, number + 1, mail(message_id=f"<{number}@x>", body=body))
            ids += [message] if is_odd else []
    return ids


def found(services: Services, *words: str) -> Sequence[MessageId]:
    return questions.found(services.store, " ".join(words))


def rows(services: Services) -> int:
    """Return how many messages are in the index."""
    with services.store.reading() as tx:
        return int(tx.execute("SELECT count(*) FROM message_text").fetchone()[0])


@pytest.mark.parametrize("count", [0, 1, 30, MANY])
def test_what_is_stored_is_found_after_indexing(services: Services, count: int) -> None:
    before = children_of(os.getpid())
    fill(services, count)
    told: list[tuple[int, int]] = []
    run = index_pending(services, on_progress=lambda *progress: told.append(progress))
    assert run == IndexRun(indexed=count, unreadable=0, waiting=0)
    assert len(found(services, "word", "ada@example.org")) == count
    assert [total for _, total in told] == [count] * len(told)
    assert sorted(told) == told
    assert index_pending(services).indexed == 0
    assert rows(services) == count
    assert children_of(os.getpid()) == before


def test_text_of_every_kind_is_found(services: Services) -> None:
    html = b"Content-Type: text/html; charset=utf-8\r\n\r\n<p>gr\xc3\xbcn</p>"
    pdf = b'Content-Disposition: attachment; filename="=?utf-8?q?W=C3=BCrfel.pdf?="\r\n\r\nx'
    mixed = b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n" + html
    with services.store.writing() as tx:
        first = deliver(tx, folder(tx), 1, mixed + b"\r\n--b\r\n" + pdf + b"\r\n--b--")
        second = deliver(tx, folder(tx), 2, b"\r\nnul\0nul \xff " + b"x" * 10_000_000)
        third = deliver(tx, folder(tx), 3, b"\r\n" + b"line end " * 1_000_000 + b"beyond")
    index_pending(services)
    assert found(services, "GRÜN", "wurfel") == [first]
    assert found(services, "nul", "x*") == [second]
    assert found(services, "line", "end") == [third]
    assert found(services, "beyond") == []


@pytest.mark.parametrize("count", [20, MANY])
def test_a_run_that_is_told_to_stop_goes_on_later(services: Services, count: int) -> None:
    fill(services, count)
    first = index_pending(services, should_stop=lambda: True)
    assert first.indexed + first.waiting == count
    assert 0 < first.indexed <= indexing.BATCH_COUNT
    second = index_pending(services)
    assert (second.indexed, second.waiting) == (first.waiting, 0)
    assert rows(services) == count


def test_readers_that_are_killed_lose_nothing(services: Services) -> None:
    fill(services, MANY)
    killed: list[int] = []
    before = children_of(os.getpid())

    def kill_once(done: int, total: int) -> None:
        if not killed:
            killed.extend(set(children_of(os.getpid())) - set(before))
            for child in killed:
                os.kill(child, signal.SIGKILL)

    assert index_pending(services, on_progress=kill_once) == IndexRun(MANY, 0, 0)
    assert killed
    assert rows(services) == MANY


@pytest.mark.parametrize("odd", [fragile.DEADLY, fragile.ENDLESS, fragile.BROKEN])
def test_a_message_that_ends_its_reader_is_found_by_its_header(
    services: Services, odd: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index_readers, "serve", fragile.serve)
    monkeypatch.setattr(index_readers, "PATIENCE_S", 1.5)
    odd_ones = fill(services, MANY, odd=odd.decode(), every=MANY)
    assert index_pending(services) == IndexRun(MANY, unreadable=1, waiting=0)
    assert found(services, odd.decode()) == []
    assert len(found(services, "word")) == MANY - 1
    assert set(odd_ones) <= set(found(services, "hello"))
    assert index_pending(services).indexed == 0


def test_many_that_end_their_readers_are_left_for_another_time(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index_readers, "serve", fragile.serve)
    monkeypatch.setattr(index_readers, "LOSSES_MAX", 2)
    fill(services, MANY, odd="deadly", every=20)
    run = index_pending(services)
    assert run.unreadable == 3
    assert run.waiting > 0


def test_where_no_process_starts_messages_are_read_in_this_one(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index_readers, "serve", fragile.end)
    fill(services, MANY)
    assert index_pending(services) == IndexRun(MANY, 0, 0)


def test_a_message_that_ended_the_whole_run_is_read_apart_the_next_time(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(services, 30, odd="deadly", every=30)
    with Child(FRAGILE, "index", services.store.path) as child:
        assert child.ended()[0] == 9
    assert rows(services) == 0
    monkeypatch.setattr(index_readers, "serve", fragile.serve)
    assert index_pending(services) == IndexRun(30, unreadable=1, waiting=0)
    assert len(found(services, "word")) == 29


def test_a_run_that_is_killed_is_gone_with_its_readers_and_the_next_goes_on(
    services: Services,
) -> None:
    fill(services, 3 * MANY)
    with Child(FRAGILE, "index", services.store.path) as child:
        done = int(child.hear())
        readers = children_of(child.pid)
        child.kill()
    assert readers
    wait_for_end_of(readers)
    assert rows(services) >= done
    assert index_pending(services).waiting == 0
    assert rows(services) == 3 * MANY
    assert len(found(services, "word")) == 3 * MANY


def children_of(pid: int) -> list[int]:
    if not Path("/proc/self/task").exists():
        pytest.skip("this system does not tell the children of a process")
    return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def wait_for_end_of(pids: Sequence[int]) -> None:
    for _ in range(200):
        if not any(is_running(pid) for pid in pids):
            return
        time.sleep(0.05)
    raise AssertionError(f"still running: {pids}")


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
        return ") Z" not in Path(f"/proc/{pid}/stat").read_text()
    except (ProcessLookupError, FileNotFoundError):
        return False


def test_a_source_that_is_damaged_holds_nobody_up(services: Services) -> None:
    fill(services, 3)
    with services.store.writing() as tx:
        tx.execute("UPDATE source SET packed = x'00' WHERE rowid = 2")
    assert index_pending(services) == IndexRun(3, unreadable=1, waiting=0)
    assert len(found(services, "word")) == 2


def test_two_runs_at_once_do_not_get_in_each_others_way(services: Services) -> None:
    with services.locks.hold(indexing.LOCK), pytest.raises(Locked):
        index_pending(services)
