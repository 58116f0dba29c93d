"""Uniting two who are one, and taking them apart again: what becomes of each field."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Generic, NewType, TypeVar

from mailctl.domain.contacts import CommunicationOption, Company, Contact, united
from mailctl.records import dataclass

MergingId = NewType("MergingId", str)
"""mrg_…, made by chance."""
Thing = TypeVar("Thing", Contact, Company)
_Value = TypeVar("_Value")
_TEXTS = ("name", "job_title", "department", "owner", "source")
_LISTS = ("tags", "companies", "domains")


class Noun(StrEnum):
    """What was united."""

    CONTACT = "contact"
    COMPANY = "company"


@dataclass(frozen=True)
class Gone(Generic[Thing]):
    """One that went into another."""

    thing: Thing
    aliases: tuple[str, ...] = ()
    """Ids that led to it already."""
    people: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Of a company: its contacts, each with all its companies as they were."""


@dataclass(frozen=True)
class Merging(Generic[Thing]):
    """One act of uniting: enough to undo it."""

    id: MergingId
    noun: Noun
    before: Thing
    """The one that was kept, as it was."""
    after: Thing
    gone: tuple[Gone[Thing], ...]
    merged_at: datetime
    undone_at: datetime | None = None


def merged(kept: Thing, others: Sequence[Thing]) -> Thing:
    """Return the kept one with what it lacks: its own values stay, lists are united."""
    for other in others:
        kept = _with(kept, other)
    return kept


def _with(kept: Thing, other: Thing) -> Thing:
    texts = {n: getattr(kept, n) or getattr(other, n) for n in _present(kept, _TEXTS)}
    lists = {
        each: _joined(getattr(kept, each), getattr(other, each)) for each in _present(kept, _LISTS)
    }
    options = united(kept.options, other.options)
    values: dict[str, Any] = {**texts, **lists, "options": options}
    return replace(kept, **values)


def _joined(ours: Sequence[_Value], theirs: Sequence[_Value]) -> tuple[_Value, ...]:
    return tuple(dict.fromkeys((*ours, *theirs)))


def taken_apart(now: Thing, before: Thing, after: Thing) -> Thing:
    """Return the kept one without what it got by being merged.

    What was changed since stays changed: a text that is another now than right after, and what
    was added to or taken from a list.
    """
    texts = {
        n: getattr(before if getattr(now, n) == getattr(after, n) else now, n)
        for n in _present(now, _TEXTS)
    }
    lists = {
        each: _list_apart(getattr(now, each), getattr(before, each), getattr(after, each))
        for each in _present(now, _LISTS)
    }
    options = _options_apart(now, before, after)
    values: dict[str, Any] = {**texts, **lists, "options": options}
    return replace(now, **values)


def _list_apart(
    now: Sequence[_Value], before: Sequence[_Value], after: Sequence[_Value]
) -> tuple[_Value, ...]:
    if now == after:
        return tuple(before)
    kept = [each for each in now if each in before or each not in after]
    return tuple(dict.fromkeys(kept))


def _options_apart(now: Thing, before: Thing, after: Thing) -> tuple[CommunicationOption, ...]:
    """Return the options apart; who has the same as after has them as before."""
    if now.options == after.options:
        return before.options
    was, then = ({(o.kind, o.key): o for o in each.options} for each in (before, after))
    found = []
    for option in now.options:
        place = (option.kind, option.key)
        if place in was:
            found.append(was[place] if option == then.get(place) else option)
        elif place not in then:
            found.append(option)
    return tuple(found)


def _present(thing: Contact | Company, names: Sequence[str]) -> list[str]:
    return [name for name in names if hasattr(thing, name)]
