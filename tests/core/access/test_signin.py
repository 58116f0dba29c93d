"""Which servers a mailbox has, and who files what is sent from it."""

from dataclasses import replace

import pytest

from mailctl.core.access.signin import provider_of
from mailctl.domain.ids import ProviderName
from mailctl.domain.providers import Provider, ProviderKind
from mailctl.domain.servers import Endpoint, Security
from mailctl.resolve.catalogue import load
from tests.store.samples import account


def preset(name: str) -> Provider:
    found = load().by_name(ProviderName(name))
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("submission", "is_filed"),
    [
        (None, True),
        (Endpoint("smtp.gmail.com", 587, Security.STARTTLS), True),
        (Endpoint("smtp.gateway.example", 465, Security.TLS), False),
        (Endpoint("smtp-relay.gmail.com", 587, Security.STARTTLS), False),
    ],
)
def test_a_gateway_in_front_of_a_provider_files_nothing(
    submission: Endpoint | None, *, is_filed: bool
) -> None:
    ada = replace(account(), provider=ProviderName("gmail"), submission=submission)
    assert provider_of(ada, preset("gmail")).files_sent == is_filed


@pytest.mark.parametrize(
    ("submission", "is_filed"),
    [(None, True), (Endpoint("smtp.x.example", 465, Security.TLS), False)],
)
def test_an_exchange_server_files_what_it_sends_itself(
    submission: Endpoint | None, *, is_filed: bool
) -> None:
    exchange = replace(preset("fastmail"), kind=ProviderKind.EWS, submission=submission)
    assert provider_of(account(), exchange).files_sent == is_filed


def test_who_files_nothing_files_nothing_anywhere() -> None:
    assert not provider_of(account(), preset("fastmail")).files_sent


def test_a_mail_that_microsoft_does_not_seem_to_have_may_be_there() -> None:
    renaming = {each.name for each in load().providers() if each.renames_mail}
    assert renaming == {"outlook", "microsoft365", "microsoft365-us", "microsoft365-cn"}
