"""People and companies who are one: united, and taken apart again."""

import secrets
from collections.abc import Iterable
from dataclasses import replace

import pytest

from mailctl.core.contacts.merging import (
    part_companies,
    part_contacts,
    unite_companies,
    unite_contacts,
)
from mailctl.core.services import Services
from mailctl.domain.contacts import (
    CommunicationOption,
    Company,
    CompanyId,
    Contact,
    ContactId,
    OptionKind,
)
from mailctl.domain.merging import Merging
from mailctl.errors import BadUsage, Conflict, NotFound
from mailctl.store import companies, contacts
from tests.core.desk import Desk


def email(address: str, type_: str = "") -> CommunicationOption:
    return CommunicationOption(OptionKind.EMAIL, address, address, type_)


ACME = Company(CompanyId("com_acme"), "Acme", domains=("acme.example",))
BETA = Company(CompanyId("com_beta"), "Beta", domains=("beta.example",), owner="ben", tags=("b",))
CECO = Company(CompanyId("com_ceco"), "Ceco", domains=("ceco.example",))
ADA = Contact(
    ContactId("con_ada"),
    "Ada",
    companies=(ACME.id,),
    options=(email("ada@x.example"), email("both@x.example")),
    owner="zoe",
    tags=("vip",),
)
ADA_2 = Contact(
    ContactId("con_two"),
    "Ada Lovelace",
    job_title="Boss",
    companies=(BETA.id, ACME.id),
    options=(email("both@x.example", "work"), email("two@x.example")),
    owner="ben",
    tags=("new",),
)
ADA_3 = Contact(ContactId("con_tri"), "A. L.", department="Board", companies=(CECO.id,))


@pytest.fixture
def services(desk: Desk) -> Services:
    """What verbs need, with ids that differ."""
    return replace(desk.services, entropy=secrets.token_bytes)


@pytest.fixture(autouse=True)
def _people(services: Services) -> None:
    with services.store.writing() as tx:
        for company in (ACME, BETA, CECO):
            companies.add(tx, company, at=services.now())
        contacts.add(tx, [ADA, ADA_2, ADA_3], at=services.now())


def unite(services: Services, *ids: str) -> Merging[Contact]:
    with services.store.writing() as tx:
        kept, *others = (contacts.by_ids(tx, [each])[each] for each in ids)
        return unite_contacts(services, tx, kept, others)


def unite_firms(services: Services, *ids: str) -> Merging[Company]:
    with services.store.writing() as tx:
        kept, *others = (companies.by_ids(tx, [each])[each] for each in ids)
        return unite_companies(services, tx, kept, others)


def people(services: Services, *ids: str) -> dict[str, Contact]:
    with services.store.reading() as tx:
        return contacts.by_ids(tx, ids)


def everything(services: Services) -> object:
    """Return all that there is, but for when it was changed."""
    with services.store.reading() as tx:
        return (
            [replace(each, changed_at=None) for each in contacts.all_(tx)],
            [replace(each, changed_at=None) for each in companies.all_(tx)],
        )


def firms_of(services: Services, ids: Iterable[str]) -> dict[str, tuple[str, ...]]:
    return {each: contact.companies for each, contact in people(services, *ids).items()}


def test_who_is_kept_keeps_what_is_theirs_and_gets_what_they_lack(services: Services) -> None:
    unite(services, "con_ada", "con_two", "con_tri")
    ada = people(services, "con_ada")["con_ada"]
    assert (ada.name, ada.owner, ada.job_title, ada.department) == ("Ada", "zoe", "Boss", "Board")
    assert ada.companies == (ACME.id, BETA.id, CECO.id)
    assert ada.tags == ("vip", "new")
    assert [(each.key, each.type) for each in ada.options] == [
        ("ada@x.example", ""),
        ("both@x.example", "work"),
        ("two@x.example", ""),
    ]


def test_every_id_ever_given_up_leads_to_who_was_kept(services: Services) -> None:
    unite(services, "con_two", "con_tri")
    unite(services, "con_ada", "con_two")
    found = people(services, "con_ada", "con_two", "con_tri", "con_none")
    assert {asked: who.id for asked, who in found.items()} == dict.fromkeys(
        ("con_ada", "con_two", "con_tri"), "con_ada"
    )


@pytest.mark.parametrize("by_id", [True, False])
def test_taken_apart_all_is_as_it_was(services: Services, *, by_id: bool) -> None:
    before = everything(services)
    merging = unite(services, "con_ada", "con_two", "con_tri")
    assert part_contacts(services, merging.id if by_id else "con_tri").undone_at is not None
    assert everything(services) == before


def test_merges_of_the_merged_are_undone_from_the_outside_in(services: Services) -> None:
    before = everything(services)
    inner = unite(services, "con_two", "con_tri")
    outer = unite(services, "con_ada", "con_two")
    with pytest.raises(Conflict, match="went into con_ada since"):
        part_contacts(services, inner.id)
    part_contacts(services, outer.id)
    assert people(services, "con_tri")["con_tri"].id == "con_two"
    part_contacts(services, inner.id)
    assert everything(services) == before


def test_merges_into_one_are_undone_in_any_order(services: Services) -> None:
    before = everything(services)
    first, second = unite(services, "con_ada", "con_two"), unite(services, "con_ada", "con_tri")
    part_contacts(services, first.id)
    part_contacts(services, second.id)
    assert everything(services) == before


def test_what_was_changed_since_stays_changed(services: Services) -> None:
    unite(services, "con_ada", "con_two")
    with services.store.writing() as tx:
        ada = contacts.by_ids(tx, ["con_ada"])["con_ada"]
        options = (email("new@x.example"), *ada.options[1:])
        changed = replace(ada, job_title="CEO", tags=(*ada.tags, "later"), options=options)
        contacts.update(tx, changed, at=services.now())
    part_contacts(services, "con_two")
    ada = people(services, "con_ada")["con_ada"]
    assert (ada.job_title, ada.tags) == ("CEO", ("vip", "later"))
    assert ada.emails == ("new@x.example", "both@x.example")
    assert people(services, "con_two")["con_two"].job_title == "Boss"


def test_a_merge_is_undone_once_and_not_where_nobody_is_left(services: Services) -> None:
    merging = unite(services, "con_ada", "con_two")
    part_contacts(services, merging.id)
    with pytest.raises(Conflict, match="undone already"):
        part_contacts(services, merging.id)
    with pytest.raises(NotFound):
        part_contacts(services, "con_two")
    again = unite(services, "con_ada", "con_two")
    with services.store.writing() as tx:
        contacts.remove(tx, ADA.id)
    with pytest.raises(Conflict, match="was removed since"):
        part_contacts(services, again.id)
    assert people(services, "con_two") == {}


@pytest.mark.parametrize("ids", [("con_ada",), ("con_ada", "con_ada")])
def test_nobody_is_united_with_themselves(services: Services, ids: tuple[str, ...]) -> None:
    with pytest.raises(BadUsage):
        unite(services, *ids)


def test_a_company_gets_the_domains_and_the_people_of_another(services: Services) -> None:
    unite_firms(services, "com_acme", "com_beta", "com_ceco")
    with services.store.reading() as tx:
        found = companies.by_ids(tx, ["com_acme", "com_beta"])
        owner = companies.by_domains(tx, ["ceco.example"])["ceco.example"]
    acme = found["com_beta"]
    assert found["com_acme"] == acme
    assert acme.domains == ("acme.example", "beta.example", "ceco.example")
    assert (acme.owner, acme.tags, acme.name) == ("ben", ("b",), "Acme")
    assert [each.id for each in owner] == ["com_acme"]
    assert set(firms_of(services, ["con_ada", "con_two", "con_tri"]).values()) == {(ACME.id,)}


@pytest.mark.parametrize("name", ["com_beta", "com_ceco"])
def test_companies_taken_apart_have_their_people_again(services: Services, name: str) -> None:
    before = everything(services)
    unite_firms(services, "com_acme", "com_beta", "com_ceco")
    part_companies(services, name)
    assert everything(services) == before


def test_people_who_changed_companies_since_are_where_they_went(services: Services) -> None:
    unite_firms(services, "com_acme", "com_beta")
    with services.store.writing() as tx:
        two, three = (contacts.by_ids(tx, [each])[each] for each in ("con_two", "con_tri"))
        moved = replace(two, companies=(CECO.id, ACME.id))
        contacts.update(tx, moved, at=services.now())
        contacts.update(tx, replace(three, companies=(ACME.id,)), at=services.now())
    part_companies(services, "com_beta")
    assert firms_of(services, ["con_two", "con_tri"]) == {
        "con_two": (BETA.id, ACME.id, CECO.id),
        "con_tri": (ACME.id,),
    }


def test_a_contact_comes_back_to_the_company_that_its_own_went_into(services: Services) -> None:
    unite(services, "con_ada", "con_two")
    unite_firms(services, "com_ceco", "com_beta")
    part_contacts(services, "con_two")
    assert firms_of(services, ["con_two"]) == {"con_two": (CECO.id, ACME.id)}
