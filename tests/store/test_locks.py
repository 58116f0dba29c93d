"""One run at a time works on an account, and a dead one holds nothing."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from mailctl.errors import Locked, StoreFull, StoreUnusable
from mailctl.store.locks import FileLocks
from tests.disks import Disk
from tests.store.processes import Child

CHILDREN = "tests.store.children"


@pytest.fixture
def locks(home: Path) -> FileLocks:
    return FileLocks(home / "locks")


def test_the_second_is_refused_at_once_and_told_who_holds_it(locks: FileLocks) -> None:
    with Child(CHILDREN, "hold_lock", locks.directory, "acc_1") as other:
        assert other.hear() == "held"
        with pytest.raises(Locked) as refused, locks.hold("acc_1"):
            pass
        assert f"process {other.pid}" in refused.value.sentence
        assert refused.value.details == {"holder_pid": str(other.pid)}


def test_another_account_is_free(locks: FileLocks) -> None:
    with (
        Child(CHILDREN, "hold_lock", locks.directory, "acc_1") as other,
    ):
        assert other.hear() == "held"
        with locks.hold("acc_2"):
            pass


def test_the_second_in_one_process_is_refused_too(locks: FileLocks) -> None:
    with locks.hold("acc_1"), pytest.raises(Locked), locks.hold("acc_1"):
        pass


def test_the_lock_is_free_after_the_block(locks: FileLocks) -> None:
    for _ in range(2):
        with locks.hold("acc_1"):
            pass


def test_the_lock_is_free_after_an_exception(locks: FileLocks) -> None:
    with pytest.raises(ZeroDivisionError), locks.hold("acc_1"):
        _ = 1 / 0
    with locks.hold("acc_1"):
        pass


def test_kill_9_of_the_holder_frees_it(locks: FileLocks) -> None:
    with Child(CHILDREN, "hold_lock", locks.directory, "acc_1") as other:
        assert other.hear() == "held"
        other.kill()
        with locks.hold("acc_1"):
            pass


def test_a_program_that_the_holder_started_does_not_keep_it(locks: FileLocks) -> None:
    with locks.hold("acc_1"):
        left = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    try:
        with locks.hold("acc_1"):
            pass
    finally:
        left.communicate(b"\n")


def test_locks_are_private(locks: FileLocks) -> None:
    with locks.hold("acc_1"):
        (lock,) = locks.directory.iterdir()
        assert lock.stat().st_mode & 0o777 == 0o600
        assert locks.directory.stat().st_mode & 0o777 == 0o700


def test_a_full_disk_is_said(disk: Disk, locks: FileLocks) -> None:
    disk.fill()
    with pytest.raises(StoreFull), locks.hold("acc_1"):
        pass


def test_a_place_that_is_no_directory_is_said(home: Path, locks: FileLocks) -> None:
    home.mkdir()
    locks.directory.write_text("")
    with pytest.raises(StoreUnusable), locks.hold("acc_1"):
        pass


def test_an_error_of_the_block_is_not_taken_for_one_of_the_lock(locks: FileLocks) -> None:
    with pytest.raises(FileNotFoundError), locks.hold("acc_1"):
        Path("/none").read_bytes()


def test_the_refusal_names_the_account_as_a_person_does(tmp_path: Path) -> None:
    locks = FileLocks(tmp_path)
    with locks.hold("acc_1"), pytest.raises(Locked, match=r"ada@corp\.example"):
        locks.hold("acc_1", called="ada@corp.example").__enter__()


def test_the_holder_is_known_to_others_and_only_while_it_holds(locks: FileLocks) -> None:
    assert locks.holder("acc_1") is None
    with Child(CHILDREN, "hold_lock", locks.directory, "acc_1") as other:
        assert other.hear() == "held"
        assert locks.holder("acc_1") == other.pid
        other.kill()
    assert locks.holder("acc_1") is None


def test_a_process_that_is_killed_and_whose_number_came_back_holds_nothing(
    locks: FileLocks,
) -> None:
    with locks.hold("acc_1"):
        assert locks.holder("acc_1") == os.getpid()
    assert locks.holder("acc_1") is None
    (locks.directory / "acc_1.lock").write_text(str(os.getpid()))
    assert locks.holder("acc_1") is None
