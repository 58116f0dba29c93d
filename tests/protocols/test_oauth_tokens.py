"""The token endpoint: what is sent, and what is made of each answer."""

import json
import time
import traceback
from datetime import timedelta

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from mailctl.domain.oauth import AccessToken, AppGrant
from mailctl.domain.secret import Secret
from mailctl.errors import (
    BadUsage,
    ConsentRefused,
    GrantRevoked,
    MailctlError,
    ServerBusy,
    ServerRefused,
    TlsFailure,
    Unreachable,
)
from mailctl.protocols.network import Network
from mailctl.protocols.oauth import grants, posting
from mailctl.protocols.oauth.authoriser import OAuthAuthoriser
from mailctl.protocols.oauth.posting import Form
from tests.protocols.oauth_servers import NOW, TOKENS, Issuer, answered, error, now
from tests.rig import Rig
from tests.rig.faults import silent

OLD = Secret("rt-0-which-is-long-enough-to-be-seen")
CLIENT_SECRET = Secret("client-secret-1")
PLAIN = OAuthAuthoriser(Network(), now)


def old_grant() -> Secret:
    return PLAIN.from_refresh_token(OLD)


def renewed(*said: bytes, secret: Secret | None = None) -> tuple[AccessToken, Secret, Issuer]:
    with Issuer(said).serving() as issuer:
        grant = PLAIN.renewed(issuer.app(), secret, old_grant())
        return PLAIN.access(grant), grant, issuer


def failed(*said: bytes) -> MailctlError:
    """Return how a renewal fails, which asked just once."""
    with Issuer(said).serving() as issuer, pytest.raises(MailctlError) as caught:
        PLAIN.renewed(issuer.app(), CLIENT_SECRET, old_grant())
    assert len(issuer.posted) == 1
    shown = "".join(traceback.format_exception(caught.value)) + str(caught.value.details)
    assert OLD.reveal() not in shown
    assert CLIENT_SECRET.reveal() not in shown
    return caught.value


def test_a_public_client_sends_no_secret_and_no_scope() -> None:
    _, _, issuer = renewed(answered(200, TOKENS))
    assert issuer.posted == [
        {"grant_type": "refresh_token", "client_id": "client-1", "refresh_token": OLD.reveal()}
    ]


def test_a_client_secret_goes_in_the_body() -> None:
    _, _, issuer = renewed(answered(200, TOKENS), secret=Secret("a+b c/ä"))
    assert issuer.posted[0]["client_secret"] == "a+b c/ä"


def test_a_missing_refresh_token_keeps_the_old_one() -> None:
    _, grant, _ = renewed(answered(200, TOKENS))
    kept = grants.unpack(grant).refresh_token
    assert kept is not None
    assert kept.reveal() == OLD.reveal()


def test_a_rotated_refresh_token_replaces_the_old_one() -> None:
    _, grant, _ = renewed(answered(200, {**TOKENS, "refresh_token": "rt-2"}))
    kept = grants.unpack(grant).refresh_token
    assert kept is not None
    assert kept.reveal() == "rt-2"


def test_fewer_scopes_than_asked_for_are_kept_as_they_are() -> None:
    access, _, _ = renewed(answered(200, {**TOKENS, "scope": "mail"}))
    assert access.scopes == ("mail",)
    assert access.expires_at == NOW + timedelta(hours=1)


def test_a_token_of_another_kind_is_refused() -> None:
    assert type(failed(answered(200, {**TOKENS, "token_type": "mac"}))) is ServerRefused


def test_a_revoked_grant_says_so_in_the_issuers_words() -> None:
    revoked = failed(error("invalid_grant", "Token has been \x1b[31mexpired or\nrevoked."))
    assert type(revoked) is GrantRevoked
    assert revoked.sentence == (
        "what was agreed with example holds no more: Token has been [31mexpired or revoked."
    )


@pytest.mark.parametrize(
    "words", [f"bad {OLD.reveal()}", f"bad {OLD.reveal()[4:28]}…", "x client-secret-1 y"]
)
def test_words_that_repeat_a_secret_or_a_part_of_it_are_withheld(words: str) -> None:
    assert "withheld" in failed(error("invalid_grant", words)).sentence


def test_an_error_code_that_is_the_secret_is_withheld() -> None:
    assert "withheld" in failed(error(OLD.reveal())).sentence


@pytest.mark.parametrize("code", ["invalid_client", "unauthorized_client"])
def test_an_app_that_is_refused_points_to_its_registration(code: str) -> None:
    refused = failed(error(code, status=401))
    assert type(refused) is ServerRefused
    assert "mailctl oauth app add" in (refused.hint or "")


def test_microsofts_code_is_kept_for_scripts() -> None:
    said = error("invalid_grant", "AADSTS70008: The refresh token has expired.")
    assert failed(said).details["issuer_code"] == "AADSTS70008"
    said = answered(400, {"error": "invalid_grant", "error_codes": [50076]})
    assert failed(said).details["issuer_code"] == "AADSTS50076"


@pytest.mark.parametrize(
    "said",
    [
        error("interaction_required"),
        error("consent_required"),
        error("invalid_request", "AADSTS65001: no consent"),
        error("invalid_request", "AADSTS50076: second factor"),
    ],
)
def test_what_only_a_person_can_mend_revokes_a_grant(said: bytes) -> None:
    assert type(failed(said)) is GrantRevoked


@pytest.mark.parametrize(
    "said",
    [
        error("temporarily_unavailable"),
        error("server_error"),
        answered(500, b"<html>oops"),
        answered(503, b""),
    ],
)
def test_an_issuer_in_trouble_is_busy(said: bytes) -> None:
    assert type(failed(said)) is ServerBusy


@pytest.mark.parametrize(
    ("header", "pause_s"),
    [
        ("Retry-After: 17", 17.0),
        ("Retry-After: Wed, 04 Mar 2026 05:07:07 GMT", 60.0),
        ("Retry-After: 999999", 3600.0),
        ("Retry-After: later", None),
    ],
)
def test_a_throttled_client_is_told_when_to_come_again(header: str, pause_s: float | None) -> None:
    busy = failed(answered(429, {"error": "invalid_grant"}, header))
    assert type(busy) is ServerBusy
    assert busy.retry_after_s == pause_s


@pytest.mark.parametrize(
    "said",
    [
        answered(200, b"<html>hello</html>"),
        answered(200, b'{"access_token": "at'),
        answered(200, b"\xff\xfe\x00"),
        answered(200, b"access_token=at-1&token_type=bearer"),
        answered(200, {"access_token": "a" * 300 * 1024}),
        answered(200, []),
        answered(200, {**TOKENS, "access_token": "two words"}),
        answered(200, TOKENS, "Content-Encoding: gzip"),
        b"SSH-2.0-OpenSSH\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 4096 + b"\r\n",
    ],
)
def test_what_is_no_token_is_refused(said: bytes) -> None:
    assert type(failed(said)) is ServerRefused


@pytest.mark.parametrize("said", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{"])
def test_a_connection_that_breaks_is_not_tried_again(said: bytes) -> None:
    assert type(failed(said)) is Unreachable


def test_an_error_with_status_200_is_an_error() -> None:
    assert type(failed(answered(200, {"error": "invalid_grant"}))) is GrantRevoked


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_redirect_is_followed(status: int) -> None:
    with Issuer([answered(200, TOKENS)]).serving() as elsewhere:
        refused = failed(answered(status, b"", f"Location: {elsewhere.url}/token"))
    assert type(refused) is ServerRefused
    assert elsewhere.posted == []


def test_a_grant_without_refresh_token_is_revoked_when_it_ends() -> None:
    grant = grants.pack(grants.Grant(Secret("at-1")))
    with Issuer([b""]).serving() as issuer, pytest.raises(GrantRevoked):
        PLAIN.renewed(issuer.app(), None, grant)
    assert issuer.posted == []


@pytest.mark.parametrize(
    "url",
    [
        "http://issuer.example/token",
        "ftp://localhost/",
        "https://",
        "https://a:b@localhost/",
        "https://localhost:99999/",
        "https://localhost/a b",
        "http://127.0.0.1.evil.example/",
    ],
)
def test_no_secret_goes_where_nobody_keeps_it(url: str) -> None:
    with pytest.raises(BadUsage):
        PLAIN.renewed(Issuer([b""]).app(token_url=url), None, old_grant())


def test_tokens_come_by_https(rig: Rig) -> None:
    trusting = OAuthAuthoriser(Network(ca_file=str(rig.ca_file)), now)
    with Issuer([answered(200, TOKENS)]).serving(rig.authority.server()) as issuer:
        grant = trusting.renewed(issuer.app(), None, old_grant())
    assert trusting.access(grant).secret.reveal() == "at-1"


def test_an_issuer_that_is_not_trusted_gets_nothing(rig: Rig) -> None:
    serving = Issuer([answered(200, TOKENS)]).serving(rig.authority.untrusted())
    with serving as issuer, pytest.raises(TlsFailure):
        PLAIN.renewed(issuer.app(), None, old_grant())
    assert issuer.posted == []


def test_an_issuer_that_says_nothing_is_left_in_time() -> None:
    with silent() as port:
        form = Form(f"http://localhost:{port}/token", Secret("a=b"), ())
        began = time.monotonic()
        with pytest.raises(Unreachable):
            posting.post(Network(), form, now, timeout_s=0.3)
    assert time.monotonic() - began < 3


def test_an_app_signs_in_with_its_secret() -> None:
    with Issuer([answered(200, {**TOKENS, "refresh_token": "rt"})]).serving() as issuer:
        app = issuer.app(AppGrant.CLIENT_CREDENTIALS, app_scopes=("all/.default",))
        grant = PLAIN.by_app(app, Secret("s"), address="ada@example.org")
        PLAIN.renewed(app, Secret("s"), grant)
    assert issuer.posted == 2 * [
        {
            "grant_type": "client_credentials",
            "client_id": "client-1",
            "client_secret": "s",
            "scope": "all/.default",
        }
    ]
    assert not PLAIN.access(grant).is_renewable


def test_an_app_for_people_does_not_sign_in_by_itself() -> None:
    with pytest.raises(BadUsage):
        PLAIN.by_app(Issuer([b""]).app(), Secret("s"), address="ada@example.org")


@pytest.fixture(scope="module")
def rsa_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def pem(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> str:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode()


def key_file(private_key: str) -> Secret:
    return Secret(
        json.dumps(
            {
                "client_email": "robot@project.example",
                "private_key": private_key,
                "private_key_id": "k1",
                "token_uri": "http://thief.example/",
            }
        )
    )


def test_a_service_account_signs_for_its_mailbox_now_and_later(rsa_key: rsa.RSAPrivateKey) -> None:
    with Issuer([answered(200, TOKENS)]).serving() as issuer:
        app = issuer.app(AppGrant.SERVICE_ACCOUNT)
        grant = PLAIN.by_app(app, key_file(pem(rsa_key)), address="ada@example.org")
        PLAIN.renewed(app, key_file(pem(rsa_key)), grant)
    for posted in issuer.posted:
        assert posted["grant_type"] == "urn:ietf:params:oauth:grant-type:jwt-bearer"
        signed = posted["assertion"]
        unchecked_times = {"verify_exp": False, "verify_iat": False}
        claims = jwt.decode(
            signed,
            rsa_key.public_key(),
            algorithms=["RS256"],
            audience=f"{issuer.url}/token",
            options=unchecked_times,  # type: ignore[arg-type]
        )
        assert (claims["iss"], claims["sub"]) == ("robot@project.example", "ada@example.org")
        assert (claims["scope"], claims["exp"] - claims["iat"]) == ("mail offline", 3600)
        assert jwt.get_unverified_header(signed)["kid"] == "k1"


@pytest.mark.parametrize("text", ["", "[]", "{}", "\ud800", "s3cret-which-is-no-json"])
def test_what_is_no_key_file_is_refused(text: str) -> None:
    with pytest.raises(BadUsage) as caught:
        PLAIN.by_app(
            Issuer([b""]).app(AppGrant.SERVICE_ACCOUNT), Secret(text), address="ada@example.org"
        )
    assert caught.value.__context__ is None


def test_a_key_that_cannot_sign_is_refused(rsa_key: rsa.RSAPrivateKey) -> None:
    broken = pem(rsa_key).replace("\n", "\nA", 2)
    for private_key in (pem(ec.generate_private_key(ec.SECP256R1())), broken, "x"):
        app = Issuer([b""]).app(AppGrant.SERVICE_ACCOUNT)
        with pytest.raises(BadUsage) as caught:
            PLAIN.by_app(app, key_file(private_key), address="ada@example.org")
        assert caught.value.__context__ is None


@pytest.mark.parametrize(
    ("code", "wanted"), [("unauthorized_client", ServerRefused), ("invalid_grant", ConsentRefused)]
)
def test_a_service_account_without_the_right_is_told_apart(
    rsa_key: rsa.RSAPrivateKey, code: str, wanted: type[MailctlError]
) -> None:
    key = key_file(pem(rsa_key))
    with Issuer([error(code)]).serving() as issuer, pytest.raises(wanted):
        PLAIN.by_app(issuer.app(AppGrant.SERVICE_ACCOUNT), key, address="ada@example.org")
