"""People and organisations in the database."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from mailctl.domain.contacts import (
    CommunicationOption,
    Company,
    CompanyId,
    Contact,
    ContactId,
    OptionKind,
    united,
)
from mailctl.store import companies, contacts
from mailctl.store.connection import Store

NOW = datetime(2026, 11, 25, 10, tzinfo=UTC)
EMAIL, PHONE = OptionKind.EMAIL, OptionKind.PHONE
ACME = Company(CompanyId("com_1"), "Acme", domains=("acme.example", "acme.test"), tags=("a",))
BETA = Company(CompanyId("com_2"), "Beta", domains=("beta.example",))


def option(kind: OptionKind, value: str, type_: str = "") -> CommunicationOption:
    return CommunicationOption(kind, value, value.lower(), type_)


ADA = Contact(
    ContactId("con_1"),
    "Ada Lovelace",
    job_title="Boss",
    companies=(ACME.id, BETA.id),
    options=(option(EMAIL, "Ada@acme.example", "work"), option(PHONE, "+4930123456")),
    tags=("vip",),
)
BEN = Contact(ContactId("con_2"), "ben", options=(option(EMAIL, "ada@acme.example"),))


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = Store(tmp_path / "mailctl.db")
    with store.writing() as tx:
        for company in (ACME, BETA):
            companies.add(tx, company, at=NOW)
        contacts.add(tx, [ADA, BEN], at=NOW)
    return store


def test_a_contact_comes_back_as_it_was_stored(store: Store) -> None:
    with store.reading() as tx:
        found = contacts.by_ids(tx, ["con_1"])["con_1"]
    assert (found.name, found.companies, found.options) == (ADA.name, ADA.companies, ADA.options)
    assert (found.company_names, found.tags, found.created_at) == (("Acme", "Beta"), ("vip",), NOW)


def test_all_who_have_an_address_are_found(store: Store) -> None:
    with store.reading() as tx:
        found = contacts.by_keys(tx, EMAIL, ["ada@acme.example", "nobody@x.example"])
    assert {key: [each.id for each in who] for key, who in found.items()} == {
        "ada@acme.example": ["con_1", "con_2"]
    }


def test_a_company_is_found_by_each_of_its_domains(store: Store) -> None:
    with store.reading() as tx:
        found = companies.by_domains(tx, ["acme.test", "beta.example", "x.example"])
    assert {domain: [c.id for c in who] for domain, who in found.items()} == {
        "acme.test": ["com_1"],
        "beta.example": ["com_2"],
    }


def test_what_is_changed_replaces_what_was_there(store: Store) -> None:
    changed = Contact(ADA.id, "Ada King", options=(option(PHONE, "+49"),))
    with store.writing() as tx:
        contacts.update(tx, changed, at=NOW)
    with store.reading() as tx:
        found = contacts.by_ids(tx, ["con_1"])["con_1"]
        assert contacts.by_keys(tx, EMAIL, ["ada@acme.example"])["ada@acme.example"] != ()
    assert (found.name, found.companies, found.options) == ("Ada King", (), changed.options)


def test_people_stay_without_a_company_that_goes(store: Store) -> None:
    with store.writing() as tx:
        assert companies.people_in(tx, ACME.id) == 1
        companies.remove(tx, ACME.id)
        contacts.remove(tx, BEN.id)
    with store.reading() as tx:
        assert contacts.by_ids(tx, ["con_1"])["con_1"].companies == (BETA.id,)
        assert contacts.count(tx) == 1


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ({}, ["con_1", "con_2"]),
        ({"words": "LOVE"}, ["con_1"]),
        ({"words": "acme.example"}, ["con_1", "con_2"]),
        ({"words": "boss"}, ["con_1"]),
        ({"company": BETA.id}, ["con_1"]),
        ({"tag": "vip"}, ["con_1"]),
        ({"owner": "x"}, []),
    ],
)
def test_contacts_are_listed_by_name(
    store: Store, question: dict[str, str], expected: list[str]
) -> None:
    with store.reading() as tx:
        assert [each.id for each in contacts.all_(tx, **question)] == expected  # type: ignore[arg-type]


def test_many_contacts_are_listed_each_once(store: Store) -> None:
    many = [Contact(ContactId(f"con_x{n}"), f"name {n % 7}") for n in range(1200)]
    with store.writing() as tx:
        contacts.add(tx, many, at=NOW)
    with store.reading() as tx:
        found = [each.id for each in contacts.all_(tx)]
    assert len(found) == len(set(found)) == 1202


def test_options_of_two_are_united_each_once() -> None:
    ours = (option(EMAIL, "A@x.example"), option(PHONE, "+49", "work"))
    theirs = (option(EMAIL, "a@x.example", "home"), option(EMAIL, "b@x.example"))
    assert [(each.value, each.type) for each in united(ours, theirs)] == [
        ("A@x.example", "home"),
        ("+49", "work"),
        ("b@x.example", ""),
    ]
