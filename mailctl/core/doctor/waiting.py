"""Looks at many servers at once, none of which may take longer than its time."""

import threading
from collections import deque
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from mailctl.core.doctor.findings import Findings
from mailctl.ports import Timer
from mailctl.records import dataclass

Thing = TypeVar("Thing")
_LOOK_AGAIN_S = 0.02


@dataclass
class _Going(Generic[Thing]):
    """A look that goes on in a thread of its own, which ends with the process."""

    thing: Thing
    findings: Findings
    began: float
    thread: threading.Thread | None = None
    error: BaseException | None = None


def each_within(
    things: Sequence[Thing],
    work: Callable[[Thing, Findings], None],
    *,
    name: Callable[[Thing], str | None],
    timer: Timer,
    jobs: int,
    limit_s: float,
) -> list[Findings]:
    """Return what was found of each thing, in their order; what takes too long is given up.

    Raises what `work` raises.
    """
    going = [_Going(thing, Findings(timer, name(thing)), 0.0) for thing in things]
    waiting, at_work = deque(going), list[_Going[Thing]]()
    turn = threading.Event()

    def run(one: _Going[Thing]) -> None:
        try:
            work(one.thing, one.findings)
        except BaseException as error:  # noqa: BLE001 (raised again below)
            one.error = error
        finally:
            turn.set()

    while waiting or at_work:
        while waiting and len(at_work) < jobs:
            one = waiting.popleft()
            one.began = timer()
            one.thread = threading.Thread(target=run, args=(one,), daemon=True)
            one.thread.start()
            at_work.append(one)
        turn.wait(_LOOK_AGAIN_S)
        turn.clear()
        at_work = [one for one in at_work if not _is_over(one, timer, limit_s)]
    return [one.findings for one in going]


def _is_over(one: "_Going[Thing]", timer: Timer, limit_s: float) -> bool:
    """Whether the look has ended, or is given up. Raises what it raised."""
    if one.error is not None:
        raise one.error
    if one.thread is not None and not one.thread.is_alive():
        return True
    if timer() - one.began > limit_s:
        one.findings = one.findings.given_up(limit_s)
        return True
    return False
