"""Verbs on what mail says of contacts: propose it, take it, refuse it, take it back."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain

from mailctl.core.contacts.contacts import contact_named
from mailctl.core.enrichment.fact_changes import facts_named, take, take_back
from mailctl.core.enrichment.fact_matching import proposals
from mailctl.core.linking.settling import settled
from mailctl.core.services import Services
from mailctl.domain.facts import FactField
from mailctl.domain.mailboxes import mailbox_of
from mailctl.domain.proposals import (
    FactState,
    FieldPolicy,
    Proposal,
    StoredFact,
    parse_policy,
)
from mailctl.errors import BadUsage
from mailctl.records import dataclass
from mailctl.store import contacts, facts
from mailctl.store.connection import Reading


@dataclass(frozen=True)
class ProposalsWanted:
    """Which proposals are asked for; None means any."""

    contact: str | None = None
    """A contact as people name it."""
    fields: Sequence[FactField] = ()
    state: FactState | None = FactState.OPEN
    unknown_too: bool = False
    """Whether those of senders count who are no contacts, and whom nobody proposes as such."""
    confidence: float = 0.0


def listed_proposals(tx: Reading, wanted: ProposalsWanted) -> Iterator[Proposal]:
    """Yield proposals, the newest statement first. Raises NotFound, NameAmbiguous."""
    mailboxes = None
    if wanted.contact is not None:
        mailboxes = {mailbox_of(each) for each in contact_named(tx, wanted.contact).emails}
    stated = (
        each
        for each in facts.all_(tx, state=wanted.state, mailboxes=mailboxes)
        if each.confidence >= wanted.confidence
        and (not wanted.fields or each.field in wanted.fields)
    )
    if wanted.state is FactState.OPEN:
        return proposals(tx, stated, unknown_too=wanted.unknown_too)
    if wanted.state is None:
        return chain.from_iterable(_any(tx, each, wanted.unknown_too) for each in stated)
    return (_decided(tx, each) for each in stated)


def shown_proposal(tx: Reading, name: str) -> Proposal:
    """Return a proposal whatever became of it. Raises NotFound."""
    (fact,) = facts_named(tx, [name])
    return next(_any(tx, fact, True), _decided(tx, fact))


@settled
def accept(
    services: Services, names: Sequence[str], wanted: ProposalsWanted | None = None
) -> list[Proposal]:
    """Give contacts what these proposals say, or all that are wanted, and return them.

    Raises NotFound, BadUsage, and Conflict where it is not clear whose a fact is.
    """
    with services.store.writing(durable=True) as tx:
        if wanted is None:
            found = facts_named(tx, names)
        else:
            found = [each.fact for each in list(listed_proposals(tx, wanted))]
        done = []
        for fact in found:
            if fact.state is FactState.ACCEPTED:
                continue
            before = next(_any(tx, fact, True), _decided(tx, fact))
            accepted = take(services, tx, fact)
            done.append(replace(_decided(tx, accepted), old=before.old))
        return done


def reject(services: Services, names: Sequence[str]) -> list[Proposal]:
    """Never propose these facts again, and return them. Raises NotFound, BadUsage."""
    with services.store.writing(durable=True) as tx:
        done = []
        for fact in facts_named(tx, names):
            if fact.state is FactState.ACCEPTED:
                raise BadUsage(
                    f"{fact.id} was accepted", hint=f"take it back: mailctl enrich undo {fact.id}"
                )
            rejected = replace(fact, state=FactState.REJECTED)
            facts.decide(tx, rejected, at=services.now())
            done.append(_decided(tx, rejected))
        return done


@settled
def undo(services: Services, names: Sequence[str]) -> list[Proposal]:
    """Take accepted facts back, all of them or none, and return them.

    Raises NotFound, BadUsage, and Conflict where the contact was changed since.
    """
    with services.store.writing(durable=True) as tx:
        found = facts_named(tx, names)
        return [_decided(tx, take_back(services, tx, each)) for each in found]


def set_policies(services: Services, said: Sequence[str]) -> list[FieldPolicy]:
    """Set what becomes of facts by field (FIELD=POLICY), and return all policies.

    Raises BadUsage.
    """
    policies = [policy for text in said for policy in _policies(text)]
    if policies:
        with services.store.writing(durable=True) as tx:
            for policy in policies:
                facts.put_policy(tx, policy)
    with services.store.reading() as tx:
        return list(facts.policies(tx).values())


def forget_policy(services: Services, field: FactField) -> None:
    """Let facts of a field be proposed again, as if nobody had chosen."""
    with services.store.writing(durable=True) as tx:
        facts.forget_policy(tx, field)


def _policies(text: str) -> list[FieldPolicy]:
    name, equals, word = text.partition("=")
    key = name.strip().lower().replace("-", "_")
    if not equals or (key != "all" and key not in set(FactField)):
        raise BadUsage(
            f"{text[:50]!r} sets no policy",
            hint=f"write FIELD=propose, off or auto:0.95; FIELD is all, {', '.join(FactField)}",
        )
    policy, threshold = parse_policy(word)
    fields = list(FactField) if key == "all" else [FactField(key)]
    return [FieldPolicy(each, policy, threshold) for each in fields]


def _any(tx: Reading, fact: StoredFact, unknown_too: bool) -> Iterator[Proposal]:
    if fact.state is FactState.OPEN:
        yield from proposals(tx, [fact], unknown_too=unknown_too)
    else:
        yield _decided(tx, fact)


def _decided(tx: Reading, fact: StoredFact) -> Proposal:
    """Return a fact that was decided about, with whom it went to."""
    contact = contacts.by_ids(tx, [fact.contact or ""]).get(fact.contact or "")
    old = None if fact.applied is None else fact.applied.get("before") or None
    if contact is None:
        return Proposal(fact, None, None, old)
    return Proposal(fact, contact.id, contact.name, old)
