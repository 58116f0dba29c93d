"""Conversations: what makes messages one, and who answers whom in it."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256

from mailctl.domain.ids import MessageId, id_of_number, number_of_id
from mailctl.domain.messages import Envelope, Message

PREFIX = "thr"
_BITS = 60
_BRANCHES_MAX = 12
_BLANK = re.compile(r"[\s<>]+")


def mention(message_id: str) -> int:
    """Return the number of a Message-ID: those that differ in case or brackets alone share one.

    It is the number of the `thr_…` of a conversation that began with that message. No
    two ids have it by chance; who seeks two that do joins no more than by naming both.
    """
    name = _BLANK.sub("", message_id).lower()
    return int.from_bytes(sha256(name.encode("utf-8", "replace")).digest(), "big") % (1 << _BITS)


def thread_id(number: int) -> str:
    """Return the public id of the conversation of that number."""
    return id_of_number(PREFIX, number)


def thread_number(thread: str) -> int | None:
    """Return the number in a public id, None where it is none."""
    return number_of_id(PREFIX, thread)


def named(
    in_reply_to: Sequence[str], references: Sequence[str], people: Iterable[str]
) -> list[str]:
    """Return the Message-IDs that a message names, the oldest one first.

    What is the address of somebody it is from or to is none, though some put it into
    In-Reply-To (RFC 5322 section 3.6.4 warns of that): it would join all they ever wrote.
    """
    names = dict.fromkeys((*references, *in_reply_to))
    if not names:
        return []
    addresses = {address.lower() for address in people}
    return [name for name in names if name.lower() not in addresses]


@dataclass(frozen=True, slots=True)
class Placed:
    """A message in its conversation."""

    message: Message
    parent: Message | None
    """What it answers, None where that is not here."""
    depth: int
    branches: tuple[bool, ...] = ()
    """Of it and the nearest messages above it, the outermost first: whether more follow there."""


def arranged(messages: Iterable[Message]) -> Iterator[Placed]:
    """Yield the messages, each below what it answers, the older of two first.

    A parent is the last message named in References or In-Reply-To that is here; where
    they name each other in a circle, the oldest of it answers nothing. Takes time and
    memory in proportion to the messages, however deep they are.
    """
    ordered = sorted(messages, key=lambda message: (message.date, message.id))
    parents = _without_circles(ordered, _parents(ordered))
    answers: dict[str, list[Message]] = {}
    for message in ordered:
        parent = parents.get(message.id)
        answers.setdefault("" if parent is None else parent.id, []).append(message)
    waiting = [Placed(message, None, 0) for message in reversed(answers.get("", []))]
    while waiting:
        placed = waiting.pop()
        yield placed
        above = placed.branches[1 - _BRANCHES_MAX :]
        waiting += [
            Placed(answer, placed.message, placed.depth + 1, (*above, place > 0))
            for place, answer in enumerate(reversed(answers.get(placed.message.id, [])))
        ]


def _parents(ordered: Sequence[Message]) -> dict[MessageId, Message]:
    """Return for each message what it says it answers; the first of equal ids is meant."""
    known: dict[int, Message] = {}
    for message in ordered:
        if message.envelope.rfc_message_id is not None:
            known.setdefault(mention(message.envelope.rfc_message_id), message)
    parents = {}
    for message in ordered:
        envelope = message.envelope
        own = None if envelope.rfc_message_id is None else mention(envelope.rfc_message_id)
        for name in _answered(envelope):
            number = mention(name)
            if number != own and number in known:
                parents[message.id] = known[number]
                break
    return parents


def _answered(envelope: Envelope) -> Iterator[str]:
    """Yield what a message names, its direct parent first."""
    yield from envelope.references[-1:]
    yield from envelope.in_reply_to
    yield from reversed(envelope.references[:-1])


def _without_circles(
    ordered: Sequence[Message], parents: dict[MessageId, Message]
) -> dict[MessageId, Message]:
    """Return the parents without those that lead back to where one came from."""
    kept = dict(parents)
    safe: set[str] = set()
    for start in ordered:
        way: dict[str, None] = {}
        message: Message | None = start
        while message is not None and message.id not in safe and message.id not in way:
            way[message.id] = None
            message = kept.get(message.id)
        if message is not None and message.id in way:
            # `start` is the oldest that leads here, but the circle may lie above it
            del kept[_oldest_of_circle(message, kept).id]
        safe.update(way)
    return kept


def _oldest_of_circle(message: Message, parents: dict[MessageId, Message]) -> Message:
    circle = [message]
    following = parents[message.id]
    while following.id != message.id:
        circle.append(following)
        following = parents[following.id]
    return min(circle, key=lambda each: (each.date, each.id))
