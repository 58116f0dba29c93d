"""Facts taken over into contacts, and taken back."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from mailctl.core.contacts.options import option
from mailctl.core.enrichment.fact_matching import Beside, bare_company, proposals
from mailctl.core.services import Services
from mailctl.domain.contacts import Company, CompanyId, Contact, ContactId, OptionKind
from mailctl.domain.facts import FactField
from mailctl.domain.merging import Noun
from mailctl.domain.proposals import (
    SINGLE,
    EnrichPolicy,
    FactState,
    MatchedBy,
    Proposal,
    StoredFact,
)
from mailctl.errors import BadUsage, Conflict, NotFound
from mailctl.resolve.catalogue import load
from mailctl.store import companies, contacts, facts, mergings
from mailctl.store.connection import Reading, Writing

Applied = Mapping[str, str | None]


def take(services: Services, tx: Writing, fact: StoredFact) -> StoredFact:
    """Give a contact what a fact states, and return the fact as accepted.

    A sender who is no contact becomes one. Raises Conflict where it is not clear whose it is.
    """
    at = services.now()
    beside = Beside(tx, unknown_too=True)
    who = beside.whose([fact]).get(fact.sender.address)
    if who is not None and who.contact is None:
        raise Conflict(
            f"several contacts have the address {fact.sender.address}, and none of them alone "
            f"the name {fact.sender.name!r}",
            hint=f"say by hand whose it is: mailctl contact list {fact.sender.address}",
        )
    contact = _new_contact(services, tx, fact) if who is None else who.contact
    assert contact is not None  # noqa: S101 (both ways make one)
    after, applied = contact, None
    if not beside.knows(contact, fact):
        after, applied = _with(services, tx, contact, fact)
    if after != contact:
        contacts.update(tx, after, at=at)
    accepted = replace(fact, state=FactState.ACCEPTED, contact=contact.id, applied=applied)
    facts.decide(tx, accepted, at=at)
    return accepted


def take_back(services: Services, tx: Writing, fact: StoredFact) -> StoredFact:
    """Undo what `take` did, also after a merge. Raises Conflict where it was changed since."""
    if fact.state is not FactState.ACCEPTED:
        raise Conflict(f"{fact.id} is {fact.state}, not accepted")
    at = services.now()
    if fact.applied is not None:
        contact = contacts.by_ids(tx, [fact.contact or ""]).get(fact.contact or "")
        if contact is None:
            raise Conflict(f"the contact of {fact.id} ({fact.contact}) was removed since")
        before = _without(tx, contact, fact, fact.applied)
        contacts.update(tx, before, at=at)
        _forget_company(tx, fact.applied)
    undone = replace(fact, state=FactState.UNDONE, applied=None)
    facts.decide(tx, undone, at=at)
    return undone


def take_unasked(services: Services, tx: Writing, mailboxes: Collection[str]) -> int:
    """Take what the policies take unasked of these mailboxes, and return how many facts."""
    policies = facts.policies(tx)
    if not mailboxes or all(each.policy is not EnrichPolicy.AUTO for each in policies.values()):
        return 0
    taken = 0
    found = list(facts.all_(tx, state=FactState.OPEN, mailboxes=mailboxes))
    for proposal in list(proposals(tx, found)):
        fact, policy = proposal.fact, policies[proposal.fact.field]
        is_sure = policy.policy is EnrichPolicy.AUTO and fact.confidence >= policy.threshold
        is_theirs = proposal.matched_by is MatchedBy.ADDRESS
        if is_sure and is_theirs and _is_ours(tx, proposal):
            take(services, tx, fact)
            taken += 1
    return taken


def _is_ours(tx: Reading, proposal: Proposal) -> bool:
    """Whether what would be overwritten was taken from mail, too: nothing of a person's is."""
    if proposal.old is None:
        return True
    stated = facts.of_mailboxes(tx, [proposal.fact.mailbox])[proposal.fact.mailbox]
    return any(
        each.state is FactState.ACCEPTED
        and each.field is proposal.fact.field
        and (each.applied or {}).get("after") == proposal.old
        for each in stated
    )


def _with(
    services: Services, tx: Writing, contact: Contact, fact: StoredFact
) -> tuple[Contact, Applied]:
    """Return the contact with what a fact states, and what was changed."""
    if fact.field in SINGLE:
        before = getattr(contact, fact.field)
        after = {str(fact.field): fact.value}
        return _replaced(contact, after), {"before": before, "after": fact.value}
    if fact.field is FactField.COMPANY:
        company, is_new = _company(services, tx, fact)
        own = tuple(dict.fromkeys((company, *contact.companies)))
        applied = {"company": company, "created": company if is_new else None, "after": fact.value}
        return replace(contact, companies=own), applied
    made = option(OptionKind(fact.field), fact.value)
    made = replace(made, type=fact.type, ext=fact.ext)
    applied = {"key": made.key, "type": made.type, "ext": made.ext}
    return replace(contact, options=(*contact.options, made)), applied


def _without(tx: Reading, contact: Contact, fact: StoredFact, applied: Applied) -> Contact:
    """Return the contact without what a fact brought. Raises Conflict."""
    if fact.field in SINGLE:
        now = getattr(contact, fact.field)
        if now != applied["after"]:
            raise _changed(fact, contact, f"its {fact.field} is {now!r} now")
        return _replaced(contact, {str(fact.field): applied["before"] or ""})
    if fact.field is FactField.COMPANY:
        was = applied["company"] or ""
        led = mergings.leading(tx, Noun.COMPANY, [was]).get(was, was)
        if led not in contact.companies:
            raise _changed(fact, contact, "it is not of that company any more")
        own = tuple(each for each in contact.companies if each != led)
        return replace(contact, companies=own)
    kind = OptionKind(fact.field)
    mine = [o for o in contact.options if o.kind is kind and o.key == applied["key"]]
    if not mine:
        raise _changed(fact, contact, f"its {kind} {fact.value} is gone")
    if (mine[0].type, mine[0].ext) != (applied["type"], applied["ext"]):
        raise _changed(fact, contact, f"its {kind} {fact.value} was changed")
    return replace(contact, options=tuple(o for o in contact.options if o is not mine[0]))


def _replaced(contact: Contact, values: dict[str, str]) -> Contact:
    return replace(contact, **values)  # type: ignore[arg-type]


def _changed(fact: StoredFact, contact: Contact, why: str) -> Conflict:
    return Conflict(
        f"{fact.id} cannot be undone: {contact.name} was changed since: {why}",
        hint=f"change it by hand: mailctl contact set {contact.id} …",
        details={"contact": contact.id},
    )


def _company(services: Services, tx: Writing, fact: StoredFact) -> tuple[CompanyId, bool]:
    """Return the company of that name, or of the sender's domain; a new one where there is none."""
    name = bare_company(fact.value)
    found = next((each for each in companies.all_(tx) if bare_company(each.name) == name), None)
    domain = fact.sender.address.rpartition("@")[2]
    of_domain = companies.by_domains(tx, [domain]).get(domain, ())
    if found is None and len(of_domain) == 1 and bare_company(of_domain[0].name) == name:
        found = of_domain[0]
    if found is not None:
        return found.id, False
    is_own = not of_domain and load().by_domain(domain) is None
    company = Company(
        CompanyId(services.new_id("com")),
        fact.value,
        domains=(domain,) if is_own else (),
        source="mail",
    )
    companies.add(tx, company, at=services.now())
    return company.id, True


def _forget_company(tx: Writing, applied: Applied) -> None:
    """Forget a company that was made for a fact, if nobody has touched it since."""
    made = applied.get("created")
    company = companies.by_ids(tx, [made]).get(made) if made else None
    if company is None or company.id != made:
        return
    if company.changed_at == company.created_at and not companies.people_in(tx, company.id):
        companies.remove(tx, company.id)


def _new_contact(services: Services, tx: Writing, fact: StoredFact) -> Contact:
    contact = Contact(
        ContactId(services.new_id("con")),
        fact.sender.name or fact.sender.address,
        options=(option(OptionKind.EMAIL, fact.sender.address),),
        source="mail",
    )
    contacts.add(tx, [contact], at=services.now())
    return contacts.by_ids(tx, [contact.id])[contact.id]


def facts_named(tx: Reading, names: Sequence[str]) -> list[StoredFact]:
    """Return the facts of these ids, each once. Raises NotFound, BadUsage."""
    if not names:
        raise BadUsage("say which", hint="name ids (prp_…): mailctl enrich list")
    found = facts.by_ids(tx, names)
    unknown = next((each for each in names if each not in found), None)
    if unknown is not None:
        raise NotFound(
            f"there is no proposal {unknown[:50]!r}", hint="see them: mailctl enrich list"
        )
    return [found[each] for each in dict.fromkeys(names)]
