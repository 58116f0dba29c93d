"""How an account does after a try, and when the next one is due."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailctl.domain.accounts import AccountState
from mailctl.domain.health import ailing, is_paused, well
from mailctl.errors import (
    AuthenticationRefused,
    CursorExpired,
    GrantRevoked,
    GuardRefused,
    MailctlError,
    SecretMissing,
    ServerBusy,
    ServerRefused,
    TlsFailure,
    Unreachable,
)
from tests.store.samples import NOW, account

ADA = account()


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (AuthenticationRefused("x"), "auth-required"),
        (GrantRevoked("x"), "auth-required"),
        (ServerBusy("x"), "throttled"),
        (Unreachable("x"), "temporary-failure"),
        (TlsFailure("x"), "temporary-failure"),
        (ServerRefused("x"), "temporary-failure"),
        (SecretMissing("x"), "temporary-failure"),
        (GuardRefused("x"), "ok"),
        (CursorExpired("x"), "ok"),
    ],
)
def test_an_error_leads_to_its_state(error: MailctlError, state: str) -> None:
    after = ailing(ADA, error, now=NOW)
    assert after.state == state
    assert after.trouble is not None
    assert (after.trouble.kind, after.trouble.since) == (error.kind, NOW)


def test_only_a_person_ends_what_was_refused() -> None:
    trouble = ailing(ADA, AuthenticationRefused("x"), now=NOW).trouble
    assert trouble is not None
    assert trouble.next_try_at is None


def test_pauses_grow_to_an_hour_and_the_beginning_is_remembered() -> None:
    after, pauses = ADA, []
    for minutes in range(9):
        now = NOW + timedelta(minutes=minutes)
        after = ailing(after, Unreachable("x"), now=now)
        assert after.trouble is not None
        assert after.trouble.next_try_at is not None
        assert (after.trouble.since, after.trouble.failures) == (NOW, minutes + 1)
        pauses.append((after.trouble.next_try_at - now) / timedelta(minutes=1))
    assert pauses == [1, 2, 4, 8, 16, 32, 60, 60, 60]


@given(st.floats(0, 3600), st.integers(1, 20))
def test_a_server_that_asks_for_a_pause_gets_at_least_that(asked_s: float, times: int) -> None:
    after = ADA
    for _ in range(times):
        after = ailing(after, ServerBusy("x", retry_after_s=asked_s), now=NOW)
    assert is_paused(after, now=NOW + timedelta(seconds=asked_s) - timedelta(milliseconds=1))
    assert not is_paused(after, now=NOW + timedelta(hours=1, seconds=1))


def test_success_ends_the_trouble() -> None:
    after = well(ailing(ADA, Unreachable("x"), now=NOW), at=NOW)
    assert after == replace(ADA, last_sync_at=NOW)


def test_a_success_without_mail_keeps_the_time_of_the_last_mail() -> None:
    assert well(replace(ADA, last_sync_at=NOW)).last_sync_at == NOW


def test_what_a_person_switched_off_stays_off() -> None:
    resting = replace(ADA, state=AccountState.DISABLED)
    assert well(resting).state is AccountState.DISABLED
    assert ailing(resting, AuthenticationRefused("x"), now=NOW).state is AccountState.DISABLED
