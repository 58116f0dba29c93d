"""Rules that the nouns carry themselves."""

import pickle
from datetime import UTC, datetime, timedelta

import pytest

from mailctl.domain.accounts import Account, AccountState
from mailctl.domain.folders import SpecialUse, is_synced_by_default
from mailctl.domain.ids import AccountId, ProviderName
from mailctl.domain.providers import LoginForm, username
from mailctl.domain.resolution import Outcome
from mailctl.domain.secret import Secret, SecretRef, SecretScheme
from mailctl.domain.settings import DEFAULT_PERIOD, AccountSettings


def an_account(created_at: datetime, period: timedelta | None) -> Account:
    return Account(
        id=AccountId("acc_1"),
        address="ada@corp.example",
        provider=ProviderName("hosting"),
        owner=None,
        username="ada",
        submission_username="ada",
        secret=SecretRef(SecretScheme.ENV, "X"),
        state=AccountState.OK,
        is_default=False,
        settings=AccountSettings(period=period),
        resolved_by="mx",
        evidence="[]",
        created_at=created_at,
    )


@pytest.mark.parametrize("hour", [0, 15, 23])
def test_mail_is_wanted_from_a_week_before_the_day_of_creation(hour: int) -> None:
    account = an_account(datetime(2024, 3, 4, hour, 59, 58, 7, tzinfo=UTC), DEFAULT_PERIOD)
    assert account.since == datetime(2024, 2, 26, tzinfo=UTC)


def test_without_a_period_everything_is_wanted() -> None:
    assert an_account(datetime(2024, 3, 4, tzinfo=UTC), None).since is None


@pytest.mark.parametrize(
    ("use", "is_synced"),
    [
        (None, True),
        (SpecialUse.INBOX, True),
        (SpecialUse.SENT, True),
        (SpecialUse.ARCHIVE, True),
        (SpecialUse.ALL, False),
        (SpecialUse.DRAFTS, False),
        (SpecialUse.FLAGGED, False),
        (SpecialUse.IMPORTANT, False),
        (SpecialUse.JUNK, False),
        (SpecialUse.TRASH, False),
    ],
)
def test_mail_is_read_once_and_no_junk(use: SpecialUse | None, is_synced: bool) -> None:
    assert is_synced_by_default(use) is is_synced


@pytest.mark.parametrize(
    ("form", "address", "name"),
    [
        (LoginForm.ADDRESS, "Ada+x@corp.example", "Ada+x@corp.example"),
        (LoginForm.LOCAL_PART, "Ada+x@corp.example", "Ada+x"),
        (LoginForm.LOCAL_PART, '"a@b"@corp.example', '"a@b"'),
        (LoginForm.MANUAL, "ada@corp.example", None),
    ],
)
def test_the_user_name_is_made_as_the_provider_wants_it(
    form: LoginForm, address: str, name: str | None
) -> None:
    assert username(form, address) == name


@pytest.mark.parametrize("outcome", list(Outcome))
def test_only_a_failure_or_silence_of_the_name_server_may_pass(outcome: Outcome) -> None:
    assert outcome.is_temporary is (outcome in {Outcome.SERVFAIL, Outcome.TIMEOUT})


def test_a_secret_does_not_print_itself() -> None:
    secret = Secret("hunter2")
    assert "hunter2" not in f"{secret} {secret!r} {[secret]}"


def test_a_secret_cannot_be_pickled() -> None:
    with pytest.raises(TypeError):
        pickle.dumps(Secret("hunter2"))
