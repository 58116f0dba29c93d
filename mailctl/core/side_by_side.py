"""The same work on many things, several at once."""

import threading
from collections.abc import Callable, Sequence
from queue import SimpleQueue
from typing import TypeVar

Thing = TypeVar("Thing")
Outcome = TypeVar("Outcome")


def side_by_side(
    things: Sequence[Thing], work: Callable[[Thing], Outcome], *, jobs: int
) -> list[Outcome]:
    """Return the outcomes in the order of the things.

    One alone is worked on here, so that a signal interrupts it at once. The threads of
    several end with the process: what they leave half done is rolled back. Raises what
    `work` raises.
    """
    if jobs <= 1 or len(things) <= 1:
        return [work(thing) for thing in things]
    ended: SimpleQueue[tuple[int, Outcome | BaseException]] = SimpleQueue()
    waiting = list(enumerate(things))
    waiting.reverse()
    lock = threading.Lock()

    def take_turns() -> None:
        while True:
            with lock:
                if not waiting:
                    return
                place, thing = waiting.pop()
            try:
                ended.put((place, work(thing)))
            except BaseException as error:  # noqa: BLE001 (raised again below)
                ended.put((place, error))

    for _ in range(min(jobs, len(things))):
        threading.Thread(target=take_turns, daemon=True).start()
    return _collected(ended, len(things))


def _collected(
    ended: "SimpleQueue[tuple[int, Outcome | BaseException]]", count: int
) -> list[Outcome]:
    found: dict[int, Outcome] = {}
    for _ in range(count):
        place, outcome = ended.get()
        if isinstance(outcome, BaseException):
            raise outcome
        found[place] = outcome
    return [found[place] for place in range(count)]
