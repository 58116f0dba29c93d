"""The table of kinds: what each is called, how often it is made, and all of it made."""

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from tests.linking_set.labels import Labelled
from tests.linking_set.letters import Desk
from tests.linking_set.world import World, world

Case = Callable[[Desk], Iterable[Labelled]]
"""Writes one case: a message, or several that belong together."""

SEED = 20261130


@dataclass(frozen=True)
class Kind:
    """A kind of case."""

    name: str
    times: int
    case: Case


@dataclass(frozen=True)
class LinkingSet:
    """The world and its mail, in the order in which it came."""

    world: World
    messages: tuple[Labelled, ...]


KINDS: dict[str, Kind] = {}


def kind(name: str, times: int) -> Callable[[Case], Case]:
    """Enter what follows into the table, made so often."""

    def enter(case: Case) -> Case:
        KINDS[name] = Kind(name, times, case)
        return case

    return enter


def made(seed: int = SEED) -> LinkingSet:
    """Return the set of a seed."""
    from tests.linking_set import (  # noqa: F401 (they enter their kinds)
        address_cases,
        broken_cases,
        number_cases,
        people_cases,
        thread_cases,
    )

    rng = random.Random(seed)
    desk = Desk(rng, world(seed))
    messages: list[Labelled] = []
    for each in KINDS.values():
        desk.kind = each.name
        for _ in range(each.times):
            messages += each.case(desk)
    rng.shuffle(messages)  # mail comes in any order, answers before what they answer too
    return LinkingSet(desk.world, tuple(messages))
