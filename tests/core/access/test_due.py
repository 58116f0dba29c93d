"""Which accounts a run is for."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from mailctl.core.access.due import chosen, is_account_due
from mailctl.core.services import Services
from mailctl.domain.accounts import Account, AccountState, Trouble
from mailctl.domain.ids import AccountId
from mailctl.domain.settings import AccountSettings
from mailctl.errors import BadUsage, NotFound
from mailctl.store import accounts
from mailctl.store.connection import Store
from tests.core.desk import ACCOUNT, NOW, services_at

MINUTE = timedelta(minutes=1)
TEN_MINUTES = AccountSettings(sync_interval=10 * MINUTE)
FRESH = replace(ACCOUNT, settings=TEN_MINUTES)
SYNCED = replace(FRESH, last_sync_at=NOW)


def trouble(next_in: timedelta | None) -> Trouble:
    """Return a trouble after which the server is asked again in so long."""
    next_try_at = None if next_in is None else NOW + next_in
    return Trouble("unreachable", "no answer", since=NOW, next_try_at=next_try_at)


def test_an_account_that_was_never_synced_is_due() -> None:
    assert is_account_due(FRESH, now=NOW)


@pytest.mark.parametrize(("minutes", "is_due"), [(0, False), (9, False), (10, True), (99, True)])
def test_an_account_is_due_when_its_interval_is_over(minutes: int, is_due: bool) -> None:
    assert is_account_due(SYNCED, now=NOW + minutes * MINUTE) is is_due


@pytest.mark.parametrize(("interval", "early_s"), [(10, 30), (1, 3), (24 * 60, 60)])
def test_a_run_by_the_clock_takes_what_a_sync_ended_a_little_behind_it(
    interval: int, early_s: int
) -> None:
    settings = AccountSettings(sync_interval=interval * MINUTE)
    synced = replace(SYNCED, settings=settings)
    tick = NOW + interval * MINUTE - timedelta(seconds=early_s)
    assert is_account_due(synced, now=tick)
    assert not is_account_due(synced, now=tick - timedelta(seconds=1))


def test_a_pause_is_never_cut_short() -> None:
    ailing = replace(SYNCED, state=AccountState.THROTTLED, trouble=trouble(4 * MINUTE))
    assert not is_account_due(ailing, now=NOW + 4 * MINUTE - timedelta(seconds=1))


def test_an_account_that_is_synced_by_hand_alone_is_never_due() -> None:
    by_hand = AccountSettings(sync_interval=None)
    for account in (FRESH, SYNCED):
        assert not is_account_due(replace(account, settings=by_hand), now=NOW + 999 * MINUTE)


@pytest.mark.parametrize(("minutes", "is_due"), [(0, False), (3, False), (4, True)])
def test_an_account_in_trouble_is_due_when_its_pause_is_over(minutes: int, is_due: bool) -> None:
    ailing = replace(SYNCED, state=AccountState.THROTTLED, trouble=trouble(4 * MINUTE))
    assert is_account_due(ailing, now=NOW + minutes * MINUTE) is is_due


def test_a_pause_that_is_longer_than_the_interval_is_kept() -> None:
    ailing = replace(SYNCED, state=AccountState.TEMPORARY_FAILURE, trouble=trouble(60 * MINUTE))
    assert not is_account_due(ailing, now=NOW + 30 * MINUTE)


def test_an_account_that_only_a_person_can_help_is_never_due() -> None:
    refused = replace(FRESH, state=AccountState.AUTH_REQUIRED, trouble=trouble(None))
    assert not is_account_due(refused, now=NOW + 999 * MINUTE)


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    """Services with accounts of several people, in several states."""
    store = Store(tmp_path / "mailctl.db")
    with store.writing() as tx:
        for made in (
            account("ada", owner="Ada"),
            account("ada2", owner="Ada", last_sync_at=NOW),
            account("ben", owner="Ben", state=AccountState.AUTH_REQUIRED),
            account("off", owner="Ben", state=AccountState.DISABLED),
            account(
                "sends", settings=AccountSettings(receive=False, chosen=frozenset({"receive"}))
            ),
            account("zoe"),
        ):
            accounts.add(tx, made)
            accounts.record_health(tx, made)
    yield services_at(store, tmp_path)
    store.close()


def account(name: str, **facts: object) -> Account:
    address = f"{name}@corp.example"
    settings = {"id": AccountId(f"acc_{name}"), "address": address, "is_default": False, **facts}
    return replace(ACCOUNT, **settings)  # type: ignore[arg-type]


def names(found: Sequence[Account]) -> list[str]:
    return sorted(account.address.partition("@")[0] for account in found)


def test_without_a_name_all_accounts_that_receive_are_chosen(services: Services) -> None:
    assert names(chosen(services, [])) == ["ada", "ada2", "ben", "zoe"]


def test_an_account_named_twice_is_chosen_once(services: Services) -> None:
    found = chosen(services, ["zoe@corp.example", "acc_zoe", "ada@corp.example"])
    assert names(found) == ["ada", "zoe"]


def test_accounts_come_in_the_order_in_which_they_are_named(services: Services) -> None:
    found = chosen(services, ["zoe@corp.example", "ada@corp.example"])
    assert [account.id for account in found] == ["acc_zoe", "acc_ada"]


def test_an_owner_stands_for_all_of_their_accounts(services: Services) -> None:
    assert names(chosen(services, [], owners=["Ada"])) == ["ada", "ada2"]
    assert names(chosen(services, [], owners=["Ada", "Ben"])) == ["ada", "ada2", "ben"]


def test_names_and_owners_add_up(services: Services) -> None:
    assert names(chosen(services, ["zoe@corp.example"], owners=["Ada"])) == ["ada", "ada2", "zoe"]


@pytest.mark.parametrize("owner", ["Nobody", "ada", ""])
def test_an_owner_of_nothing_is_not_found(services: Services, owner: str) -> None:
    with pytest.raises(NotFound):
        chosen(services, [], owners=[owner])


def test_a_name_that_is_no_account_is_not_found(services: Services) -> None:
    with pytest.raises(NotFound):
        chosen(services, ["nobody@corp.example"])


@pytest.mark.parametrize(("name", "sentence"), [("sends", "only sends"), ("off", "is disabled")])
def test_an_account_that_is_named_and_has_no_mail_to_load_is_refused(
    services: Services, name: str, sentence: str
) -> None:
    with pytest.raises(BadUsage, match=sentence):
        chosen(services, [f"{name}@corp.example"])


def test_only_what_is_due_is_chosen_where_that_is_wanted(services: Services) -> None:
    assert names(chosen(services, [], is_due=True)) == ["ada", "zoe"]


def test_an_owner_with_nothing_due_is_no_failure(services: Services) -> None:
    assert chosen(services, [], owners=["Ben"], is_due=True) == []


def test_an_account_that_is_named_is_left_out_where_it_is_not_due(services: Services) -> None:
    assert chosen(services, ["ada2@corp.example"], is_due=True) == []
