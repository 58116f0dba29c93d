"""A mail domain is mapped to one provider, by whom and when."""

import sqlite3
from datetime import timedelta

import pytest

from mailctl.domain.ids import ProviderName
from mailctl.domain.providers import DomainMapping, MappingOrigin
from mailctl.store import mappings
from mailctl.store.connection import Store
from tests.store.samples import HOSTILE, NOW

ACME, OTHER = ProviderName("acme"), ProviderName("other")


def test_a_mapping_comes_back_as_it_was(store: Store) -> None:
    with store.writing() as tx:
        put = mappings.put(tx, "a.example", ACME, origin=MappingOrigin.LEARNED, at=NOW, by="ada")
    assert put == DomainMapping("a.example", ACME, MappingOrigin.LEARNED, NOW, "ada")
    with store.reading() as tx:
        assert mappings.by_domain(tx, "a.example") == put
        assert mappings.all_(tx) == [put]


def test_the_last_word_on_a_domain_holds(store: Store) -> None:
    later = NOW + timedelta(hours=1)
    with store.writing() as tx:
        mappings.put(tx, "a.example", ACME, origin=MappingOrigin.LEARNED, at=NOW, by="ada")
        last = mappings.put(tx, "a.example", OTHER, origin=MappingOrigin.ADMIN, at=later)
    with store.reading() as tx:
        assert mappings.all_(tx) == [last]
    assert last == DomainMapping("a.example", OTHER, MappingOrigin.ADMIN, later, None)


def test_a_sub_domain_is_another_domain(store: Store) -> None:
    with store.writing() as tx:
        mappings.put(tx, "a.example", ACME, origin=MappingOrigin.ADMIN, at=NOW)
    with store.reading() as tx:
        assert mappings.by_domain(tx, "sub.a.example") is None


def test_a_domain_may_be_mapped_with_all_below_it(store: Store) -> None:
    with store.writing() as tx:
        put = mappings.put(
            tx,
            "a.example",
            ACME,
            origin=MappingOrigin.ADMIN,
            at=NOW,
            includes_subdomains=True,
        )
        assert put.includes_subdomains
        assert mappings.all_(tx) == [put]
        again = mappings.put(tx, "a.example", ACME, origin=MappingOrigin.ADMIN, at=NOW)
        assert not again.includes_subdomains


@pytest.mark.parametrize(
    ("domain", "serving"),
    [
        ("a.example", "a.example"),
        ("sub.a.example", "a.example"),
        ("own.a.example", "own.a.example"),
        ("deep.own.a.example", "a.example"),
        ("deep.below.a.example", "below.a.example"),
        ("xa.example", None),
        ("example", None),
        ("b.example", None),
    ],
)
def test_the_nearest_mapping_that_includes_a_domain_serves_it(
    store: Store, domain: str, serving: str | None
) -> None:
    with store.writing() as tx:
        for name, includes in (("a", True), ("own.a", False), ("below.a", True)):
            mappings.put(
                tx,
                f"{name}.example",
                ACME,
                origin=MappingOrigin.ADMIN,
                at=NOW,
                includes_subdomains=includes,
            )
        found = mappings.serving(tx, domain)
    assert (found and found.domain) == serving


def test_removing_tells_whether_there_was_anything(store: Store) -> None:
    with store.writing() as tx:
        mappings.put(tx, "a.example", ACME, origin=MappingOrigin.ADMIN, at=NOW)
        assert mappings.remove(tx, "a.example")
        assert not mappings.remove(tx, "a.example")
        assert mappings.all_(tx) == []


def test_mappings_are_listed_by_domain(store: Store) -> None:
    with store.writing() as tx:
        for domain in ("b.example", "a.example", "c.example"):
            mappings.put(tx, domain, ACME, origin=MappingOrigin.ADMIN, at=NOW)
        assert [found.domain for found in mappings.all_(tx)] == [
            "a.example",
            "b.example",
            "c.example",
        ]


def test_a_preset_is_never_stored(store: Store) -> None:
    with pytest.raises(sqlite3.IntegrityError), store.writing() as tx:
        mappings.put(tx, "a.example", ACME, origin=MappingOrigin.PRESET, at=NOW)


def test_hostile_text_survives(store: Store) -> None:
    with store.writing() as tx:
        put = mappings.put(
            tx, HOSTILE, ProviderName(HOSTILE), origin=MappingOrigin.ADMIN, at=NOW, by=HOSTILE
        )
        assert mappings.by_domain(tx, HOSTILE) == put
        assert mappings.by_domain(tx, "%") is None
        assert mappings.remove(tx, HOSTILE)
