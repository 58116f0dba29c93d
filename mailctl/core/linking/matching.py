"""Whose addresses a message has: from an address to contacts and companies."""

from collections.abc import Collection, Iterable, Sequence
from functools import cache
from itertools import accumulate
from typing import NamedTuple

from mailctl.core.linking.insiders import Insiders
from mailctl.core.naming import address_key
from mailctl.domain.links import ObjectNoun, Step
from mailctl.domain.mailboxes import mailbox_of, untagged
from mailctl.errors import BadUsage
from mailctl.resolve.addresses import parse_address
from mailctl.store import correspondents
from mailctl.store.connection import Reading

PLACES = (("from",), ("reply-to",), ("to", "cc", "bcc"))
"""Where it is looked for whom a message is with; the first place that names somebody decides."""


class Found(NamedTuple):
    """Who an address leads to, by row, and how."""

    noun: ObjectNoun
    number: int
    step: Step
    is_candidate: bool


class Matcher:
    """What addresses lead to; each is looked up once, for many messages together."""

    def __init__(self, insiders: Insiders) -> None:
        self.insiders = insiders
        self._found: dict[str, tuple[Found, ...]] = {}

    def forget(self) -> None:
        """Forget what was looked up: somebody else may have changed it."""
        self._found.clear()

    def learn(self, tx: Reading, addresses: Collection[str]) -> None:
        """Look up those of the addresses that are not known yet."""
        asked = {each for each in addresses if each not in self._found}
        outsiders = {each for each in asked if self.insiders.why(each) is None}
        self._found.update(dict.fromkeys(asked - outsiders, ()))
        if not outsiders:
            return
        owners = correspondents.owners_of_mailboxes(tx, {mailbox_of(each) for each in outsiders})
        contacts = {who for group in owners.values() for _, who, _ in group if who is not None}
        companies = correspondents.companies_of(tx, contacts) if contacts else {}
        domains = {each.rpartition("@")[2] for each in outsiders}
        above = {each: _upwards(each) for each in domains}
        of_domains = correspondents.owners_of_domains(
            tx, {parent for parents in above.values() for parent in parents}
        )
        for address in outsiders:
            group = owners.get(mailbox_of(address), ())
            keys = meant(address, group)
            domain = next(
                (each for each in above[address.rpartition("@")[2]] if each in of_domains), None
            )
            whose = of_domains[domain] if domain is not None and _is_owned(domain) else ()
            whom = [(who, firm) for key, who, firm in group if key in keys]
            people = list(dict.fromkeys(who for who, _ in whom if who is not None))
            firms = list(dict.fromkeys(firm for _, firm in whom if firm is not None))
            self._found[address] = (
                *_several(ObjectNoun.CONTACT, people, Step.ADDRESS),
                *_companies(firms, [companies.get(who, ()) for who in people], whose),
            )

    def of(self, address: str) -> tuple[Found, ...]:
        """Return whom an address that was learned leads to, nobody where it is an insider's."""
        return self._found[address]


def place_of(
    matcher: Matcher, people: Iterable[tuple[str, str]]
) -> tuple[tuple[str, ...], list[tuple[str, str]]]:
    """Return the places that decide about a message, and who of (place, address) is known there."""
    known = [each for each in people if matcher.of(each[1])]
    for places in PLACES if known else ():
        here = [each for each in known if each[0] in places]
        if here:
            return places, here
    return (), []


@cache
def key_of(written: str) -> str | None:
    """Return the address as it is compared, None where it is no address."""
    try:
        return address_key(parse_address(written))
    except BadUsage:
        return None


def meant(address: str, owners: Sequence[tuple[str, int | None, int | None]]) -> set[str]:
    """Return which addresses of a mailbox's owners count for one spelling of it.

    That very one, else it without its mark, else all of them.
    """
    keys = {key for key, *_ in owners}
    return next(({each} for each in (address, untagged(address)) if each in keys), keys)


def _companies(
    firms: Sequence[int], of_people: Sequence[Sequence[int]], of_domain: Sequence[int]
) -> Iterable[Found]:
    """Return the companies that an address is of: its own, its people's, its domain's.

    People who share an address are of those companies that they have in common; of several
    the domain chooses, and where it does not nobody wins.
    """
    if firms:
        return _several(ObjectNoun.COMPANY, firms, Step.ADDRESS)
    if of_people and any(of_people):
        common = [each for each in of_people[0] if all(each in own for own in of_people)]
        chosen = [each for each in common if each in of_domain] or common
        if chosen:
            return _several(ObjectNoun.COMPANY, chosen, Step.COMPANY)
        anyones = dict.fromkeys(each for own in of_people for each in own)
        if not of_domain:
            return [Found(ObjectNoun.COMPANY, each, Step.COMPANY, True) for each in anyones]
    return _several(ObjectNoun.COMPANY, of_domain, Step.DOMAIN)


def _several(noun: ObjectNoun, numbers: Sequence[int], step: Step) -> list[Found]:
    return [Found(noun, number, step, len(numbers) > 1) for number in numbers]


def _upwards(domain: str) -> tuple[str, ...]:
    """Return the domain and those above it, the nearest first, no top-level domain."""
    labels = domain.split(".")
    above = accumulate(reversed(labels), lambda so_far, label: f"{label}.{so_far}")
    return tuple(reversed([*above][1:]))


@cache
def _is_owned(domain: str) -> bool:
    """Whether a domain is somebody's own: not the public's, nor above what can be registered."""
    from mailctl.resolve.catalogue import load
    from mailctl.resolve.owners import registrable

    return load().by_domain(domain) is None and registrable(domain) is not None
