"""Device codes: how they are asked for, and how long we wait."""

from collections.abc import Sequence

import pytest

from mailctl.domain.oauth import AppGrant, DeviceCode
from mailctl.errors import BadUsage, ConsentRefused, MailctlError, ServerRefused, Unreachable
from mailctl.protocols.network import Network
from mailctl.protocols.oauth.authoriser import OAuthAuthoriser
from tests.protocols.oauth_servers import TOKENS, Issuer, answered, error, now

CODE = {
    "device_code": "dc-1",
    "user_code": "ABCD-EFGH",
    "verification_uri": "https://issuer.example/device",
    "expires_in": 900,
}
PENDING = error("authorization_pending")
AGREED = answered(200, {**TOKENS, "refresh_token": "rt-1"})


def agreed(
    *polls: bytes, code: object = CODE, **changes: object
) -> tuple[Sequence[float], DeviceCode, Issuer]:
    """Return the pauses, what was shown, and the issuer."""
    pauses: list[float] = []
    shown: list[DeviceCode] = []
    authoriser = OAuthAuthoriser(Network(), now, sleep=pauses.append)
    with Issuer([answered(200, code), *polls]).serving() as issuer:
        grant = authoriser.by_device(
            issuer.app(AppGrant.PERSON, **changes), None, show=shown.append
        )
    assert authoriser.access(grant).secret.reveal() == "at-1"
    return pauses, shown[0], issuer


def refused(*polls: bytes, code: object = CODE) -> MailctlError:
    with pytest.raises(MailctlError) as caught:
        agreed(*polls, code=code)
    assert "dc-1" not in caught.value.sentence
    return caught.value


def test_it_asks_every_five_seconds_until_somebody_agreed() -> None:
    pauses, shown, issuer = agreed(PENDING, PENDING, AGREED)
    assert pauses == [5, 5, 5]
    assert shown == DeviceCode("ABCD-EFGH", "https://issuer.example/device", None, 900)
    assert issuer.targets == ["/device", "/token", "/token", "/token"]
    assert issuer.posted[0] == {"client_id": "client-1", "scope": "mail offline"}
    assert issuer.posted[1] == {
        "grant_type": "urn:ietf:params:oauth:grant-type:device_code",
        "device_code": "dc-1",
        "client_id": "client-1",
    }


def test_it_keeps_to_the_issuers_pace_and_slows_down() -> None:
    pauses, _, _ = agreed(
        PENDING, error("slow_down"), PENDING, AGREED, code={**CODE, "interval": 2}
    )
    assert pauses == [2, 2, 7, 7]


def test_a_blip_of_the_network_is_borne_at_a_slower_pace() -> None:
    pauses, _, _ = agreed(PENDING, b"", answered(503, b""), AGREED)
    assert pauses == [5, 5, 10, 15]


def test_an_issuer_that_is_gone_is_given_up() -> None:
    assert type(refused(b"")) is Unreachable


@pytest.mark.parametrize("code", ["expired_token", "access_denied", "authorization_declined"])
def test_a_no_ends_it(code: str) -> None:
    assert type(refused(PENDING, error(code))) is ConsentRefused


def test_a_code_that_nobody_types_in_ends_by_itself() -> None:
    assert type(refused(PENDING, code={**CODE, "expires_in": 30})) is ConsentRefused


def test_the_older_name_of_the_address_is_understood() -> None:
    older = {name: value for name, value in CODE.items() if name != "verification_uri"}
    _, shown, _ = agreed(AGREED, code={**older, "verification_url": "https://ya.example/d"})
    assert shown.url == "https://ya.example/d"


@pytest.mark.parametrize(
    "change",
    [
        {"device_code": None},
        {"user_code": ""},
        {"user_code": "X" * 100},
        {"verification_uri": "javascript:alert(1)"},
        {"verification_uri": "http://issuer.example/"},
        {"verification_uri": 7},
    ],
)
def test_what_is_no_device_code_is_refused(change: dict[str, object]) -> None:
    assert type(refused(code={**CODE, **change})) is ServerRefused


@pytest.mark.parametrize("change", [{"device_url": None}, {"device_usable": False}])
def test_an_issuer_without_device_codes_names_the_other_ways(change: dict[str, object]) -> None:
    with pytest.raises(BadUsage) as caught:
        agreed(AGREED, **change)
    assert "pasting" in (caught.value.hint or "")
