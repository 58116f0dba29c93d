"""From an address to its provider: what is known already, then what others say."""

from collections.abc import Generator, Sequence
from contextlib import closing

from mailctl.domain.addresses import Address
from mailctl.domain.resolution import Outcome, Resolution, TraceStep
from mailctl.ports import Internet, Timer
from mailctl.resolve.answers import Answer, known_answer, personal
from mailctl.resolve.directory import Directory
from mailctl.resolve.terms import Terms

# The network half is imported where it is needed: asyncio costs 40 ms, and mostly the
# answer is known.


def resolve(
    address: Address,
    directory: Directory,
    *,
    internet: Internet | None,
    timer: Timer,
    terms: Terms,
) -> Resolution:
    """Return which provider serves the address, with everything that was tried.

    `internet` is None where nobody must be asked. Never raises for what others say: an
    undecided answer carries candidates instead.
    """
    found = resolve_each(
        [address],
        directory,
        internet=internet,
        timer=timer,
        limit_s=terms.deadline - timer(),
        is_private=terms.is_private,
    )
    with closing(found):
        return next(found)


def resolve_each(
    addresses: Sequence[Address],
    directory: Directory,
    *,
    internet: Internet | None,
    timer: Timer,
    limit_s: float,
    is_private: bool = False,
) -> Generator[Resolution]:
    """Yield the answers in the order of the addresses, each as soon as it is there.

    What `resolve` promises holds for each. Domains are asked about side by side, each once
    and each for `limit_s` at most.
    """
    first: dict[str, Address] = {}
    for address in addresses:
        first.setdefault(address.domain, address)
    answers = {domain: known_answer(domain, directory, timer) for domain in first}
    unknown = {domain: answer for domain, answer in answers.items() if answer.verdict is None}
    if internet is None or not unknown:
        for answer in unknown.values():
            _leave_out(answer)
        yield from (personal(address, answers[address.domain], directory) for address in addresses)
        return
    from mailctl.resolve.inquiry import ask_network, asking_each

    async def ask(domain: str, answer: Answer) -> None:
        terms = Terms(timer() + limit_s, is_private)
        await ask_network(answer, first[domain], directory, internet, timer=timer, terms=terms)

    with asking_each(unknown, ask) as wait_for:
        for address in addresses:
            if address.domain in unknown:
                wait_for(address.domain)
            yield personal(address, answers[address.domain], directory)


def _leave_out(answer: Answer) -> None:
    answer.trace.append(TraceStep("mx", Outcome.SKIPPED, 0.0, "offline"))
