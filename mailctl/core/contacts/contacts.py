"""Verbs on contacts and companies: add, find, change, remove."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from mailctl.core.contacts.changes import Change, changed_company, changed_contact
from mailctl.core.linking.settling import settled
from mailctl.core.naming import address_key
from mailctl.core.services import Services
from mailctl.domain.contacts import Company, CompanyId, Contact, ContactId, OptionKind
from mailctl.domain.links import ObjectNoun
from mailctl.domain.merging import Noun
from mailctl.errors import BadUsage, Conflict, GuardRefused, NameAmbiguous, NotFound
from mailctl.resolve.addresses import normal_domain, parse_address
from mailctl.store import companies, contacts, links, mergings
from mailctl.store.connection import Reading

_CANDIDATES = 10


@settled
def add_contact(
    services: Services, changes: Sequence[Change], *, region: str | None, allows_twins: bool
) -> Contact:
    """Store a new contact. Raises BadUsage, NotFound for a company that is none, and Conflict
    where somebody has one of its e-mail addresses already, unless that is allowed."""
    blank = Contact(ContactId(services.new_id("con")), "")
    with services.store.writing(durable=True) as tx:
        contact = changed_contact(
            blank, changes, company=lambda name: company_named(tx, name).id, region=region
        )
        if not contact.name:
            contact = replace(contact, name=_name_of(contact))
        if not allows_twins:
            _refuse_twin(tx, contact)
        contacts.add(tx, [contact], at=services.now())
        return contacts.by_ids(tx, [contact.id])[contact.id]


@settled
def set_contact(
    services: Services, name: str, changes: Sequence[Change], *, region: str | None
) -> Contact:
    """Change a contact and return it. Raises NotFound, NameAmbiguous, BadUsage."""
    if not changes:
        raise BadUsage("nothing is said that should change", hint="write KEY=VALUE")
    with services.store.writing(durable=True) as tx:
        was = contact_named(tx, name)
        contact = changed_contact(
            was, changes, company=lambda each: company_named(tx, each).id, region=region
        )
        if contact != was:
            contacts.update(tx, contact, at=services.now())
        return contacts.by_ids(tx, [contact.id])[contact.id]


@settled
def remove_contacts(services: Services, names: Sequence[str]) -> list[Contact]:
    """Forget contacts and return them as they were. Raises NotFound, NameAmbiguous."""
    with services.store.writing(durable=True) as tx:
        found = {each.id: each for each in (contact_named(tx, name) for name in names)}
        for contact in found.values():
            links.unsay(tx, [contact.id, *mergings.aliases(tx, Noun.CONTACT, contact.id)])
            mergings.forget(tx, Noun.CONTACT, contact.id)
            contacts.remove(tx, contact.id)
    return list(found.values())


def listed_contacts(
    tx: Reading, *, words: str | None, company: str | None, owner: str | None, tag: str | None
) -> Iterator[Contact]:
    """Yield contacts by name, in bounded memory. Raises NotFound for a company that is none."""
    whose = None if company is None else company_named(tx, company).id
    return contacts.all_(tx, words=words, company=whose, owner=owner, tag=tag)


def listed_companies(tx: Reading, *, words: str | None, tag: str | None) -> Iterator[Company]:
    """Yield companies by name, in bounded memory."""
    return companies.all_(tx, words=words, tag=tag)


def contact_named(tx: Reading, name: str) -> Contact:
    """Return the contact of that id, e-mail address or name. Raises NotFound, NameAmbiguous."""
    word = name.strip()
    found = list(contacts.by_ids(tx, [word]).values())
    if not found and "@" in word:
        key = address_key(parse_address(word))
        found = list(contacts.by_keys(tx, OptionKind.EMAIL, [key]).get(key, ()))
    if not found:
        found = contacts.by_name(tx, word, limit=_CANDIDATES)
    if not found:
        raise NotFound(f"there is no contact {name!r}", hint="see them: mailctl contact list")
    if len(found) > 1:
        raise NameAmbiguous(
            f"{name!r} may mean several contacts",
            hint=f"name one by its id: mailctl contact show {found[0].id}",
            details={"candidates": [each.id for each in found[:_CANDIDATES]]},
        )
    return found[0]


@settled
def add_company(services: Services, changes: Sequence[Change], *, region: str | None) -> Company:
    """Store a new company. Raises BadUsage, and Conflict where its name or a domain is taken."""
    blank = Company(CompanyId(services.new_id("com")), "")
    company = changed_company(blank, changes, region=region)
    if not company.name:
        raise BadUsage("the company has no name", hint="say it: --name Acme")
    with services.store.writing(durable=True) as tx:
        refuse_taken(tx, company)
        companies.add(tx, company, at=services.now())
        return companies.by_ids(tx, [company.id])[company.id]


@settled
def set_company(
    services: Services, name: str, changes: Sequence[Change], *, region: str | None
) -> Company:
    """Change a company and return it. Raises NotFound, NameAmbiguous, BadUsage, Conflict."""
    if not changes:
        raise BadUsage("nothing is said that should change", hint="write KEY=VALUE")
    with services.store.writing(durable=True) as tx:
        was = company_named(tx, name)
        company = changed_company(was, changes, region=region)
        if company != was:
            refuse_taken(tx, company)
            companies.update(tx, company, at=services.now())
        return companies.by_ids(tx, [company.id])[company.id]


@settled
def remove_company(services: Services, name: str, *, is_sure: bool) -> Company:
    """Forget a company; its people and its mail stay. Raises NotFound, NameAmbiguous, and
    GuardRefused where people belong or mail is linked to it and nobody is sure."""
    with services.store.writing(durable=True) as tx:
        company = company_named(tx, name)
        people = companies.people_in(tx, company.id)
        mail, by_hand = links.mail_of(tx, ObjectNoun.COMPANY, company.id)
        if (people or mail) and not is_sure:
            raise GuardRefused(
                f"{people} contacts belong to {company.name}, and {mail} messages are linked to "
                f"it, {by_hand} of them by hand",
                hint="contacts and messages stay, without it: "
                f"mailctl company remove {company.id} --yes",
                details={"contacts": people, "messages": mail, "by_hand": by_hand},
            )
        links.unsay(tx, [company.id, *mergings.aliases(tx, Noun.COMPANY, company.id)])
        mergings.forget(tx, Noun.COMPANY, company.id)
        companies.remove(tx, company.id)
    return company


def company_named(tx: Reading, name: str) -> Company:
    """Return the company of that id, domain or name. Raises NotFound, NameAmbiguous."""
    word = name.strip()
    found = list(companies.by_ids(tx, [word]).values())
    if not found:
        found = list(companies.by_names(tx, [word]).get(word, ()))
    if not found and "." in word and " " not in word:
        domain = normal_domain(word)
        found = list(companies.by_domains(tx, [domain]).get(domain, ()))
    if not found:
        raise NotFound(f"there is no company {name!r}", hint="see them: mailctl company list")
    if len(found) > 1:
        raise NameAmbiguous(
            f"{name!r} may mean several companies",
            hint=f"name one by its id: mailctl company show {found[0].id}",
            details={"candidates": [each.id for each in found[:_CANDIDATES]]},
        )
    return found[0]


def _name_of(contact: Contact) -> str:
    """Return what a contact without a name is called. Raises BadUsage where it has nothing."""
    for kind in OptionKind:
        for value in contact.values(kind):
            return value
    raise BadUsage(
        "the contact has no name", hint="say who it is: --name 'Ada Lovelace', or --email A@B"
    )


def _refuse_twin(tx: Reading, contact: Contact) -> None:
    taken = contacts.by_keys(tx, OptionKind.EMAIL, contact.emails)
    for key, who in taken.items():
        raise Conflict(
            f"{key} belongs to {who[0].name} already ({who[0].id})",
            hint=f"change that one: mailctl contact set {who[0].id} …; or --allow-duplicate",
            details={"id": who[0].id},
        )


def refuse_taken(tx: Reading, company: Company) -> None:
    """Raise Conflict where another company has its name or one of its domains."""
    twins = companies.by_names(tx, [company.name]).get(company.name, ())
    twin = next((each for each in twins if each.id != company.id), None)
    for owners in companies.by_domains(tx, company.domains).values():
        twin = next((each for each in owners if each.id != company.id), twin)
    if twin is not None:
        raise Conflict(
            f"{twin.name} has that name or domain already ({twin.id})",
            hint=f"change that one: mailctl company set {twin.id} …",
            details={"id": twin.id},
        )
