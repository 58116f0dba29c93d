"""Tokens shown to Dovecot and Postfix, which ask the issuer whose they are."""

import json
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from mailctl.domain.ids import ProviderName
from mailctl.domain.providers import Origin, Provider, ProviderKind
from mailctl.domain.secret import Secret
from mailctl.domain.servers import Endpoint, Security
from mailctl.errors import AuthenticationRefused, ServerRefused
from mailctl.ports.mail import Login
from mailctl.protocols.imap import open_source
from mailctl.protocols.network import Network
from mailctl.protocols.sasl import TokenMechanism, token_mechanism, token_response
from mailctl.protocols.smtp import open_sender
from tests.rig import Rig, faults
from tests.rig.dovecot import Dovecot
from tests.rig.dovecot_conf import Habits
from tests.rig.faults import Talk
from tests.rig.postfix import Postfix

SECURITIES = [Security.TLS, Security.STARTTLS]


def token_of(rig: Rig, address: str) -> str:
    """Return an access token that the issuer gave for the mailbox."""
    rig.oauth.act_for("mailctl-daemon", address)
    form = {
        "grant_type": "client_credentials",
        "client_id": "mailctl-daemon",
        "client_secret": "shh-daemon-secret",
    }
    url = f"http://127.0.0.1:{rig.oauth.http_port}/token"
    with urllib.request.urlopen(url, urllib.parse.urlencode(form).encode()) as answer:
        return str(json.load(answer)["access_token"])


def login(rig: Rig, address: str, token: str, security: Security) -> Login:
    is_tls = security is Security.TLS
    imap = rig.dovecot.ports.imaps if is_tls else rig.dovecot.ports.imap
    smtp = rig.postfix.ports.smtps if is_tls else rig.postfix.ports.submission
    provider = Provider(
        name=ProviderName("rig"),
        title="Rig",
        kind=ProviderKind.IMAP,
        origin=Origin.CUSTOM,
        incoming=Endpoint("localhost", imap, security),
        submission=Endpoint("localhost", smtp, security),
        ca_file=str(rig.ca_file),
    )
    return Login(provider, address, Secret(token), is_token=True)


def read(signing: Login) -> None:
    with open_source(signing, Network()) as source:
        assert source.folders()


def send(signing: Login) -> None:
    with open_sender(signing, Network()) as sender:
        sender.verify()


BOTH = pytest.mark.parametrize("use", [read, send])
Use = Callable[[Login], None]


@BOTH
@pytest.mark.parametrize("security", SECURITIES)
def test_a_good_token_signs_in(rig: Rig, security: Security, use: Use) -> None:
    box = rig.address("ada")
    use(login(rig, box.address, token_of(rig, box.address), security))


@BOTH
def test_a_token_that_was_never_given_is_refused(rig: Rig, use: Use) -> None:
    box = rig.address("ada")
    with pytest.raises(AuthenticationRefused, match="does not accept the token") as refused:
        use(login(rig, box.address, "never-given-to-anybody", Security.TLS))
    assert "never-given" not in str(refused.value)
    assert "reauth" in (refused.value.hint or "")


@BOTH
def test_the_token_of_somebody_else_is_refused(rig: Rig, use: Use) -> None:
    ada, ben = rig.address("ada"), rig.address("ben")
    with pytest.raises(AuthenticationRefused):
        use(login(rig, ben.address, token_of(rig, ada.address), Security.TLS))


@BOTH
def test_an_empty_token_is_not_sent(rig: Rig, use: Use) -> None:
    with pytest.raises(AuthenticationRefused, match="token is empty"):
        use(login(rig, "ada@corp.example", "", Security.TLS))


@pytest.fixture
def bearer_only(rig: Rig) -> Iterator[tuple[Dovecot, Postfix]]:
    """Servers that take tokens by OAUTHBEARER and not by XOAUTH2."""
    with (
        Dovecot(
            rig.authority,
            habits=Habits(token_mechanisms="oauthbearer"),
            introspection_url=rig.oauth.introspection_url,
        ) as dovecot,
        Postfix(rig.authority, dovecot, ["corp.example"]) as postfix,
    ):
        yield dovecot, postfix


def test_a_token_signs_in_by_oauthbearer_where_that_is_all_there_is(
    rig: Rig, bearer_only: tuple[Dovecot, Postfix]
) -> None:
    dovecot, postfix = bearer_only
    address = "ada@corp.example"
    good = login(rig, address, token_of(rig, address), Security.TLS)
    provider = replace(
        good.provider,
        incoming=Endpoint("localhost", dovecot.ports.imaps, Security.TLS),
        submission=Endpoint("localhost", postfix.ports.smtps, Security.TLS),
    )
    for use in (read, send):
        use(replace(good, provider=provider))
        with pytest.raises(AuthenticationRefused):
            use(replace(good, provider=provider, secret=Secret("never-given")))
    assert "method=OAUTHBEARER" in dovecot.log_text()


def local(port: int) -> Login:
    provider = Provider(
        name=ProviderName("local"),
        title="Local",
        kind=ProviderKind.IMAP,
        origin=Origin.CUSTOM,
        incoming=Endpoint("127.0.0.1", port, Security.NONE),
        submission=Endpoint("127.0.0.1", port, Security.NONE),
    )
    return Login(provider, "ada,=@corp.example", Secret("t0ken"), is_token=True)


def imap_refusing(mechanism: str, heard: list[bytes]) -> faults.Script:
    """Return a server that says why it refuses a token and waits for the answer."""

    def script(talk: Talk) -> None:
        talk.say(f"* OK [CAPABILITY IMAP4rev1 AUTH={mechanism}] ready".encode())
        while (command := talk.hear_command()) is not None:
            tag, _, rest = command.partition(b" ")
            if rest.upper().startswith(b"CAPABILITY"):
                talk.say(f"* CAPABILITY IMAP4rev1 AUTH={mechanism}".encode())
            if rest.upper().startswith(b"AUTHENTICATE"):
                talk.say(b"+ ")
                heard.append(talk.hear() or b"")
                talk.say(b"+ eyJzdGF0dXMiOiI0MDEifQ==")
                heard.append(talk.hear() or b"")
                talk.say(tag + b" NO [AUTHENTICATIONFAILED] t0ken is no good")
                continue
            talk.say(tag + b" OK done")

    return script


@pytest.mark.parametrize(("mechanism", "farewell"), [("XOAUTH2", b""), ("OAUTHBEARER", b"AQ==")])
def test_the_reason_of_an_imap_refusal_is_answered(mechanism: str, farewell: bytes) -> None:
    heard: list[bytes] = []
    script = imap_refusing(mechanism, heard)
    with faults.serving(script) as port, pytest.raises(AuthenticationRefused) as refused:
        read(local(port))
    assert heard[1] == farewell
    assert "t0ken" not in str(refused.value)


@pytest.mark.parametrize(("mechanism", "farewell"), [("XOAUTH2", b""), ("OAUTHBEARER", b"AQ==")])
def test_the_reason_of_an_smtp_refusal_is_answered(mechanism: str, farewell: bytes) -> None:
    heard: list[bytes] = []

    def script(talk: Talk) -> None:
        talk.say(b"220 ready")
        talk.hear()
        talk.say(f"250-here\r\n250 AUTH {mechanism}".encode())
        heard.append(talk.hear() or b"")
        talk.say(b"334 eyJzdGF0dXMiOiI0MDEifQ==")
        heard.append(talk.hear() or b"")
        talk.say(b"535 5.7.8 t0ken is no good")

    with faults.serving(script) as port, pytest.raises(AuthenticationRefused) as refused:
        send(local(port))
    assert heard[0].startswith(f"AUTH {mechanism} ".encode())
    assert heard[1] == farewell
    assert "t0ken" not in str(refused.value)


def test_a_server_that_takes_passwords_alone_says_so() -> None:
    with faults.login_answered(b"OK") as port, pytest.raises(ServerRefused, match="no OAuth"):
        read(local(port))
    with faults.smtp({}) as port, pytest.raises(ServerRefused, match="no OAuth") as refused:
        send(local(port))
    assert "--no-oauth" in (refused.value.hint or "")


def test_the_mechanism_that_more_servers_do_right_comes_first() -> None:
    assert token_mechanism({"OAUTHBEARER", "PLAIN", "XOAUTH2"}) is TokenMechanism.XOAUTH2
    assert token_mechanism({"OAUTHBEARER", "PLAIN"}) is TokenMechanism.OAUTHBEARER
    assert token_mechanism({"PLAIN"}) is None


def test_a_name_with_commas_is_escaped_for_oauthbearer() -> None:
    said = token_response(TokenMechanism.OAUTHBEARER, "a,b=c@x", "t", "h", 993)
    assert said == b"n,a=a=2Cb=3Dc@x,\x01host=h\x01port=993\x01auth=Bearer t\x01\x01"
