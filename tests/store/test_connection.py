"""Transactions keep their promises, and the files are nobody else's business."""

import os
import sqlite3
import stat
import time
from collections.abc import Iterator
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
        started = time.monotonic()
        assert domains(store) == ["a.example"]
        assert time.monotonic() - started < 1


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
