"""What in a mail looks like something that it is not."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from mailctl.domain.addresses import Person
from mailctl.domain.content import Attachment

_NAME_MAX = 1_000
_ADDRESS_IN_NAME = re.compile(r"[^\s<>()\"',;:@]+@[^\s<>()\"',;:@]+\.[^\s<>()\"',;:@.]+")
_REVERSING = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True, slots=True)
class Suspicion:
    """One thing that may be meant to deceive whoever reads the mail."""

    kind: str
    """`name-is-other-address`, `file-name-reversed`, `link-leads-elsewhere`."""
    detail: str


def suspicions(
    people: Iterable[Person],
    files: Iterable[Attachment],
    links: Iterable[tuple[str, str]] = (),
) -> Iterator[Suspicion]:
    """Yield what should be looked at twice; that it is meant so is not said.

    `people` are those whom the mail claims to be from, `links` hosts that are shown and
    those that are led to.
    """
    for person in people:
        for shown in _other_addresses(person):
            yield Suspicion(
                "name-is-other-address",
                f"the name of {person.address} is the address of another: {shown}",
            )
    for file in files:
        if _REVERSING.search(file.name):
            yield Suspicion(
                "file-name-reversed",
                f"the name of attachment {file.number} is written to be read in another order",
            )
    for shown, target in links:
        yield Suspicion("link-leads-elsewhere", f"a link that reads {shown} leads to {target}")


def _other_addresses(person: Person) -> Iterator[str]:
    """Yield addresses that stand in the name and are not the person's (Mailsploit)."""
    for shown in dict.fromkeys(_ADDRESS_IN_NAME.findall(person.name[:_NAME_MAX])):
        if shown.lower() != person.address.lower():
            yield shown
