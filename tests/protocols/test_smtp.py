"""Signing in to submit mail, against Postfix and against servers that misbehave."""

import time
import traceback
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from mailctl.domain.secret import Secret
from mailctl.domain.servers import Endpoint, Security
from mailctl.errors import (
    AuthenticationRefused,
    MailctlError,
    ServerBusy,
    ServerRefused,
    TlsFailure,
    Unreachable,
)
from mailctl.ports.mail import Login
from mailctl.protocols.access import NetworkMailAccess
from mailctl.protocols.network import Network
from mailctl.protocols.redirects import parse_redirects
from tests.protocols.mailboxes import fresh_name, provider, unused_port
from tests.protocols.test_imap_refusals import CANARY, FORMS
from tests.rig import Rig
from tests.rig.faults import Talk, closing, serving, silent, smtp


def smtp_login(
    port: int,
    *,
    security: Security = Security.NONE,
    host: str = "localhost",
    ca_file: object = None,
    username: str = "ada@corp.example",
    password: str = CANARY,
    timeout_s: float = 1.0,
) -> Login:
    where = provider(
        submission=Endpoint(host, port, security),
        ca_file=str(ca_file) if ca_file else None,
        smtp_timeout_s=timeout_s,
    )
    return Login(where, username, Secret(password))


def verified(login: Login, network: Network | None = None) -> None:
    with NetworkMailAccess(network or Network(exchange_s=2)).sender(login) as sender:
        sender.verify()


def refusal(login: Login, network: Network | None = None) -> MailctlError:
    """Return how signing in fails, after making sure that it does not hold the password."""
    with pytest.raises(MailctlError) as caught:
        verified(login, network)
    error = caught.value
    shown = "".join(traceback.format_exception(error)) + repr(error)
    shown += f"{error.sentence} {error.hint} {error.details}"
    assert not [form for form in (login.secret.reveal(), *FORMS) if form in shown]
    return error


@pytest.mark.parametrize("password", ["plain", "wörd €", '"q" \\ b'])
@pytest.mark.parametrize("security", [Security.TLS, Security.STARTTLS])
def test_a_good_password_signs_in(rig: Rig, security: Security, password: str) -> None:
    address = f"{fresh_name()}@corp.example"
    rig.dovecot.add_user(address, password)
    ports = rig.postfix.ports
    verified(
        smtp_login(
            ports.smtps if security is Security.TLS else ports.submission,
            security=security,
            ca_file=rig.ca_file,
            username=address,
            password=password,
            timeout_s=10,
        ),
        Network(),
    )


def test_a_wrong_password_is_an_authentication_error(rig: Rig) -> None:
    login = smtp_login(
        rig.postfix.ports.smtps,
        security=Security.TLS,
        ca_file=rig.ca_file,
        username=rig.address(fresh_name()).address,
        timeout_s=10,
    )
    error = refusal(login, Network())
    assert isinstance(error, AuthenticationRefused)
    assert error.hint


@pytest.mark.parametrize("security", [Security.TLS, Security.STARTTLS])
def test_an_unknown_authority_gets_no_password(rig: Rig, security: Security) -> None:
    ports = rig.postfix.ports
    port = ports.smtps if security is Security.TLS else ports.submission
    assert isinstance(refusal(smtp_login(port, security=security, timeout_s=10)), TlsFailure)


@pytest.mark.parametrize("kind", ["wrong_host", "expired", "untrusted"])
def test_a_bad_certificate_gets_no_password(rig: Rig, kind: str) -> None:
    with smtp({}, certificate=getattr(rig.authority, kind)()) as port:
        login = smtp_login(port, security=Security.TLS, ca_file=rig.ca_file)
        assert isinstance(refusal(login), TlsFailure)


def _hearing(heard: list[bytes], **replies: bytes) -> Callable[[Talk], None]:
    """Speak SMTP as told and remember what was heard."""

    def script(talk: Talk) -> None:
        talk.say(b"220 ready")
        while (line := talk.hear()) is not None:
            heard.append(line)
            talk.say(replies.get(line.split(b" ")[0].decode(errors="replace").upper(), b"250 ok"))

    return script


_OFFERED = b"250-me\r\n250-AUTH PLAIN\r\n250 STARTTLS"


@pytest.mark.parametrize(
    ("replies", "expected"),
    [
        ({"EHLO": b"250-me\r\n250 AUTH PLAIN"}, TlsFailure),
        ({"EHLO": b"500 what", "HELO": b"250 me"}, TlsFailure),
        ({"EHLO": _OFFERED, "STARTTLS": b"454 not now"}, TlsFailure),
        ({"EHLO": _OFFERED, "STARTTLS": b"500 what"}, TlsFailure),
        # The server goes on in clear text, or falls silent.
        ({"EHLO": _OFFERED, "STARTTLS": b"220 go\r\n250 AUTH"}, (TlsFailure, Unreachable)),
    ],
)
def test_starttls_that_is_not_done_sends_no_password(
    replies: dict[str, bytes], expected: type[MailctlError]
) -> None:
    heard: list[bytes] = []
    with serving(_hearing(heard, **replies)) as port:
        error = refusal(smtp_login(port, security=Security.STARTTLS))
    assert isinstance(error, expected)
    assert not [line for line in heard if line.startswith(b"AUTH")]


def test_clear_text_to_another_machine_is_refused_before_anything_is_sent() -> None:
    heard: list[bytes] = []
    with serving(_hearing(heard)) as port:
        network = Network(parse_redirects(f"mail.example:25:127.0.0.1:{port}"))
        assert isinstance(refusal(smtp_login(25, host="mail.example"), network), TlsFailure)
    assert heard == []


def test_clear_text_to_this_machine_is_allowed() -> None:
    with smtp({}) as port:
        verified(smtp_login(port))


def test_the_name_of_this_machine_is_not_told() -> None:
    heard: list[bytes] = []
    with serving(_hearing(heard, EHLO=b"250-me\r\n250 AUTH PLAIN", AUTH=b"235 ok")) as port:
        verified(smtp_login(port))
    assert heard[0].lower() == b"ehlo [127.0.0.1]"
    assert heard[-1].lower() == b"quit"


def test_login_is_used_where_plain_is_not_offered() -> None:
    import base64

    heard: list[bytes] = []

    def script(talk: Talk) -> None:
        talk.say(b"220 ready")
        answers = [b"250-me\r\n250 AUTH LOGIN", b"334 VXNlcm5hbWU6", b"334 x", b"235 ok", b"250 ok"]
        for answer in [*answers, b"221 bye"]:
            heard.append(talk.hear() or b"")
            talk.say(answer)

    with serving(script) as port:
        verified(smtp_login(port))
    assert heard[1] == b"AUTH LOGIN"
    assert [base64.b64decode(line).decode() for line in heard[2:4]] == ["ada@corp.example", CANARY]


@pytest.mark.parametrize("bad", ["a\r\nRCPT TO:<x>", "a\n", "a\0b"])
def test_line_breaks_in_the_credentials_reach_no_server(bad: str) -> None:
    nobody = unused_port()
    for login in (smtp_login(nobody, password=bad), smtp_login(nobody, username=bad)):
        assert isinstance(refusal(login), AuthenticationRefused)


@pytest.mark.parametrize(
    ("replies", "expected"),
    [
        ({"AUTH": b"535 5.7.8 wrong"}, AuthenticationRefused),
        ({"AUTH": b"534 5.7.9 Application-specific password required"}, AuthenticationRefused),
        ({"AUTH": b"454 4.7.0 Temporary authentication failure"}, ServerBusy),
        ({"AUTH": b"421 4.7.0 too many connections"}, ServerBusy),
        ({"AUTH": b"538 5.7.11 Encryption required"}, TlsFailure),
        ({"AUTH": b"550 5.7.1 no"}, ServerRefused),
        ({"AUTH": b"nonsense"}, ServerRefused),
        ({"EHLO": b"250 me"}, ServerRefused),
        ({"EHLO": b"550 no", "HELO": b"550 no"}, ServerRefused),
        ({"EHLO": b"421 4.3.2 closing", "HELO": b"421 4.3.2 closing"}, ServerBusy),
        ({"greeting": b"421 too busy"}, ServerBusy),
        ({"greeting": b"554 no service for you"}, ServerRefused),
        ({"greeting": b"* OK IMAP4rev1 ready"}, ServerRefused),
        ({"NOOP": b"421 closing"}, ServerBusy),
        ({"NOOP": b"550 no"}, ServerRefused),
        *[({"AUTH": f"535 you said {form}".encode()}, AuthenticationRefused) for form in FORMS],
        *[({"NOOP": f"550 you said {form}".encode()}, ServerRefused) for form in FORMS],
    ],
)
def test_refused_and_busy_are_told_apart(
    replies: dict[str, bytes], expected: type[MailctlError]
) -> None:
    with smtp(replies) as port:
        assert type(refusal(smtp_login(port))) is expected


@pytest.mark.parametrize("server", [silent, closing])
def test_a_server_that_does_not_greet_is_unreachable(
    server: Callable[[], AbstractContextManager[int]],
) -> None:
    with server() as port:
        assert isinstance(refusal(smtp_login(port, timeout_s=0.3)), Unreachable)


def test_nobody_there_is_unreachable() -> None:
    nobody = unused_port()
    assert isinstance(refusal(smtp_login(nobody)), Unreachable)


def test_a_provider_without_submission_says_so() -> None:
    assert isinstance(refusal(Login(provider(), "ada", Secret(CANARY))), ServerRefused)


def _endless(talk: Talk) -> None:
    talk.say(b"220 hi")
    talk.hear()
    while True:
        talk._stream.write(b"250-more\r\n" * 5000)


def _dripping(talk: Talk) -> None:
    while True:
        talk._stream.write(b"2")
        talk._stream.flush()
        time.sleep(0.05)


@pytest.mark.parametrize("script", [_endless, _dripping])
def test_a_server_that_never_comes_to_an_end_cannot_hold_us(
    script: Callable[[Talk], None],
) -> None:
    began = time.monotonic()
    with serving(script) as port:
        assert isinstance(
            refusal(smtp_login(port), Network(exchange_s=1)), Unreachable | ServerRefused
        )
    assert time.monotonic() - began < 15
