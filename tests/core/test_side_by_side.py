"""The same work on many things at once, with outcomes in order."""

import threading
import time

import pytest

from mailctl.core.side_by_side import side_by_side

PATIENCE_S = 10


@pytest.mark.parametrize("jobs", [1, 2, 7, 100])
def test_outcomes_come_in_the_order_of_the_things(jobs: int) -> None:
    def work(number: int) -> int:
        time.sleep(0.02 if number % 2 else 0)
        return number * number

    assert side_by_side(range(20), work, jobs=jobs) == [number**2 for number in range(20)]


@pytest.mark.parametrize("jobs", [1, 4])
def test_nothing_to_do_is_done(jobs: int) -> None:
    assert side_by_side([], str, jobs=jobs) == []


def test_so_many_are_worked_on_at_once_as_there_are_jobs() -> None:
    together = threading.Barrier(4, timeout=PATIENCE_S)
    side_by_side(range(8), lambda _: together.wait(), jobs=4)


def test_never_more_are_worked_on_at_once_than_there_are_jobs() -> None:
    lock, now, most = threading.Lock(), 0, 0

    def work(_: int) -> None:
        nonlocal now, most
        with lock:
            now += 1
            most = max(most, now)
        time.sleep(0.005)
        with lock:
            now -= 1

    side_by_side(range(30), work, jobs=3)
    assert most == 3


@pytest.mark.parametrize(("things", "jobs"), [([1], 8), ([1, 2], 1)])
def test_what_is_done_one_by_one_is_done_here(things: list[int], jobs: int) -> None:
    here = threading.current_thread()
    assert side_by_side(things, lambda _: threading.current_thread() is here, jobs=jobs) == (
        [True] * len(things)
    )


@pytest.mark.parametrize("jobs", [1, 3])
@pytest.mark.parametrize("failure", [ValueError, KeyboardInterrupt, SystemExit])
def test_what_the_work_raises_is_raised_here(jobs: int, failure: type[BaseException]) -> None:
    def work(number: int) -> int:
        if number == 2:
            raise failure("number 2")
        return number

    with pytest.raises(failure, match="number 2"):
        side_by_side(range(5), work, jobs=jobs)


def test_a_failure_does_not_wait_for_the_others() -> None:
    ended = threading.Event()

    def work(number: int) -> None:
        if number == 0:
            raise ValueError
        ended.wait(PATIENCE_S)

    started = time.monotonic()
    with pytest.raises(ValueError):
        side_by_side(range(2), work, jobs=2)
    assert time.monotonic() - started < PATIENCE_S / 2
    ended.set()
