"""Facts beside what is known: whose they are, and what they would change."""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, cached_property
from itertools import islice

from mailctl.core.contacts.newcomers import proposed
from mailctl.core.enrichment.fact_keys import comparable
from mailctl.core.linking.insiders import insiders
from mailctl.core.linking.matching import Matcher
from mailctl.domain.contacts import Contact, OptionKind
from mailctl.domain.facts import FactField
from mailctl.domain.links import ObjectNoun
from mailctl.domain.mailboxes import mailbox_of
from mailctl.domain.proposals import (
    SINGLE,
    EnrichPolicy,
    FactState,
    MatchedBy,
    Proposal,
    StoredFact,
)
from mailctl.domain.settings import Proposing
from mailctl.enrich.roles import is_of_domain
from mailctl.records import dataclass
from mailctl.store import accounts, companies, contacts, facts, links
from mailctl.store.connection import Reading

_BATCH = 500
_LATEST_ALONE = {*SINGLE, FactField.COMPANY, FactField.ADDRESS}
"""Fields whose older statements are out of date once there is a newer one."""
_STANDING = {FactState.OPEN, FactState.ACCEPTED}
_WORD = re.compile(r"[^\W_]+")
_LEGAL_FORMS = """
ab ag aps as asa bv co company corp corporation doo eood gbr gmbh inc incorporated kft kg kk
limited llc llp lp ltd mbh nv ohg oy oyj plc pte pty pvt sa sas sasu sarl scs se sl slu spa sro
srl sau ug zoo ооо оао зао пао ао ип тов тзов прат пп фоп 株式会社 有限公司
"""


def proposals(
    tx: Reading, found: Iterable[StoredFact], *, unknown_too: bool = False
) -> Iterator[Proposal]:
    """Yield those of open facts that would change something, beside what they would change.

    Facts of senders who are no contacts are left out, unless an account proposes them as
    contacts or `unknown_too`.
    """
    beside = Beside(tx, unknown_too=unknown_too)
    remaining = iter(found)
    while batch := list(islice(remaining, _BATCH)):
        yield from beside.proposals(batch)


class Beside:
    """What is known, in one moment."""

    def __init__(self, tx: Reading, *, unknown_too: bool = False) -> None:
        self._tx, self._unknown_too = tx, unknown_too
        self._matcher = Matcher(insiders(tx))
        self._policies = facts.policies(tx)

    def proposals(self, batch: Sequence[StoredFact]) -> Iterator[Proposal]:
        """Yield what is proposed of some facts."""
        wanted = [each for each in batch if self._is_wanted(each)]
        whose = self.whose(wanted)
        stated = facts.of_mailboxes(self._tx, {each.mailbox for each in wanted})
        for fact in wanted:
            who = whose.get(fact.sender.address, _UNKNOWN)
            if who.is_ambiguous or (who.contact is None and not self._may_be_new(fact.mailbox)):
                continue
            if fact.field in _LATEST_ALONE and fact != _latest(fact, stated[fact.mailbox]):
                continue
            if who.contact is None:
                if fact.key != fact.sender.address:
                    yield Proposal(fact, None, None, None)
            elif not self.knows(who.contact, fact):
                old = old_value(who.contact, fact.field)
                yield Proposal(fact, who.contact.id, who.contact.name, old, who.by)

    def whose(self, found: Sequence[StoredFact]) -> "dict[str, Who]":
        """Return whose each address is; several contacts are told apart by their exact names.

        Where it is nobody's, another address in the sender's signatures tells, else the name.
        """
        addresses = {each.sender.address: each.sender.name for each in found}
        self._matcher.learn(self._tx, addresses)
        numbers = {
            address: [
                each.number for each in self._matcher.of(address) if each.noun is ObjectNoun.CONTACT
            ]
            for address in addresses
        }
        every = {number for those in numbers.values() for number in those}
        objects = links.objects(self._tx, ObjectNoun.CONTACT, every)
        people = contacts.by_ids(self._tx, [each.id for each in objects.values()])
        result: dict[str, Who] = {}
        for address, those in numbers.items():
            candidates = [people[objects[number].id] for number in those]
            if len(candidates) > 1:
                name = comparable(FactField.NAME, addresses[address])
                candidates = [
                    each for each in candidates if comparable(FactField.NAME, each.name) == name
                ]
                result[address] = Who(None, is_ambiguous=True)
            if len(candidates) == 1:
                result[address] = Who(candidates[0])
        for address in addresses.keys() - result.keys():
            who = self._by_signature(address) or self._by_name(addresses[address])
            if who is not None:
                result[address] = who
        return result

    def _by_signature(self, address: str) -> "Who | None":
        mailbox = mailbox_of(address)
        stated = facts.of_mailboxes(self._tx, [mailbox]).get(mailbox, [])
        emails = [each.key for each in stated if each.field is FactField.EMAIL]
        people = {
            each.id: each
            for those in contacts.by_keys(self._tx, OptionKind.EMAIL, emails).values()
            for each in those
        }
        if len(people) != 1:
            return None
        return Who(next(iter(people.values())), by=MatchedBy.SIGNATURE)

    def _by_name(self, name: str) -> "Who | None":
        """Return the contact who alone has that name; one word is no whole name."""
        people = contacts.by_name(self._tx, name, limit=2) if len(name.split()) > 1 else []
        return Who(people[0], by=MatchedBy.NAME) if len(people) == 1 else None

    def knows(self, contact: Contact, fact: StoredFact) -> bool:
        """Whether a contact has what a fact states, however it is written."""
        match fact.field:
            case FactField.NAME | FactField.JOB_TITLE | FactField.DEPARTMENT:
                return comparable(fact.field, getattr(contact, fact.field)) == fact.key
            case FactField.COMPANY:
                return self._knows_company(contact, fact)
            case FactField.EMAIL:
                self._matcher.learn(self._tx, [fact.key])
                owners = {each.noun for each in self._matcher.of(fact.key)}
                is_ours = self._matcher.insiders.why(fact.key) is not None
                return is_ours or ObjectNoun.CONTACT in owners
            case _:
                kind = OptionKind(fact.field)
                return any(o.kind is kind and o.key == fact.key for o in contact.options)

    def _knows_company(self, contact: Contact, fact: StoredFact) -> bool:
        name = bare_company(fact.value)
        if any(bare_company(each) == name for each in contact.company_names):
            return True
        domain = fact.sender.address.rpartition("@")[2]
        own = companies.by_domains(self._tx, [domain]).get(domain, ())
        is_theirs = any(each.id in contact.companies for each in own)
        return is_theirs and is_of_domain(fact.value, domain)

    def _is_wanted(self, fact: StoredFact) -> bool:
        is_off = self._policies[fact.field].policy is EnrichPolicy.OFF
        return fact.state is FactState.OPEN and not is_off

    def _may_be_new(self, mailbox: str) -> bool:
        return self._unknown_too or mailbox in self._proposed

    @cached_property
    def _proposed(self) -> frozenset[str]:
        """The mailboxes that accounts propose as contacts."""
        every = accounts.all_(self._tx)
        if all(each.settings.create_contacts is Proposing.NONE for each in every):
            return frozenset()
        return frozenset(mailbox_of(each.address) for each in proposed(self._tx))


@dataclass(frozen=True)
class Who:
    """Whose an address is."""

    contact: Contact | None
    is_ambiguous: bool = False
    by: MatchedBy = MatchedBy.ADDRESS


_UNKNOWN = Who(None)


def old_value(contact: Contact, field: FactField) -> str | None:
    """Return what a fact would take the place of."""
    if field in SINGLE:
        return getattr(contact, field) or None
    if field is FactField.COMPANY:
        return ", ".join(contact.company_names) or None
    return None


def bare_company(name: str) -> str:
    """Return what is compared of a company's name: without case, marks and legal forms."""
    words = _WORD.findall(name.casefold().replace(".", ""))
    return " ".join([word for word in words if word not in _forms()] or words)


@cache
def _forms() -> frozenset[str]:
    return frozenset(_LEGAL_FORMS.split())


def _latest(fact: StoredFact, stated: Sequence[StoredFact]) -> StoredFact:
    rivals = [e for e in stated if e.field is fact.field and e.state in _STANDING]
    return max(rivals, key=lambda each: (each.stated_at, each.message, each.key), default=fact)
