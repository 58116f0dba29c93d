"""Accounts come back as they were, each address once."""

import sqlite3
from dataclasses import replace

import pytest

from mailctl.domain.accounts import Account, AccountState
from mailctl.domain.ids import AccountId
from mailctl.domain.secret import SecretRef, SecretScheme
from mailctl.domain.servers import Endpoint, Security
from mailctl.store import accounts
from mailctl.store.connection import Store
from tests.store.samples import HOSTILE, NOW, account

ADA, BEN = account("ada@example.org"), account("ben@example.org")


def add(store: Store, *added: Account) -> None:
    with store.writing() as tx:
        for one in added:
            accounts.add(tx, one)


def all_(store: Store) -> list[Account]:
    with store.reading() as tx:
        return accounts.all_(tx)


FULL = replace(
    ADA,
    owner="Ada",
    username="a.lovelace",
    submission_username="ada",
    incoming=Endpoint("imap.example.org", 993, Security.TLS),
    submission=Endpoint("smtp.example.org", 587, Security.STARTTLS),
    secret=SecretRef(SecretScheme.COMMAND, "pass show mail:ada"),
    state=AccountState.UNVERIFIED,
    is_default=True,
    can_receive=False,
    can_send=False,
    period=None,
    evidence='[{"source": "mx"}]',
)


@pytest.mark.parametrize("one", [ADA, FULL], ids=["plain", "full"])
def test_an_account_comes_back_as_it_was(store: Store, one: Account) -> None:
    add(store, one)
    assert all_(store) == [one]
    with store.reading() as tx:
        assert accounts.by_id(tx, one.id) == one
        assert accounts.by_address(tx, one.address) == one


def test_an_address_is_connected_once(store: Store) -> None:
    add(store, ADA)
    with pytest.raises(sqlite3.IntegrityError):
        add(store, replace(ADA, id=AccountId("acc_2")))


def test_an_id_is_given_once(store: Store) -> None:
    add(store, ADA)
    with pytest.raises(sqlite3.IntegrityError):
        add(store, replace(BEN, id=ADA.id))


def test_there_is_one_default(store: Store) -> None:
    add(store, replace(ADA, is_default=True))
    with pytest.raises(sqlite3.IntegrityError):
        add(store, replace(BEN, is_default=True))


def test_accounts_are_listed_by_address(store: Store) -> None:
    add(store, BEN, ADA)
    assert all_(store) == [ADA, BEN]


def test_nobody_is_found_by_another_name(store: Store) -> None:
    add(store, ADA)
    with store.reading() as tx:
        assert accounts.by_address(tx, "%") is None
        assert accounts.by_id(tx, ADA.address) is None


def test_a_new_store_has_no_accounts(store: Store) -> None:
    with store.reading() as tx:
        assert accounts.are_none(tx)
    add(store, ADA)
    with store.reading() as tx:
        assert not accounts.are_none(tx)


def test_a_provider_knows_who_uses_it(store: Store) -> None:
    add(store, BEN, ADA)
    with store.reading() as tx:
        assert accounts.using(tx, "hosting") == [ADA.address, BEN.address]
        assert accounts.using(tx, "other") == []


def test_a_run_that_ended_is_noted(store: Store) -> None:
    add(store, ADA)
    with store.writing() as tx:
        accounts.record_sync(tx, ADA.id, state=AccountState.ACTIVE, at=NOW, error=None)
    assert all_(store) == [replace(ADA, last_sync_at=NOW)]


def test_a_run_that_failed_keeps_the_time_of_the_last_good_one(store: Store) -> None:
    add(store, ADA, BEN)
    with store.writing() as tx:
        accounts.record_sync(tx, ADA.id, state=AccountState.ACTIVE, at=NOW, error=None)
        accounts.record_sync(tx, ADA.id, state=AccountState.AUTH_FAILED, at=None, error="no")
    failed = replace(ADA, state=AccountState.AUTH_FAILED, last_sync_at=NOW, last_error="no")
    assert all_(store) == [failed, BEN]


def test_hostile_text_survives(store: Store) -> None:
    hostile = replace(
        ADA,
        address=HOSTILE,
        owner=HOSTILE,
        username=HOSTILE,
        secret=SecretRef(SecretScheme.FILE, HOSTILE),
    )
    add(store, hostile, BEN)
    with store.reading() as tx:
        assert accounts.by_address(tx, HOSTILE) == hostile
        assert len(accounts.all_(tx)) == 2
