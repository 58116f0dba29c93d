"""Steps that run side by side, where their order says which counts, not who is first."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from mailctl.domain.providers import Origin
from mailctl.domain.resolution import Outcome
from mailctl.ports import Timer
from mailctl.resolve.verdicts import Verdict

HEAD_START_S = 0.25
"""How long the first step runs alone: mostly it decides, and nobody else need be asked."""
GRACE_S = 1.5
"""How long steps of more weight may still take when one of less weight has an answer."""
FINAL = {Outcome.NXDOMAIN, Outcome.NULL_MX}
"""What the first step may say after which there is nothing to find."""


@dataclass(frozen=True)
class Step:
    """Something to ask, under the name that a trace gives it."""

    name: str
    ask: Callable[[], Awaitable[Verdict]]


@dataclass(frozen=True)
class Finish:
    """How a step ended, and how long it took."""

    step: str
    verdict: Verdict
    ms: float


@dataclass
class Race:
    """One run of steps: the first alone for a moment, then all of them."""

    timer: Timer
    deadline: float
    """By the timer's clock."""
    steps: list[Step] = field(default_factory=list)
    _running: dict[str, asyncio.Task[Verdict]] = field(default_factory=dict)
    _started: dict[str, float] = field(default_factory=dict)
    _finished: dict[str, Finish] = field(default_factory=dict)

    async def run(self, first: Step, others: Iterable[Step]) -> list[Finish]:
        """Return how each step ended; none is running any more.

        `others` are in the order of their weight and all less than the first.
        """
        self.steps = [first, *others]
        try:
            self._start(first)
            await self._wait(min(HEAD_START_S, self._left_s()))
            if not self._is_over():
                for step in self.steps[1:]:
                    self._start(step)
                await self._until_over()
        finally:
            await self._stop()
        return [self._finished.get(step.name) or self._unfinished(step) for step in self.steps]

    def first(self) -> Awaitable[Verdict]:
        """Return the verdict of the first step to whoever builds upon it."""
        return asyncio.shield(self._running[self.steps[0].name])

    async def _until_over(self) -> None:
        grace_ends: float | None = None
        while not self._is_over() and self._left_s() > 0:
            wait_s = self._left_s()
            if any(finish.verdict.decides for finish in self._finished.values()):
                grace_ends = grace_ends or self.timer() + GRACE_S
                wait_s = min(wait_s, grace_ends - self.timer())
            if wait_s <= 0:
                return
            await self._wait(wait_s)

    def _is_over(self) -> bool:
        """Whether nothing that is still to come can change the answer."""
        first = self._finished.get(self.steps[0].name)
        if first and first.verdict.outcome in FINAL:
            return True
        for step in self.steps:
            finish = self._finished.get(step.name)
            if finish is None:
                return False
            if finish.verdict.decides and finish.verdict.is_whole:
                return True
        return True

    def _start(self, step: Step) -> None:
        self._started[step.name] = self.timer()
        self._running[step.name] = asyncio.ensure_future(step.ask())

    async def _wait(self, timeout_s: float) -> None:
        """Wait until a step ends, and keep what it said."""
        await asyncio.wait(self._pending(), timeout=timeout_s, return_when=asyncio.FIRST_COMPLETED)
        for name, task in self._running.items():
            if task.done() and name not in self._finished:
                self._finished[name] = Finish(name, task.result(), self._elapsed_ms(name))

    def _pending(self) -> list[asyncio.Task[Verdict]]:
        return [task for name, task in self._running.items() if name not in self._finished]

    async def _stop(self) -> None:
        pending = self._pending()
        for task in pending:
            task.cancel()
        await asyncio.gather(*pending, return_exceptions=True)

    def _unfinished(self, step: Step) -> Finish:
        if step.name not in self._started or self._left_s() > 0:
            verdict = Verdict(Outcome.SKIPPED, "the answer was there without it")
        else:
            verdict = Verdict(Outcome.TIMEOUT, "no answer in time")
        return Finish(step.name, verdict, self._elapsed_ms(step.name))

    def _elapsed_ms(self, name: str) -> float:
        now = self.timer()
        return round((now - self._started.get(name, now)) * 1000, 3)

    def _left_s(self) -> float:
        return self.deadline - self.timer()


def ranked(finishes: Sequence[Finish]) -> Iterator[Verdict]:
    """Yield what was found, best first: what decides before what a person must agree to.

    Of what decides, servers for both receiving and sending come first; of the rest, those
    of a provider that we know. Nothing is found where the first step says that there is
    nothing, however late.
    """
    if finishes and finishes[0].verdict.outcome in FINAL:
        return
    found = [finish.verdict for finish in finishes if finish.verdict.provider]
    yield from (verdict for verdict in found if verdict.decides and verdict.is_whole)
    yield from (verdict for verdict in found if verdict.decides and not verdict.is_whole)
    rest = [verdict for verdict in found if not verdict.decides]
    yield from sorted(rest, key=lambda verdict: (_is_discovered(verdict), not verdict.is_whole))


def _is_discovered(verdict: Verdict) -> bool:
    return verdict.provider is not None and verdict.provider.origin is Origin.DISCOVERED
