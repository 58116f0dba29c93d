"""Asking the network about domains, one or many at once."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from functools import partial
from threading import Thread

from mailctl.domain.addresses import Address
from mailctl.domain.providers import Origin
from mailctl.domain.resolution import Candidate, TraceStep
from mailctl.ports import Internet, Timer
from mailctl.resolve.answers import Answer
from mailctl.resolve.directory import Directory
from mailctl.resolve.network_steps import NetworkSteps
from mailctl.resolve.race import Finish, Race, ranked
from mailctl.resolve.terms import Terms

MOST_AT_ONCE = 50
"""Domains that are asked about side by side."""


async def ask_network(
    answer: Answer,
    address: Address,
    directory: Directory,
    internet: Internet,
    *,
    timer: Timer,
    terms: Terms,
) -> None:
    """Ask the network and put into `answer` what it says."""
    steps = NetworkSteps(address, directory, internet, terms.is_private)
    race = Race(timer, terms.deadline)
    finishes = await race.run(steps.exchangers(), steps.others(race.first))
    answer.trace += map(_traced, finishes)
    answer.verdict = next(ranked(finishes), None)
    if answer.verdict is None or not answer.verdict.decides:
        answer.candidates = [*_candidates(finishes)]


def _traced(finish: Finish) -> TraceStep:
    return TraceStep(finish.step, finish.verdict.outcome, finish.ms, finish.verdict.detail)


def _candidates(finishes: Sequence[Finish]) -> Iterator[Candidate]:
    for verdict in ranked(finishes):
        provider = verdict.provider
        if provider and provider.origin is not Origin.DISCOVERED:
            facts = "; ".join(fact.fact for fact in verdict.evidence)
            yield Candidate(provider.name, facts)
    for finish in finishes:
        yield from finish.verdict.candidates


@contextmanager
def asking_each(
    answers: Mapping[str, Answer], ask: Callable[[str, Answer], Awaitable[None]]
) -> Iterator[Callable[[str], None]]:
    """Ask about every domain side by side; yield what waits until one of them is answered."""
    done: dict[str, Future[None]] = {domain: Future() for domain in answers}

    async def every() -> None:
        turns = asyncio.Semaphore(MOST_AT_ONCE)
        running: set[asyncio.Future[None]] = set()
        for domain, answer in answers.items():
            await turns.acquire()
            task = asyncio.ensure_future(ask(domain, answer))
            running.add(task)
            task.add_done_callback(running.discard)
            task.add_done_callback(lambda _: turns.release())
            task.add_done_callback(partial(_pass_on, to=done[domain]))
        if running:
            await asyncio.wait(running)

    with _loop_beside() as loop:
        asyncio.run_coroutine_threadsafe(every(), loop)
        yield lambda domain: done[domain].result()


def _pass_on(task: asyncio.Future[None], *, to: Future[None]) -> None:
    """Tell who waits in another thread how it ended: a bug is its domain's, and told there."""
    if task.cancelled():
        to.cancel()
    elif error := task.exception():
        to.set_exception(error)
    else:
        to.set_result(None)


@contextmanager
def _loop_beside() -> Iterator[asyncio.AbstractEventLoop]:
    """Run a loop in a thread of its own.

    Whoever takes answers slowly must not use up the time limits, and no signal must
    end in the code of a library that catches everything (dnspython does).
    """
    loop = asyncio.new_event_loop()
    thread = Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        yield loop
    finally:
        asyncio.run_coroutine_threadsafe(_cancel_others(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _cancel_others() -> None:
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
