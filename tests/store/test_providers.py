"""Providers that an administrator added come back as they were."""

import sqlite3
from dataclasses import replace

import pytest

from mailctl.domain.ids import ProviderName
from mailctl.domain.providers import (
    AuthMethod,
    LoginForm,
    MappingOrigin,
    Origin,
    Provider,
    ProviderKind,
    UsernameTemplate,
)
from mailctl.domain.servers import Endpoint, Security
from mailctl.errors import StoreDamaged
from mailctl.store import mappings, providers
from mailctl.store.connection import Store
from tests.store.samples import HOSTILE, NOW

ACME = Provider(
    name=ProviderName("acme"),
    title="Acme Mail",
    kind=ProviderKind.IMAP,
    origin=Origin.CUSTOM,
    incoming=Endpoint("imap.acme.example", 993, Security.TLS),
    submission=Endpoint("smtp.acme.example", 587, Security.STARTTLS),
    login=LoginForm.LOCAL_PART,
    auth=(AuthMethod.OAUTH2, AuthMethod.PASSWORD),
    mx=("acme.example", "acme.test"),
    can_send=False,
    smtp_timeout_s=12.5,
    files_sent=True,
    ca_file="/etc/acme.pem",
)
EXCHANGE = Provider(
    name=ProviderName("exchange"),
    title="Exchange",
    kind=ProviderKind.EWS,
    origin=Origin.CUSTOM,
    ews_url="https://mail.example.org/EWS/Exchange.asmx",
)
FOUND = Provider(
    name=ProviderName("found"),
    title="Found",
    kind=ProviderKind.IMAP,
    origin=Origin.DISCOVERED,
    incoming=Endpoint("imap.found.example", 993, Security.TLS),
    login=UsernameTemplate("{domain}\\{local-part}"),
    submission_login=LoginForm.ADDRESS,
    sign_in_help="Turn on IMAP.",
    sign_in_url="https://found.example/imap",
    docs_url="https://found.example/help",
)


def add(store: Store, *added: Provider) -> None:
    with store.writing() as tx:
        for provider in added:
            providers.add(tx, provider, at=NOW)


def all_(store: Store) -> list[Provider]:
    with store.reading() as tx:
        return list(providers.all_(tx))


def test_a_provider_comes_back_as_it_was(store: Store) -> None:
    add(store, ACME, EXCHANGE, FOUND)
    assert all_(store) == [ACME, EXCHANGE, FOUND]
    with store.reading() as tx:
        assert providers.by_name(tx, "acme") == ACME


@pytest.mark.parametrize("changed", [EXCHANGE, FOUND], ids=lambda p: p.name)
def test_everything_but_the_name_of_a_provider_can_change(store: Store, changed: Provider) -> None:
    add(store, ACME)
    changed = replace(changed, name=ACME.name, mx=("acme.test", "new.example"))
    with store.writing() as tx:
        providers.update(tx, changed)
    assert all_(store) == [changed]
    with store.reading() as tx:
        assert providers.mx_patterns(tx) == {"acme.test": "acme", "new.example": "acme"}


def test_a_changed_provider_keeps_its_domains(store: Store) -> None:
    add(store, ACME)
    with store.writing() as tx:
        mappings.put(tx, "a.example", ACME.name, origin=MappingOrigin.ADMIN, at=NOW)
        providers.update(tx, replace(ACME, title="Other"))
    (found,) = all_(store)
    assert (found.title, found.domains) == ("Other", ("a.example",))


def test_no_user_name_is_stored_that_says_nothing(store: Store) -> None:
    with pytest.raises(sqlite3.IntegrityError):
        add(store, replace(ACME, login=UsernameTemplate("nonsense")))
    add(store, replace(ACME, login=UsernameTemplate("{nonsense}")))
    with pytest.raises(StoreDamaged, match="nonsense"):
        all_(store)


def test_a_name_is_given_once(store: Store) -> None:
    add(store, ACME)
    with pytest.raises(sqlite3.IntegrityError):
        add(store, replace(ACME, mx=()))


def test_an_mx_pattern_names_one_provider(store: Store) -> None:
    add(store, ACME)
    with pytest.raises(sqlite3.IntegrityError):
        add(store, replace(EXCHANGE, mx=("acme.example",)))
    assert all_(store) == [ACME]


def test_mx_patterns_name_their_provider(store: Store) -> None:
    add(store, ACME)
    with store.reading() as tx:
        assert providers.mx_patterns(tx) == {"acme.example": "acme", "acme.test": "acme"}


def test_an_unknown_name_is_nobody(store: Store) -> None:
    with store.reading() as tx:
        assert providers.by_name(tx, "acme") is None


def test_a_removed_provider_takes_its_patterns_and_domains_along(store: Store) -> None:
    add(store, ACME)
    with store.writing() as tx:
        mappings.put(tx, "a.example", ACME.name, origin=MappingOrigin.ADMIN, at=NOW)
        mappings.put(tx, "b.example", EXCHANGE.name, origin=MappingOrigin.ADMIN, at=NOW)
        providers.remove(tx, "acme")
    with store.reading() as tx:
        assert providers.mx_patterns(tx) == {}
        assert [mapping.domain for mapping in mappings.all_(tx)] == ["b.example"]
    assert all_(store) == []


def test_its_mapped_domains_are_shown_with_a_provider(store: Store) -> None:
    add(store, ACME)
    with store.writing() as tx:
        mappings.put(tx, "a.example", ACME.name, origin=MappingOrigin.ADMIN, at=NOW)
    assert all_(store) == [replace(ACME, domains=("a.example",))]


def test_hostile_text_survives(store: Store) -> None:
    hostile = replace(
        ACME,
        name=ProviderName(HOSTILE),
        title=HOSTILE,
        incoming=Endpoint(HOSTILE, 1, Security.NONE),
        mx=(HOSTILE,),
        ca_file=HOSTILE,
    )
    add(store, hostile)
    assert all_(store) == [hostile]
    with store.reading() as tx:
        assert providers.by_name(tx, HOSTILE) == hostile
