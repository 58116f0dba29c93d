"""Verbs that unite contacts or companies who are one, and take them apart again."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from mailctl.core.contacts.contacts import company_named, contact_named
from mailctl.core.linking.settling import settled
from mailctl.core.services import Services
from mailctl.domain.contacts import Company, CompanyId, Contact
from mailctl.domain.merging import Gone, Merging, MergingId, Noun, Thing, merged, taken_apart
from mailctl.errors import BadUsage, Conflict, NotFound
from mailctl.store import companies, contacts, mergings
from mailctl.store.connection import Reading, Writing


@settled
def merge_contacts(services: Services, names: Sequence[str]) -> Merging[Contact]:
    """Unite the contacts of these names in the first. Raises NotFound, NameAmbiguous, BadUsage."""
    with services.store.writing(durable=True) as tx:
        kept, *others = [contact_named(tx, name) for name in names]
        return unite_contacts(services, tx, kept, others)


@settled
def merge_companies(services: Services, names: Sequence[str]) -> Merging[Company]:
    """Unite the companies of these names in the first. Raises NotFound, NameAmbiguous, BadUsage."""
    with services.store.writing(durable=True) as tx:
        kept, *others = [company_named(tx, name) for name in names]
        return unite_companies(services, tx, kept, others)


def unite_contacts(
    services: Services, tx: Writing, kept: Contact, others: Sequence[Contact]
) -> Merging[Contact]:
    """Put what others have into the kept one, who gets their ids too. Raises BadUsage."""
    at = services.now()
    _refuse_same(Noun.CONTACT, kept, others)
    contacts.update(tx, merged(kept, others), at=at)
    merging = Merging(
        MergingId(services.new_id("mrg")),
        Noun.CONTACT,
        before=kept,
        after=contacts.by_ids(tx, [kept.id])[kept.id],
        gone=tuple(Gone(o, mergings.aliases(tx, Noun.CONTACT, o.id)) for o in others),
        merged_at=at,
    )
    mergings.add(tx, merging)
    for other in others:
        contacts.remove(tx, other.id)
    return merging


@settled
def part_contacts(services: Services, name: str) -> Merging[Contact]:
    """Undo a merge, named by its id or by a contact: the newest that it had a part in.

    Who was given up is there as before; who was kept loses what came from there, but what was
    changed since stays. Raises NotFound, and Conflict where the kept one went elsewhere, or it
    is undone already.
    """
    with services.store.writing(durable=True) as tx:
        found = mergings.contact_merging(tx, name)
        if found is None:
            found = mergings.contact_merging(tx, contact_named(tx, name).id)
        merging = _undoable(Noun.CONTACT, found, name)
        now = contacts.by_ids(tx, [merging.before.id]).get(merging.before.id)
        at = services.now()
        parted = taken_apart(_still_there(merging, now), merging.before, merging.after)
        contacts.update(tx, _led(tx, parted), at=at)
        contacts.add(tx, [_led(tx, gone.thing) for gone in merging.gone], at=at)
        mergings.undo(tx, merging, at=at)
        return replace(merging, undone_at=at)


def unite_companies(
    services: Services, tx: Writing, kept: Company, others: Sequence[Company]
) -> Merging[Company]:
    """Put what others have into the kept one, their people too. Raises BadUsage."""
    at = services.now()
    _refuse_same(Noun.COMPANY, kept, others)
    companies.update(tx, merged(kept, others), at=at)
    people = {other.id: _people(tx, other) for other in others}
    merging = Merging(
        MergingId(services.new_id("mrg")),
        Noun.COMPANY,
        before=kept,
        after=companies.by_ids(tx, [kept.id])[kept.id],
        gone=tuple(
            Gone(
                other,
                mergings.aliases(tx, Noun.COMPANY, other.id),
                tuple((each.id, each.companies) for each in people[other.id]),
            )
            for other in others
        ),
        merged_at=at,
    )
    mergings.add(tx, merging)
    for person in {each.id: each for group in people.values() for each in group}.values():
        own = (kept.id if each in people else each for each in person.companies)
        contacts.update(tx, replace(person, companies=tuple(dict.fromkeys(own))), at=at)
    for other in others:
        companies.remove(tx, other.id)
    return merging


@settled
def part_companies(services: Services, name: str) -> Merging[Company]:
    """Undo a merge of companies as `part_contacts` does; their people belong to them again."""
    with services.store.writing(durable=True) as tx:
        found = mergings.company_merging(tx, name)
        if found is None:
            found = mergings.company_merging(tx, company_named(tx, name).id)
        merging = _undoable(Noun.COMPANY, found, name)
        now = companies.by_ids(tx, [merging.before.id]).get(merging.before.id)
        at = services.now()
        parted = taken_apart(_still_there(merging, now), merging.before, merging.after)
        companies.update(tx, parted, at=at)
        for gone in merging.gone:
            companies.add(tx, gone.thing, at=at)
        mergings.undo(tx, merging, at=at)
        theirs = {CompanyId(gone.thing.id) for gone in merging.gone}
        were = {person: own for gone in merging.gone for person, own in gone.people}
        for person, contact in contacts.by_ids(tx, list(were)).items():
            own = _companies_apart(contact.companies, were[person], parted.id, theirs)
            contacts.update(tx, replace(contact, companies=own), at=at)
        return replace(merging, undone_at=at)


def _companies_apart(
    now: Iterable[CompanyId], were: Sequence[str], kept: CompanyId, gone: set[CompanyId]
) -> tuple[CompanyId, ...]:
    """Return whose a person is once companies are apart: as before, with what was added since."""
    stay = [each for each in now if each != kept or kept in were]
    back = [CompanyId(each) for each in were if each in gone or each in stay]
    return tuple(dict.fromkeys((*back, *stay)))


def _people(tx: Reading, company: Company) -> list[Contact]:
    return list(contacts.by_ids(tx, companies.people_of(tx, company.id)).values())


def _led(tx: Reading, contact: Contact) -> Contact:
    """Return the contact with the companies that those of then are now."""
    led: Mapping[str, str] = mergings.leading(tx, Noun.COMPANY, contact.companies)
    own = (CompanyId(led.get(each, each)) for each in contact.companies)
    return replace(contact, companies=tuple(dict.fromkeys(own)))


def _refuse_same(noun: Noun, kept: Contact | Company, others: Sequence[Contact | Company]) -> None:
    if not others:
        raise BadUsage(f"one {noun} alone cannot be united", hint="name two of them, or more")
    ids = [kept.id, *(each.id for each in others)]
    twice = next((each for each in ids if ids.count(each) > 1), None)
    if twice is not None:
        raise BadUsage(f"{twice} is named twice", hint=f"mailctl {noun} show {twice}")


def _undoable(noun: Noun, merging: Merging[Thing] | None, name: str) -> Merging[Thing]:
    if merging is None:
        raise NotFound(
            f"{name[:50]!r} has no part in any merge",
            hint=f"name it as `{noun} merge` told it (mrg_…), or a {noun} that was united",
        )
    if merging.undone_at is not None:
        raise Conflict(f"the merge {merging.id} is undone already")
    return merging


def _still_there(merging: Merging[Thing], now: Thing | None) -> Thing:
    kept = merging.before.id
    if now is None:
        raise Conflict(f"{kept}, who was kept in the merge {merging.id}, was removed since")
    if now.id != kept:
        raise Conflict(
            f"{kept}, who was kept in the merge {merging.id}, went into {now.id} since",
            hint=f"undo that first: mailctl {merging.noun} unmerge {kept}",
        )
    return now
