"""Grants survive packing, and no answer however odd is more than one of our errors."""

import base64
import json
import traceback
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailctl.domain.secret import Secret
from mailctl.errors import BadUsage, MailctlError, SecretStoreUnusable
from mailctl.protocols.network import Network
from mailctl.protocols.oauth import answers, grants
from mailctl.protocols.oauth.authoriser import OAuthAuthoriser
from mailctl.protocols.oauth.grants import Grant
from mailctl.protocols.oauth.posting import Answer
from tests.protocols.oauth_servers import NOW, now

tokens = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=1, max_size=40)
instants = st.datetimes(timezones=st.just(UTC))
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)
NAMES = ("access_token", "token_type", "expires_in", "refresh_token", "scope", "error")
members = st.fixed_dictionaries(
    {},
    optional={
        **dict.fromkeys(NAMES, anything | tokens),
        "token_type": st.just("Bearer") | anything,
        "error_description": anything,
        "error_codes": anything,
    },
)


def authoriser() -> OAuthAuthoriser:
    return OAuthAuthoriser(Network(), now)


@given(tokens, st.none() | tokens, st.none() | instants, st.lists(tokens), st.none() | st.text())
def test_what_is_packed_is_unpacked(
    access: str, refresh: str | None, ends: datetime | None, scopes: list[str], subject: str | None
) -> None:
    packed = Grant(
        Secret(access), None if refresh is None else Secret(refresh), ends, tuple(scopes), subject
    )
    found = grants.unpack(grants.pack(packed))
    assert found.access_token is not None
    assert found.access_token.reveal() == access
    assert (found.refresh_token and found.refresh_token.reveal()) == refresh
    assert (found.expires_at, found.scopes, found.subject) == (ends, tuple(scopes), subject)


@given(st.text() | anything.map(json.dumps) | members.map(json.dumps))
def test_what_is_no_grant_is_said_to_be_none(text: str) -> None:
    with pytest.raises(SecretStoreUnusable) as caught:
        authoriser().access(Secret(text))
    assert caught.value.__context__ is None


@given(st.sampled_from([200, 400, 401, 429, 500, 503]), anything | members)
def test_an_odd_answer_is_a_grant_or_one_of_our_errors(status: int, said: object) -> None:
    answer = Answer("issuer.example", status, Secret(json.dumps(said)))
    with suppress(MailctlError):
        found = answers.accepted(answer, "example", secrets=(Secret("s3cret"),))
        assert answers.grant(found, "example", now=NOW, asked=()).access_token


@given(st.text())
def test_an_answer_that_is_no_json_is_one_of_our_errors(said: str) -> None:
    with pytest.raises(MailctlError):
        answers.accepted(Answer("issuer.example", 400, Secret(said)), "example", secrets=())


def test_json_without_bottom_is_refused_without_a_traceback() -> None:
    answer = Answer("issuer.example", 200, Secret("[" * 100_000))
    with pytest.raises(MailctlError) as caught:
        answers.accepted(answer, "example", secrets=())
    assert "Recursion" not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize(
    ("said", "lasts_s"),
    [(3600, 3600), ("3600", 3600), (59.5, 59.5), (-5, 0), (10**30, 10 * 365 * 86400)],
)
def test_a_life_is_read_however_it_is_written(said: object, lasts_s: float) -> None:
    found = answers.grant(
        {"access_token": "a", "expires_in": said}, "example", now=NOW, asked=("mail",)
    )
    assert found.expires_at == NOW + timedelta(seconds=lasts_s)


@pytest.mark.parametrize("said", [None, "soon", True, [], float("nan")])
def test_a_life_that_nobody_can_read_is_unknown(said: object) -> None:
    found = answers.grant({"access_token": "a", "expires_in": said}, "example", now=NOW, asked=())
    assert found.expires_at is None


def test_a_refresh_token_from_elsewhere_is_to_be_renewed_first() -> None:
    access = authoriser().access(authoriser().from_refresh_token(Secret(" rt-1\n")))
    assert access.is_renewable
    assert access.expires_at is not None
    assert access.expires_at < NOW


@pytest.mark.parametrize("text", ["", "two words", "ümlaut", "\ud800"])
def test_what_cannot_be_a_refresh_token_is_refused(text: str) -> None:
    with pytest.raises(BadUsage):
        authoriser().from_refresh_token(Secret(text))


def readable(claims: object) -> Secret:
    body = base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=").decode()
    return Secret(f"e30.{body}.c2ln")


@pytest.mark.parametrize(
    ("token", "audience"),
    [
        (readable({"aud": "https://outlook.office.com"}), ("https://outlook.office.com",)),
        (readable({"aud": ["one", "two", 3, "with\nline"]}), ("one", "two")),
        (readable(["aud"]), ()),
        (readable({}), ()),
        (Secret("a.b.c"), ()),
        (Secret("opaque"), ()),
        (None, ()),
    ],
)
def test_a_token_that_can_be_read_says_for_whom_it_is(
    token: Secret | None, audience: tuple[str, ...]
) -> None:
    assert Grant(token).access().audience == audience


@given(tokens)
def test_no_token_is_too_odd_to_be_looked_into(token: str) -> None:
    assert isinstance(Grant(Secret(token)).access().audience, tuple)
