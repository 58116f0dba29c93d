"""Accounts come back as they were, each address once."""

import sqlite3
from dataclasses import replace
from datetime import timedelta

import pytest

from mailctl.domain.accounts import Account, AccountState, Trouble
from mailctl.domain.ids import AccountId
from mailctl.domain.secret import SecretRef, SecretScheme
from mailctl.domain.servers import Endpoint, Security
from mailctl.domain.settings import AccountSettings, settings_of
from mailctl.errors import StoreUnusable
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
    settings=settings_of({"period": "all", "send": "false", "signature-text": "--\n=1+1 '\u202e"}),
    oauth_app="corp",
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


@pytest.mark.parametrize("owner", [None, "Ada"])
def test_an_owner_has_one_default(store: Store, owner: str | None) -> None:
    add(store, replace(ADA, owner=owner, is_default=True))
    with pytest.raises(sqlite3.IntegrityError):
        add(store, replace(BEN, owner=owner, is_default=True))


def test_each_owner_has_a_default(store: Store) -> None:
    add(store, replace(ADA, owner="Ada", is_default=True), replace(BEN, is_default=True))
    assert [each.is_default for each in all_(store)] == [True, True]


def test_the_default_moves_within_an_owner_alone(store: Store) -> None:
    carl = account("carl@example.org")
    add(store, replace(ADA, is_default=True), BEN, replace(carl, owner="Carl", is_default=True))
    with store.writing() as tx:
        accounts.make_default(tx, BEN)
    assert [each.is_default for each in all_(store)] == [False, True, True]


def test_the_oldest_becomes_the_default_where_none_is(store: Store) -> None:
    add(store, replace(ADA, created_at=NOW + timedelta(days=1)), BEN)
    with store.writing() as tx:
        accounts.appoint_default(tx, None)
        accounts.appoint_default(tx, "nobody")
    assert [each.is_default for each in all_(store)] == [False, True]


def test_settings_that_nobody_chose_are_not_stored(store: Store) -> None:
    add(store, FULL)
    with store.writing() as tx:
        accounts.put_settings(tx, ADA)
    assert all_(store)[0].settings == AccountSettings()


def test_a_setting_that_nothing_could_have_written_is_damage(store: Store) -> None:
    add(store, ADA)
    with store.writing() as tx:
        tx.execute("INSERT INTO account_setting VALUES (?, 'period', 'soon')", (ADA.id,))
    with pytest.raises(StoreUnusable):
        all_(store)


def test_accounts_are_listed_by_address(store: Store) -> None:
    add(store, BEN, ADA)
    assert all_(store) == [ADA, BEN]


def test_nobody_is_found_by_another_name(store: Store) -> None:
    add(store, ADA)
    with store.reading() as tx:
        assert accounts.by_address(tx, "%") is None
        assert accounts.by_id(tx, ADA.address) is None


def test_an_owner_without_accounts_has_no_default(store: Store) -> None:
    with store.reading() as tx:
        assert not accounts.has_default(tx, None)
    add(store, replace(ADA, is_default=True))
    with store.reading() as tx:
        assert accounts.has_default(tx, None)
        assert not accounts.has_default(tx, "Ben")


def test_a_provider_knows_who_uses_it(store: Store) -> None:
    add(store, BEN, ADA)
    with store.reading() as tx:
        assert accounts.using(tx, "hosting") == [ADA.address, BEN.address]
        assert accounts.using(tx, "other") == []


def test_how_an_account_does_is_noted(store: Store) -> None:
    add(store, ADA, BEN)
    trouble = Trouble("unreachable", "nobody there", NOW, failures=3, next_try_at=NOW)
    failing = replace(ADA, state=AccountState.TEMPORARY_FAILURE, last_sync_at=NOW, trouble=trouble)
    with store.writing() as tx:
        accounts.record_health(tx, failing)
    assert all_(store) == [failing, BEN]


def test_an_account_that_is_well_has_no_trouble(store: Store) -> None:
    add(store, ADA)
    with store.writing() as tx:
        accounts.record_health(tx, replace(ADA, trouble=Trouble("unreachable", "x", NOW)))
        accounts.record_health(tx, replace(ADA, last_sync_at=NOW))
    assert all_(store) == [replace(ADA, last_sync_at=NOW)]


def test_what_is_removed_is_gone_with_its_settings(store: Store) -> None:
    add(store, FULL, BEN)
    with store.writing() as tx:
        accounts.remove(tx, FULL.id)
        left = tx.execute("SELECT count(*) FROM account_setting").fetchone()[0]
    assert (all_(store), left) == ([BEN], 0)


def test_an_app_knows_who_signs_in_by_it(store: Store) -> None:
    add(store, FULL, BEN)
    with store.reading() as tx:
        assert accounts.signing_in_by(tx, "corp") == [FULL.address]


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
