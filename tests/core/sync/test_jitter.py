"""How long a run waits before it begins: each store its own span, and never for nothing."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from mailctl.core.services import Services
from mailctl.core.sync.jitter import begin_apart, share_of
from mailctl.core.sync.sync import Limits, SyncRequest, run_sync
from mailctl.domain.accounts import Account
from mailctl.domain.ids import AccountId
from mailctl.domain.sync_events import Chosen, SyncEvent, Waiting
from mailctl.store import accounts
from mailctl.store.connection import Store
from tests.core.desk import ACCOUNT, NOW, services_at

MINUTE = timedelta(minutes=1)


def called(name: str) -> Account:
    return replace(ACCOUNT, id=AccountId(f"acc_{name}"))


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    """Services with an account that was never synced."""
    store = Store(tmp_path / "mailctl.db")
    with store.writing() as tx:
        accounts.add(tx, ACCOUNT)
    yield services_at(store, tmp_path)
    store.close()


def synced(services: Services, minutes: float) -> None:
    """Note that the account was synced so long ago."""
    with services.store.writing() as tx:
        accounts.record_health(tx, replace(ACCOUNT, last_sync_at=NOW - minutes * MINUTE))


def waits(services: Services, most_s: float, *, is_due: bool = True) -> list[float]:
    """Return how long a run waits, in the order told and slept."""
    spans: list[float] = []
    begin_apart(
        services, most_s, [], owners=[], is_due=is_due, told=spans.append, sleep=spans.append
    )
    return spans


def test_a_thousand_stores_are_spread_over_the_whole_span() -> None:
    shares = [share_of([called(f"{number:03}")]) for number in range(1000)]
    tenths = [sum(int(share * 10) == tenth for share in shares) for tenth in range(10)]
    assert min(tenths) > 60
    assert all(0 <= share < 1 for share in shares)


def test_a_store_waits_as_long_in_every_run() -> None:
    ada, ben = called("ada"), called("ben")
    assert share_of([ada, ben]) == share_of([ben, ada]) != share_of([ada])


def test_a_wait_is_told_and_then_waited(services: Services) -> None:
    told, slept = waits(services, 60)
    assert told == slept == pytest.approx(60 * share_of([ACCOUNT]))


def test_what_will_be_due_when_the_wait_is_over_is_waited_for(services: Services) -> None:
    synced(services, 9.4)  # not due now, at an interval of ten minutes, and half a minute early
    assert waits(services, 0.001) == []
    assert len(waits(services, 36 / share_of([ACCOUNT]))) == 2
    assert waits(services, 5 / share_of([ACCOUNT])) == []


def test_what_is_to_be_synced_anyway_is_waited_for_though_it_is_not_due(
    services: Services,
) -> None:
    synced(services, 0)
    assert len(waits(services, 60, is_due=False)) == 2


def test_what_was_synced_during_the_wait_is_not_synced_again(services: Services) -> None:
    heard: list[SyncEvent] = []
    request = SyncRequest(
        is_due=True, jitter_s=60, sleep=lambda _: synced(services, 0), indexes=False
    )
    result = run_sync(services, request, watch=heard.append, describe=lambda _: {})
    assert heard == [Waiting(60 * share_of([ACCOUNT])), Chosen(0)]
    assert result.report.accounts == ()


def test_a_wait_counts_for_how_long_a_run_may_last(services: Services) -> None:
    clock = iter((0.0, 50.0, *[50.0] * 100))
    request = SyncRequest(
        jitter_s=60, sleep=lambda _: None, limits=Limits(duration_s=50), indexes=False
    )
    late = replace(services, timer=lambda: next(clock))
    result = run_sync(late, request, watch=lambda _: None, describe=lambda _: {})
    assert [run.state for run in result.report.accounts] == ["stopped"]
    assert result.report.seconds == 0
