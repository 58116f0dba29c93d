"""A connection to a submission service: greeted, encrypted, signed in (RFC 6409, RFC 4954)."""

import base64
import smtplib
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import cast

from mailctl.domain.providers import Provider
from mailctl.domain.servers import Endpoint, Security
from mailctl.errors import ServerRefused, TlsFailure
from mailctl.ports.mail import Login
from mailctl.protocols import refusals, safe_words, signing_in
from mailctl.protocols.network import Network
from mailctl.protocols.pacing import Pace, PacedSocket
from mailctl.protocols.safe_words import own
from mailctl.protocols.sasl import TokenMechanism, farewell, token_mechanism, token_response
from mailctl.protocols.smtp.lines import Lines
from mailctl.protocols.smtp.refusals import exchange, lost, refusal
from mailctl.protocols.tls import Wrapper
from mailctl.protocols.trace import SILENT, Conversation
from mailctl.protocols.words import plain

_GOODBYE_S = 5.0
# The name of this machine is nobody's business, and looking it up may take long.
_OWN_NAME = "[127.0.0.1]"
_WRONG_PASSWORD = {534, 535}
_CONTINUE = 334
_SIGNED_IN = 235
_EXTENSIONS = frozenset(
    (
        *("SIZE", "PIPELINING", "8BITMIME", "SMTPUTF8", "CHUNKING", "BINARYMIME", "DSN", "AUTH"),
        *(
            "STARTTLS",
            "ENHANCEDSTATUSCODES",
            "REQUIRETLS",
            "ETRN",
            "VRFY",
            "EXPN",
            "HELP",
            "LIMITS",
        ),
    )
)
_MECHANISMS = frozenset(("PLAIN", "LOGIN", "XOAUTH2", "OAUTHBEARER", "NTLM", "GSSAPI", "CRAM-MD5"))
_DONE, _FORWARDED = 250, 251


class Connection(smtplib.SMTP):
    """smtplib over a socket of ours."""

    greeting = b""
    """What the server said first; it may tell the time."""
    greeted_at: datetime | None = None
    told: Conversation = SILENT
    """What hears of this connection."""
    is_signing_in = False
    """Whether answers may repeat what proves whose we are."""

    def __init__(
        self, network: Network, endpoint: Endpoint, wrapper: Wrapper, provider: Provider
    ) -> None:
        self.server = endpoint.host
        self.port = endpoint.port
        self.wrapper = wrapper
        self._network = network
        self._is_tls = endpoint.security is Security.TLS
        self._public_only = provider.is_reached_in_public_only
        timeout_s = provider.smtp_timeout_s
        super().__init__(endpoint.host, endpoint.port, _OWN_NAME, timeout=timeout_s)

    @property
    def pace(self) -> Pace:
        """The pace of the exchange going on."""
        return cast(PacedSocket, self.sock).pace

    def getreply(self) -> tuple[int, bytes]:
        """Return the next answer as smtplib does."""
        if self.file is None and self.sock is not None:
            self.file = Lines(self.sock)
        begun = self.told.now()
        reply = super().getreply()
        if self.told.is_heard:
            self._tell(*reply, since=begun)
        if self.greeted_at is None:
            self.greeting, self.greeted_at = reply[1], datetime.now(UTC)
        return reply

    def _tell(self, code: int, said: bytes, *, since: float) -> None:
        words = said.decode("utf-8", "replace")
        text = safe_words.enhanced(words) if self.is_signing_in else self.told.text(words)
        answer = (safe_words.number(code), text)
        self.told.received(*answer, since=since)

    def transmit(self, octets: bytes) -> None:
        """Write octets; unlike with `send`, what the server says can be read where that fails."""
        cast(PacedSocket, self.sock).sendall(octets)

    def has_answer(self) -> bool:
        """Whether the server has said something that it was not asked for yet."""
        return isinstance(self.file, Lines) and self.file.has_more()

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        sock = self._network.open(
            host, port, timeout, idle_s=timeout, public_only=self._public_only, protocol="smtp"
        )
        self.told = sock.told
        return self.wrapper.wrap_socket(sock, host) if self._is_tls else sock


@contextmanager
def signed_in(login: Login, network: Network) -> Iterator[Connection]:
    """Yield a connection, signed in; leaving signs out within a few seconds.

    Raises Unreachable, TlsFailure, GuardRefused, AuthenticationRefused, ServerBusy or
    ServerRefused.
    """
    endpoint = signing_in.endpoint_of(login.provider.submission, login.provider, "sending")
    username, password = signing_in.credentials(login)
    context = network.tls_context(login.provider.ca_file)
    connection = _greeted(network, endpoint, context, login.provider)
    try:
        _introduce(connection, endpoint)
        _authenticate(connection, login, username, password)
        yield connection
    except BaseException:
        connection.close()
        raise
    _quit(connection)


@contextmanager
def greeted(provider: Provider, network: Network) -> Iterator[Connection]:
    """Yield a connection that is encrypted and on which nobody signs in, and end it.

    Raises Unreachable, TlsFailure, GuardRefused, ServerBusy or ServerRefused.
    """
    endpoint = signing_in.endpoint_of(provider.submission, provider, "sending")
    connection = _greeted(network, endpoint, network.tls_context(provider.ca_file), provider)
    try:
        _introduce(connection, endpoint)
        yield connection
        _quit(connection)
    finally:
        connection.close()


def _greeted(
    network: Network, endpoint: Endpoint, context: ssl.SSLContext, provider: Provider
) -> Connection:
    try:
        return Connection(network, endpoint, Wrapper(context), provider)
    except smtplib.SMTPConnectError as error:
        if error.smtp_code < 0:
            raise ServerRefused(
                f"{endpoint.host}:{endpoint.port} does not speak SMTP",
                hint="check the port: submission is on 465 (TLS) or 587 (STARTTLS)",
            ) from error
        raise refusal(endpoint.host, error.smtp_code, plain(error.smtp_error)) from error
    except (smtplib.SMTPException, OSError) as error:
        raise lost(endpoint.host, error) from error


def _introduce(connection: Connection, endpoint: Endpoint) -> None:
    host = endpoint.host
    connection.told.sent(own("EHLO"))
    with exchange(connection):
        connection.ehlo_or_helo_if_needed()
    if endpoint.security is not Security.STARTTLS:
        return
    if not connection.has_extn("starttls"):
        raise TlsFailure(
            f"{host} does not offer STARTTLS",
            hint="somebody may be in between: use a port that begins with TLS (465)",
        )
    connection.told.sent(own("STARTTLS"))
    with exchange(connection):
        try:
            connection.starttls(context=connection.wrapper.as_context())
        except smtplib.SMTPResponseException as error:
            raise TlsFailure(f"{host} did not start to encrypt (STARTTLS)") from error
        connection.told.sent(own("EHLO"))
        connection.ehlo()


def _tell_extensions(connection: Connection) -> None:
    """Tell what the service can do, as it says (RFC 5321 section 4.1.1.1)."""
    if not connection.told.is_heard:
        return
    for name, value in sorted(connection.esmtp_features.items()):
        words = (safe_words.known(word, _MECHANISMS) for word in value.upper().split())
        said = safe_words.numbers(value) if name == "size" else safe_words.listed([*words])
        connection.told.received(own("can"), safe_words.known(name.upper(), _EXTENSIONS), said)


def _authenticate(connection: Connection, login: Login, username: str, password: str) -> None:
    host = connection.server
    _tell_extensions(connection)
    connection.is_signing_in = True
    offered = connection.esmtp_features.get("auth", "").upper().split()
    with exchange(connection, login.secret):
        if login.is_token:
            code, said = _token(connection, login, offered)
        elif "PLAIN" in offered:
            code, said = _plain(connection, username, password)
        elif "LOGIN" in offered:
            code, said = _login(connection, username, password)
        else:
            takes_tokens = token_mechanism(offered) is not None
            raise signing_in.no_way(host, login, takes_tokens=takes_tokens)
    connection.is_signing_in = False
    if code == _SIGNED_IN:
        whose = (safe_words.account(login.account), safe_words.domain(username))
        connection.told.happened(own("signed in"), *whose)
        return
    words = plain(said, login.secret)
    if code in _WRONG_PASSWORD and not refusals.is_busy(words):
        raise signing_in.not_accepted(host, login, words)
    raise refusal(host, code, words)


def _token(connection: Connection, login: Login, offered: list[str]) -> tuple[int, bytes]:
    mechanism = token_mechanism(offered)
    if mechanism is None:
        raise signing_in.no_way(connection.server, login, takes_tokens=False)
    username, token = signing_in.credentials(login)
    response = token_response(mechanism, username, token, connection.server, connection.port)
    connection.told.sent(own("AUTH"), safe_words.known(mechanism, list(TokenMechanism)))
    code, said = connection.docmd("AUTH", f"{mechanism} {base64.b64encode(response).decode()}")
    if code == _CONTINUE:  # why it refuses; the refusal follows
        code, said = connection.docmd(base64.b64encode(farewell(mechanism)).decode())
    return code, said


def _plain(connection: Connection, username: str, password: str) -> tuple[int, bytes]:
    connection.told.sent(own("AUTH PLAIN"))
    said = _encoded(f"\0{username}\0{password}")
    return connection.docmd("AUTH", f"PLAIN {said}")


def _login(connection: Connection, username: str, password: str) -> tuple[int, bytes]:
    connection.told.sent(own("AUTH LOGIN"))
    code, said = connection.docmd("AUTH", "LOGIN")
    for text in (username, password):
        if code != _CONTINUE:
            break
        code, said = connection.docmd(_encoded(text))
    return code, said


def _encoded(text: str) -> str:
    # smtplib's own login() fails on everything that is not ASCII.
    return base64.b64encode(text.encode()).decode()


def _quit(connection: Connection) -> None:
    with suppress(smtplib.SMTPException, OSError, ValueError):
        if connection.sock is not None:
            connection.pace.begin(at_most_s=_GOODBYE_S)
            connection.told.sent(own("QUIT"))
            connection.quit()
    connection.close()
