"""Transactions keep their promises, and the files are nobody else's business."""

import os
import sqlite3
import stat
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from mailctl.domain.ids import AccountId, ProviderName
from mailctl.domain.providers import MappingOrigin
from mailctl.errors import StoreBusy, StoreUnusable
from mailctl.store import files, folders, mappings
from mailctl.store.connection import Reading, Store, Writing
from tests.store.processes import Child
from tests.store.samples import NOW, remote

CHILDREN = "tests.store.children"


def put(tx: Writing, domain: str) -> None:
    mappings.put(tx, domain, ProviderName("p"), origin=MappingOrigin.ADMIN, at=NOW)


def domains(store: Store) -> list[str]:
    with store.reading() as tx:
        return [mapping.domain for mapping in mappings.all_(tx)]


@pytest.fixture(params=[0o000, 0o022])
def umask(request: pytest.FixtureRequest) -> Iterator[int]:
    before = os.umask(request.param)
    yield request.param
    os.umask(before)


def mode(path: Path | str) -> int:
    return stat.S_IMODE(Path(path).stat().st_mode)


def test_a_reader_cannot_write(store: Store) -> None:
    with pytest.raises(StoreUnusable, match="readonly"), store.reading() as tx:
        _as_a_bug_would(tx)
    assert domains(store) == []


def _as_a_bug_would(tx: sqlite3.Connection) -> None:
    put(Writing(Reading(tx)), "a.example")


def test_writing_works_after_reading(store: Store) -> None:
    domains(store)
    with store.writing() as tx:
        put(tx, "a.example")
    assert domains(store) == ["a.example"]


def _put_and_raise(tx: Writing, error: BaseException) -> None:
    put(tx, "a.example")
    raise error


def test_an_exception_takes_back_all_that_was_written(store: Store) -> None:
    with pytest.raises(ZeroDivisionError), store.writing() as tx:
        _put_and_raise(tx, ZeroDivisionError())
    assert domains(store) == []


def test_an_interrupt_takes_back_all_that_was_written(store: Store) -> None:
    with pytest.raises(KeyboardInterrupt), store.writing() as tx:
        _put_and_raise(tx, KeyboardInterrupt())
    assert domains(store) == []


def test_what_is_written_is_there_after_closing(store: Store) -> None:
    with store.writing() as tx:
        put(tx, "a.example")
    store.close()
    assert domains(store) == ["a.example"]


def _break_at_commit(tx: Writing) -> None:
    tx.execute("PRAGMA defer_foreign_keys = ON")  # the check happens at COMMIT
    put(tx, "a.example")
    folders.ensure(tx, AccountId("acc_nobody"), remote())


def test_a_commit_that_fails_keeps_nothing_and_leaves_a_usable_store(store: Store) -> None:
    with pytest.raises(sqlite3.IntegrityError), store.writing() as tx:
        _break_at_commit(tx)
    assert domains(store) == []
    with store.writing() as tx:
        put(tx, "b.example")
    assert domains(store) == ["b.example"]


def test_a_transaction_that_sqlite_rolled_back_itself_shows_its_own_error(store: Store) -> None:
    with store.writing() as tx:
        put(tx, "a.example")
    with pytest.raises(sqlite3.IntegrityError, match="UNIQUE"), store.writing() as tx:
        tx.execute(
            "INSERT OR ROLLBACK INTO domain_mapping (domain, provider, origin, created_at) "
            "VALUES ('a.example', 'p', 'admin', 'x')"
        )
    assert domains(store) == ["a.example"]


def test_foreign_keys_are_enforced(store: Store) -> None:
    with pytest.raises(sqlite3.IntegrityError), store.writing() as tx:
        folders.ensure(tx, AccountId("acc_nobody"), remote())


@pytest.mark.parametrize(("durable", "expected"), [(True, 2), (False, 1)])
def test_only_what_nobody_else_has_waits_for_the_disk(
    store: Store, durable: bool, expected: int
) -> None:
    with store.writing(durable=durable) as tx:
        assert tx.execute("PRAGMA synchronous").fetchone()[0] == expected


def test_a_second_writer_waits_for_the_first(store: Store, path: Path) -> None:
    domains(store)
    with Child(CHILDREN, "hold_writing", path) as other:
        assert other.hear() == "held"
        with Child(CHILDREN, "hold_writing", path) as waiting:
            time.sleep(0.3)
            assert waiting.process.poll() is None
            other.tell()
            assert other.hear() == "committed"
            assert waiting.hear() == "held"
            waiting.tell()
            assert waiting.hear() == "committed"
    assert domains(store) == ["held.example"]


def test_a_writer_that_waits_too_long_is_told_that_the_store_is_busy(
    store: Store, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "BUSY_TIMEOUT_MS", 100)
    domains(store)
    with Child(CHILDREN, "hold_writing", path) as other:
        assert other.hear() == "held"
        with pytest.raises(StoreBusy), store.writing():
            pass


def test_a_killed_writer_leaves_nothing_and_frees_the_store(store: Store, path: Path) -> None:
    domains(store)
    with Child(CHILDREN, "hold_writing", path) as other:
        assert other.hear() == "held"
        other.kill()
    with store.writing() as tx:
        put(tx, "a.example")
    assert domains(store) == ["a.example"]


def test_a_reader_is_not_blocked_by_a_writer(store: Store, path: Path) -> None:
    with store.writing() as tx:
        put(tx, "a.example")
    with Child(CHILDREN, "hold_writing", path) as other:
        assert other.hear() == "held"
        assert domains(store) == ["a.example"]


def test_a_writer_is_not_blocked_by_a_reader_who_keeps_the_old_view(
    store: Store, path: Path
) -> None:
    with store.writing() as tx:
        put(tx, "a.example")
    with Child(CHILDREN, "hold_reading", path) as other:
        assert other.hear() == "reading"
        with store.writing() as tx:
            put(tx, "b.example")
        other.tell()
        assert other.hear() == "1"


def test_the_files_are_private_under_any_umask(store: Store, path: Path, umask: int) -> None:
    with store.writing() as tx:
        put(tx, "a.example")
        assert {name: mode(f"{path}{name}") for name in ("", "-wal", "-shm")} == {
            "": 0o600,
            "-wal": 0o600,
            "-shm": 0o600,
        }
    assert {mode(file) for file in path.parent.iterdir()} == {0o600}


def test_every_new_directory_is_private_under_any_umask(tmp_path: Path, umask: int) -> None:
    deep = tmp_path / "one" / "two" / "three"
    store = Store(deep / "mailctl.db")
    domains(store)
    store.close()
    assert [mode(place) for place in (deep, deep.parent, deep.parent.parent)] == [0o700] * 3


def test_a_directory_that_is_there_keeps_its_mode(path: Path) -> None:
    path.parent.mkdir()
    path.parent.chmod(0o750)
    store = Store(path)
    domains(store)
    store.close()
    assert mode(path.parent) == 0o750


def in_a_thread(work: Callable[[], object]) -> None:
    """Do the work in a thread of its own, and fail as it fails."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(work).result()


def open_files(path: Path) -> int:
    """Return how often this process has the database open."""
    links = Path("/proc/self/fd").iterdir()
    return sum(1 for link in links if link.is_symlink() and link.readlink() == path)


def test_a_thread_writes_while_another_keeps_its_view(store: Store) -> None:
    def write() -> None:
        with store.writing() as tx:
            put(tx, "a.example")

    with store.reading() as tx:
        assert mappings.all_(tx) == []
        in_a_thread(write)
        assert mappings.all_(tx) == []
    assert domains(store) == ["a.example"]


def test_threads_that_open_a_new_store_at_once_find_it_whole(store: Store) -> None:
    together = threading.Barrier(8)

    def write(number: int) -> None:
        together.wait()
        with store.writing() as tx:
            put(tx, f"{number}.example")

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(8)))
    assert len(domains(store)) == 8


def test_closing_closes_the_file_for_this_thread_and_those_that_have_ended(
    store: Store, path: Path
) -> None:
    in_a_thread(lambda: domains(store))
    domains(store)
    assert open_files(path) > 0
    store.close()
    assert open_files(path) == 0


def test_closing_takes_nothing_from_a_thread_that_is_at_work(store: Store) -> None:
    begun, goes_on = threading.Event(), threading.Event()

    def work() -> list[str]:
        with store.writing() as tx:
            put(tx, "a.example")
            begun.set()
            goes_on.wait(10)
            return [mapping.domain for mapping in mappings.all_(tx)]

    with ThreadPoolExecutor(1) as pool:
        working = pool.submit(work)
        begun.wait(10)
        store.close()
        goes_on.set()
        assert working.result() == ["a.example"]
    assert domains(store) == ["a.example"]


def test_threads_that_have_ended_keep_no_file_open(store: Store, path: Path) -> None:
    for _ in range(20):
        in_a_thread(lambda: domains(store))
    assert open_files(path) <= 2


def test_what_is_written_together_is_one_transaction(store: Store, tmp_path: Path) -> None:
    put_each(store, "first.example")
    other = Store(store.path)
    with store.together():
        put_each(store, "a.example")
        assert domains(store) == ["a.example", "first.example"], "it sees what it has written"
        assert domains(other) == ["first.example"], "and nobody else does yet"
        put_each(store, "b.example")
    assert domains(other) == ["a.example", "b.example", "first.example"]
    other.close()


def test_of_what_is_written_together_a_part_can_fail_alone(store: Store) -> None:
    def put_and_fail() -> None:
        with store.writing() as tx:
            put(tx, "b.example")
            raise ZeroDivisionError

    with store.together():
        put_each(store, "a.example")
        with pytest.raises(ZeroDivisionError):
            put_and_fail()
        put_each(store, "c.example")
    assert domains(store) == ["a.example", "c.example"]


def test_what_is_written_together_goes_together_where_the_whole_fails(store: Store) -> None:
    def put_and_fail() -> None:
        with store.together():
            put_each(store, "a.example")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        put_and_fail()
    assert domains(store) == []
    put_each(store, "b.example")
    assert domains(store) == ["b.example"]


def test_together_nothing_is_locked_before_the_first_writing(store: Store) -> None:
    domains(store)
    other = Store(store.path)
    with store.together():
        domains(store)
        put_each(other, "a.example")
        assert domains(store) == ["a.example"]
    other.close()


def put_each(store: Store, *names: str) -> None:
    for name in names:
        with store.writing(durable=True) as tx:
            put(tx, name)
