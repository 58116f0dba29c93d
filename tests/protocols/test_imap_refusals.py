"""Servers that should not get a password, do not take it, or do not let go of us."""

import base64
import logging
import threading
import time
import traceback
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from mailctl.domain.providers import ProviderKind
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
from tests.protocols.mailboxes import ImapMailbox, imap_login, provider, unused_port
from tests.protocols.servers import Imap
from tests.rig import Rig
from tests.rig.faults import (
    Talk,
    closing,
    login_answered,
    preauth,
    serving,
    silent,
    without_starttls,
)

CANARY = 'C4n4ry "p\\ss" wörd'
FORMS = (
    CANARY,
    base64.b64encode(CANARY.encode()).decode(),
    base64.b64encode(f"\0ada@corp.example\0{CANARY}".encode()).decode(),
    CANARY.replace("\\", "\\\\").replace('"', '\\"'),
)


def refusal(login: Login, network: Network | None = None) -> MailctlError:
    """Return how signing in fails, after making sure that it does not hold the password."""
    with (
        pytest.raises(MailctlError) as caught,
        NetworkMailAccess(network or Network(idle_s=1, exchange_s=2)).source(login) as source,
    ):
        source.folders()
    error = caught.value
    shown = "".join(traceback.format_exception(error)) + repr(error)
    shown += f"{error.sentence} {error.hint} {error.details}"
    assert not [form for form in (login.secret.reveal(), *FORMS) if form in shown]
    return error


def plain_login(port: int, security: Security = Security.NONE) -> Login:
    return imap_login(port, security=security, password=CANARY)


# Encryption


def test_a_wrong_host_is_no_mailbox(rig: Rig) -> None:
    with preauth(certificate=rig.authority.wrong_host()) as port:
        error = refusal(imap_login(port, ca_file=rig.ca_file))
    assert isinstance(error, TlsFailure)
    assert "elsewhere.example" in error.sentence


@pytest.mark.parametrize("kind", ["expired", "untrusted"])
def test_a_bad_certificate_is_no_mailbox(rig: Rig, kind: str) -> None:
    certificate = getattr(rig.authority, kind)()
    with silent(certificate=certificate) as port:
        assert isinstance(refusal(imap_login(port, ca_file=rig.ca_file)), TlsFailure)


def test_starttls_works_and_the_ca_file_of_the_provider_counts(rig: Rig) -> None:
    mailbox = ImapMailbox(rig.dovecot, rig.ca_file)
    where = provider(
        incoming=Endpoint("localhost", rig.dovecot.ports.imap, Security.STARTTLS),
        ca_file=str(rig.ca_file),
    )
    login = Login(where, mailbox.address, Secret(mailbox.password))
    with NetworkMailAccess(Network()).source(login) as source:
        assert source.folders()[0].path == "INBOX"


def test_a_bad_certificate_ends_starttls(rig: Rig) -> None:
    mailbox = ImapMailbox(rig.dovecot, None)
    login = imap_login(
        rig.dovecot.ports.imap,
        security=Security.STARTTLS,
        username=mailbox.address,
        password=mailbox.password,
    )
    assert isinstance(refusal(login), TlsFailure)


def test_missing_starttls_is_no_downgrade() -> None:
    with without_starttls() as port:
        error = refusal(plain_login(port, Security.STARTTLS))
    assert isinstance(error, TlsFailure)
    assert error.sentence == "localhost does not offer STARTTLS"


@pytest.mark.parametrize("answer", [b"NO not now", b"BAD what", b"OK go on"])
def test_starttls_that_is_not_done_sends_no_password(answer: bytes) -> None:
    server = Imap(
        {"STARTTLS": answer}, greeting=b"* OK hello", capabilities=b"IMAP4rev1 STARTTLS AUTH=PLAIN"
    )
    with server.serving() as port:
        error = refusal(plain_login(port, Security.STARTTLS))
    assert isinstance(error, TlsFailure | Unreachable)
    assert not any(b"LOGIN" in line or b"AUTH" in line for line in server.heard)


def test_words_in_front_of_the_encryption_count_for_nothing(rig: Rig) -> None:
    """What comes in clear text right behind the answer to STARTTLS was never said."""
    certificate = rig.authority.server()
    heard = []

    def script(talk: Talk) -> None:
        talk.say(b"* OK hello")
        while (line := talk.hear()) is not None:
            heard.append(line)
            tag, _, command = line.partition(b" ")
            if command == b"CAPABILITY":
                talk.say(b"* CAPABILITY IMAP4rev1 STARTTLS LOGINDISABLED")
            if command == b"STARTTLS":
                injected = b"\r\n* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n* PREAUTH hello"
                talk.say(tag + b" OK begin" + injected)
                return
            talk.say(tag + b" OK done")

    with serving(script) as port:
        login = imap_login(port, ca_file=rig.ca_file, security=Security.STARTTLS, password=CANARY)
        assert isinstance(refusal(login), TlsFailure | Unreachable)
    assert certificate.chain_file.exists()
    assert [line.partition(b" ")[2] for line in heard] == [b"CAPABILITY", b"STARTTLS"]


def test_a_server_that_knows_us_before_starttls_is_an_attack() -> None:
    greeting = b"* PREAUTH hello"
    with Imap(greeting=greeting, capabilities=b"IMAP4rev1 STARTTLS").serving() as port:
        error = refusal(plain_login(port, Security.STARTTLS))
    assert isinstance(error, TlsFailure)
    assert "knows us before" in error.sentence


def test_a_server_that_knows_us_already_is_refused(rig: Rig) -> None:
    with preauth(certificate=rig.authority.server()) as port:
        assert isinstance(refusal(imap_login(port, ca_file=rig.ca_file)), ServerRefused)


def test_clear_text_to_another_machine_is_refused_before_anything_is_sent() -> None:
    server = Imap()
    with server.serving() as port:
        network = Network(parse_redirects(f"mail.example:143:127.0.0.1:{port}"))
        login = imap_login(143, host="mail.example", security=Security.NONE)
        assert isinstance(refusal(login, network), TlsFailure)
    assert server.heard == []


def test_clear_text_to_this_machine_is_allowed_where_the_server_allows_it(rig: Rig) -> None:
    with Imap().serving() as port, NetworkMailAccess(Network()).source(plain_login(port)) as source:
        assert source.folders()[0].path == "INBOX"
    with without_starttls() as port:
        assert isinstance(refusal(plain_login(port)), TlsFailure)


# Signing in


def test_a_wrong_password_is_an_authentication_error(rig: Rig) -> None:
    mailbox = ImapMailbox(rig.dovecot, rig.ca_file)
    login = imap_login(
        rig.dovecot.ports.imaps, ca_file=rig.ca_file, username=mailbox.address, password=CANARY
    )
    error = refusal(login)
    assert isinstance(error, AuthenticationRefused)
    assert mailbox.address in error.sentence
    assert error.hint


@pytest.mark.parametrize("password", ['"quoted" \\ back', "wörd €", "{5}", "a b", "*", "%"])
def test_any_character_may_be_in_a_password(rig: Rig, password: str) -> None:
    mailbox = ImapMailbox(rig.dovecot, rig.ca_file)
    rig.dovecot.add_user(f"x{mailbox.address}", password)
    login = imap_login(
        rig.dovecot.ports.imaps,
        ca_file=rig.ca_file,
        username=f"x{mailbox.address}",
        password=password,
    )
    with NetworkMailAccess(Network()).source(login) as source:
        assert source.folders()


@pytest.mark.parametrize("bad", ["a\r\nX1 DELETE INBOX", "a\n", "a\0b", "\r"])
def test_line_breaks_in_the_credentials_reach_no_server(bad: str) -> None:
    nobody = unused_port()
    for login in (
        imap_login(nobody, password=bad),
        imap_login(nobody, username=bad),
    ):
        assert isinstance(refusal(login), AuthenticationRefused)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (b"NO [AUTHENTICATIONFAILED] Authentication failed.", AuthenticationRefused),
        (b"NO Invalid credentials", AuthenticationRefused),
        (b"NO [UNAVAILABLE] later", ServerBusy),
        (b"NO [INUSE] another session", ServerBusy),
        (b"NO [LIMIT] Rate limit hit", ServerBusy),
        (b"NO [THROTTLED] slow down", ServerBusy),
        (b"BAD User is authenticated but not connected.", ServerBusy),
    ],
)
def test_refused_and_busy_are_told_apart(answer: bytes, expected: type[MailctlError]) -> None:
    with login_answered(answer) as port:
        assert type(refusal(plain_login(port))) is expected


def test_a_server_may_say_how_long_to_wait() -> None:
    answer = b"NO Request is throttled. Suggested Backoff Time: 299960 milliseconds"
    with login_answered(answer) as port:
        error = refusal(plain_login(port))
    assert isinstance(error, ServerBusy)
    assert error.retry_after_s == pytest.approx(299.96)


def test_login_is_used_where_plain_is_not_understood() -> None:
    server = Imap({"AUTHENTICATE": b"BAD what"})
    with (
        server.serving() as port,
        NetworkMailAccess(Network()).source(
            imap_login(port, security=Security.NONE, username='a "b', password='p"\\w')
        ),
    ):
        pass
    assert rb'LOGIN "a \"b" "p\"\\w"' in b"\n".join(server.heard)


def test_login_is_used_where_plain_is_not_offered() -> None:
    server = Imap(capabilities=b"IMAP4rev1")
    with (
        server.serving() as port,
        NetworkMailAccess(Network()).source(imap_login(port, security=Security.NONE)),
    ):
        pass
    assert any(b" LOGIN " in line for line in server.heard)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("ending", ["NO you said {}", "BAD {} is no password", "NO [LIMIT] {}"])
def test_a_server_that_repeats_the_password_is_not_quoted(form: str, ending: str) -> None:
    with login_answered(ending.format(form).encode()) as port:
        refusal(plain_login(port))


def test_a_server_that_repeats_the_password_and_hangs_up_is_not_quoted() -> None:
    for answer in (f"* BYE {CANARY}", f"{CANARY}", f"* NO throttled {CANARY}"):

        def script(talk: Talk, said: str = answer) -> None:
            talk.say(b"* OK [CAPABILITY IMAP4rev1] hi")
            while (line := talk.hear()) is not None:
                tag, _, command = line.partition(b" ")
                if command == b"CAPABILITY":
                    talk.say(b"* CAPABILITY IMAP4rev1 AUTH=PLAIN")
                    talk.say(tag + b" OK done")
                else:
                    talk.say(said.encode())
                    return

        with serving(script) as port:
            refusal(plain_login(port))


def test_words_of_a_server_are_cleaned_and_short() -> None:
    answer = "NO \x1b[31mred\u202e" + "x" * 5000
    with login_answered(answer.encode()) as port:
        error = refusal(plain_login(port))
    assert error.sentence.isprintable()
    assert len(error.sentence) < 300


def test_nothing_logs_the_password(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    for server in (Imap(), Imap(capabilities=b"IMAP4rev1")):
        with (
            server.serving() as port,
            NetworkMailAccess(Network()).source(
                imap_login(port, security=Security.NONE, password="C4n4ry")
            ) as source,
        ):
            source.folders()
    assert "C4n4ry" not in caplog.text
    assert "LIST" not in caplog.text


def test_the_server_is_told_who_we_are_where_it_asks() -> None:
    server = Imap({"ID": b"NO never mind"}, capabilities=b"IMAP4rev1 AUTH=PLAIN ID")
    with server.serving() as port, NetworkMailAccess(Network()).source(plain_login(port)):
        pass
    commands = [line.partition(b" ")[2] for line in server.heard]
    (told,) = [command for command in commands if command.startswith(b"ID")]
    assert told.startswith(b'ID ("name" "mailctl" "version" "')
    assert commands[-1] == b"LOGOUT"


def test_a_kind_that_is_not_spoken_says_so() -> None:
    login = Login(provider(kind=ProviderKind.BRIDGE), "ada", Secret(CANARY))
    error = refusal(login)
    assert isinstance(error, ServerRefused)
    assert "bridge" in error.sentence


def test_a_provider_without_mailboxes_says_so() -> None:
    assert isinstance(refusal(Login(provider(), "ada", Secret(CANARY))), ServerRefused)


# Servers that do not answer


Server = Callable[[], AbstractContextManager[int]]


@pytest.mark.parametrize(
    ("server", "expected"),
    [
        (silent, Unreachable),
        (closing, Unreachable),
        (Imap(greeting=b"* BYE too many connections").serving, ServerBusy),
        (Imap(greeting=b"220 mail ESMTP").serving, ServerRefused),
        (Imap(greeting=b"* OK hi", capabilities=b"IMAP2").serving, ServerRefused),
    ],
)
def test_a_server_that_does_not_greet_is_told_apart(
    server: Server, expected: type[MailctlError]
) -> None:
    with server() as port:
        assert type(refusal(plain_login(port), Network(idle_s=0.3))) is expected


def test_nobody_there_is_unreachable() -> None:
    nobody = unused_port()
    assert isinstance(refusal(plain_login(nobody)), Unreachable)


def _dripping(talk: Talk) -> None:
    while True:
        talk.say(b"")
        time.sleep(0.05)


def _dripping_in_a_line(talk: Talk) -> None:
    talk._stream.write(b"* OK ")
    while True:
        talk._stream.write(b"x")
        talk._stream.flush()
        time.sleep(0.05)


def _flooding(talk: Talk) -> None:
    talk.say(b"* OK [CAPABILITY IMAP4rev1] hi")
    while True:
        talk._stream.write(b"* 1 EXISTS\r\n" * 5000)


@pytest.mark.parametrize("script", [_dripping, _dripping_in_a_line, _flooding])
def test_a_server_that_never_comes_to_an_end_cannot_hold_us(
    script: Callable[[Talk], None],
) -> None:
    began = time.monotonic()
    with serving(script) as port:
        refusal(plain_login(port), Network(idle_s=1, exchange_s=1))
    assert time.monotonic() - began < 10


def test_leaving_takes_no_longer_than_a_server_may_take_to_say_goodbye() -> None:
    is_over = threading.Event()

    def says_nothing(_: object) -> list[bytes]:
        is_over.wait(30)
        return []

    def script(talk: Talk) -> None:
        Imap({"LOGOUT": says_nothing})._talk(talk)

    began = time.monotonic()
    with serving(script) as port:
        with NetworkMailAccess(Network(idle_s=1)).source(plain_login(port)):
            pass
        assert time.monotonic() - began < 15
        is_over.set()


def test_leaving_masks_no_error() -> None:
    with Imap({"LOGOUT": [b"BAD no"]}).serving() as port:
        with pytest.raises(KeyError, match="mine"):  # noqa: SIM117
            with NetworkMailAccess(Network()).source(plain_login(port)):
                raise KeyError("mine")
        with NetworkMailAccess(Network()).source(plain_login(port)):
            pass
