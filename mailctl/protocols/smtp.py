"""Submission of mail over SMTP (RFC 6409)."""

import base64
import smtplib
import socket
import ssl
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import cast

from mailctl.domain.providers import Provider
from mailctl.domain.secret import Secret
from mailctl.domain.servers import Endpoint, Security
from mailctl.errors import MailctlError, ServerBusy, ServerRefused, TlsFailure, Unreachable
from mailctl.ports.mail import Login, MailSender, Receipt
from mailctl.protocols import refusals, signing_in
from mailctl.protocols.diagnoses import diagnose
from mailctl.protocols.network import Network
from mailctl.protocols.pacing import Flooded, Pace, PacedSocket
from mailctl.protocols.sasl import farewell, token_mechanism, token_response
from mailctl.protocols.tls import Wrapper
from mailctl.protocols.words import plain

_GOODBYE_S = 5.0
# The name of this machine is nobody's business, and looking it up may take long.
_OWN_NAME = "[127.0.0.1]"
_WRONG_PASSWORD = {534, 535}
_CONTINUE = 334
_SIGNED_IN = 235
_DONE, _FORWARDED = 250, 251


class _Connection(smtplib.SMTP):
    """smtplib over a socket of ours."""

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

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        sock = self._network.open(
            host, port, timeout, idle_s=timeout, public_only=self._public_only
        )
        return self.wrapper.wrap_socket(sock, host) if self._is_tls else sock


class SmtpSender:
    """A signed-in submission service."""

    def __init__(self, connection: _Connection, host: str, secret: Secret) -> None:
        self._connection = connection
        self._host = host
        self._secret = secret

    def verify(self) -> None:
        """Make sure that the service is ready to take a message.

        Raises Unreachable, ServerBusy or ServerRefused.
        """
        with _exchange(self._connection, self._host, self._secret):
            code, said = self._connection.noop()
        if code != 250:
            raise _refusal(self._host, code, plain(said, self._secret))

    @property
    def largest_bytes(self) -> int | None:
        """The size of the largest mail that the service takes (SIZE, RFC 1870)."""
        said = self._connection.esmtp_features.get("size", "")
        return int(said) if said.isdigit() and int(said) else None

    @property
    def is_open(self) -> bool:
        """Whether another mail can be sent."""
        return self._connection.sock is not None

    def send(
        self,
        sender: str,
        recipients: Sequence[str],
        source: bytes,
        *,
        on_handing_over: Callable[[], None] = lambda: None,
    ) -> Receipt:
        """Submit a message to all of the recipients or to none (RFC 5321 section 3.3).

        Raises Unreachable, ServerBusy or ServerRefused.
        """
        options = self._options(sender, recipients)
        with _exchange(self._connection, self._host, self._secret):
            self._expect(_DONE, *self._connection.mail(sender, options))
            for recipient in recipients:
                self._expect(_DONE, *self._connection.rcpt(recipient))
            self._connection.pace.begin(expected_bytes=len(source))
            on_handing_over()
            self._expect(_DONE, *self._connection.data(source))
        return Receipt(tuple(recipients))

    def _options(self, sender: str, recipients: Sequence[str]) -> list[str]:
        if all(address.isascii() for address in (sender, *recipients)):
            return []
        if not self._connection.has_extn("smtputf8"):
            raise ServerRefused(f"{self._host} takes no addresses beyond ASCII (SMTPUTF8)")
        self._connection.command_encoding = "utf-8"
        return ["SMTPUTF8"]

    def _expect(self, wanted: int, code: int, said: bytes) -> None:
        if code != wanted and not (wanted == _DONE and code == _FORWARDED):
            raise _declined(self._host, code, plain(said, self._secret))


@contextmanager
def open_sender(login: Login, network: Network) -> Iterator[MailSender]:
    """Yield the submission service, signed in; leaving signs out within a few seconds.

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
        yield SmtpSender(connection, endpoint.host, login.secret)
    except BaseException:
        connection.close()
        raise
    _quit(connection)


def _greeted(
    network: Network, endpoint: Endpoint, context: ssl.SSLContext, provider: Provider
) -> _Connection:
    try:
        return _Connection(network, endpoint, Wrapper(context), provider)
    except smtplib.SMTPConnectError as error:
        if error.smtp_code < 0:
            raise ServerRefused(
                f"{endpoint.host}:{endpoint.port} does not speak SMTP",
                hint="check the port: submission is on 465 (TLS) or 587 (STARTTLS)",
            ) from error
        raise _refusal(endpoint.host, error.smtp_code, plain(error.smtp_error)) from error
    except (smtplib.SMTPException, OSError) as error:
        raise _lost(endpoint.host, error) from error


def _introduce(connection: _Connection, endpoint: Endpoint) -> None:
    host = endpoint.host
    with _exchange(connection, host):
        connection.ehlo_or_helo_if_needed()
    if endpoint.security is not Security.STARTTLS:
        return
    if not connection.has_extn("starttls"):
        raise TlsFailure(
            f"{host} does not offer STARTTLS",
            hint="somebody may be in between: use a port that begins with TLS (465)",
        )
    with _exchange(connection, host):
        try:
            connection.starttls(context=connection.wrapper.as_context())
        except smtplib.SMTPResponseException as error:
            raise TlsFailure(f"{host} did not start to encrypt (STARTTLS)") from error
        connection.ehlo()


def _authenticate(connection: _Connection, login: Login, username: str, password: str) -> None:
    host = connection.server
    offered = connection.esmtp_features.get("auth", "").upper().split()
    with _exchange(connection, host, login.secret):
        if login.is_token:
            code, said = _token(connection, login, offered)
        elif "PLAIN" in offered:
            code, said = _plain(connection, username, password)
        elif "LOGIN" in offered:
            code, said = _login(connection, username, password)
        else:
            takes_tokens = token_mechanism(offered) is not None
            raise signing_in.no_way(host, login, takes_tokens=takes_tokens)
    if code == _SIGNED_IN:
        return
    words = plain(said, login.secret)
    if code in _WRONG_PASSWORD and not refusals.is_busy(words):
        raise signing_in.not_accepted(host, login, words)
    raise _refusal(host, code, words)


def _token(connection: _Connection, login: Login, offered: list[str]) -> tuple[int, bytes]:
    mechanism = token_mechanism(offered)
    if mechanism is None:
        raise signing_in.no_way(connection.server, login, takes_tokens=False)
    username, token = signing_in.credentials(login)
    response = token_response(mechanism, username, token, connection.server, connection.port)
    code, said = connection.docmd("AUTH", f"{mechanism} {base64.b64encode(response).decode()}")
    if code == _CONTINUE:  # why it refuses; the refusal follows
        code, said = connection.docmd(base64.b64encode(farewell(mechanism)).decode())
    return code, said


def _plain(connection: _Connection, username: str, password: str) -> tuple[int, bytes]:
    said = _encoded(f"\0{username}\0{password}")
    return connection.docmd("AUTH", f"PLAIN {said}")


def _login(connection: _Connection, username: str, password: str) -> tuple[int, bytes]:
    code, said = connection.docmd("AUTH", "LOGIN")
    for text in (username, password):
        if code != _CONTINUE:
            break
        code, said = connection.docmd(_encoded(text))
    return code, said


def _encoded(text: str) -> str:
    # smtplib's own login() fails on everything that is not ASCII.
    return base64.b64encode(text.encode()).decode()


@contextmanager
def _exchange(connection: _Connection, host: str, secret: Secret | None = None) -> Iterator[None]:
    """Give the exchange its time and turn what smtplib raises into an error of ours."""
    if connection.sock is None:
        raise Unreachable(f"{host} closed the connection", hint="try again later")
    connection.pace.begin()
    try:
        yield
    except smtplib.SMTPResponseException as error:
        raise _refusal(host, error.smtp_code, plain(error.smtp_error, secret)) from error
    except (smtplib.SMTPException, OSError, ValueError) as error:
        raise _lost(host, error) from error


def _refusal(host: str, code: int, words: str) -> MailctlError:
    said = f"{code} {words}" if code > 0 else words
    if 400 <= code < 500 or refusals.is_busy(words):
        return refusals.busy(host, said)
    if code == 538:
        return TlsFailure(f"{host} takes no password without encryption")
    return refusals.refused(host, said)


def _declined(host: str, code: int, words: str) -> MailctlError:
    """Return the error of a mail that is not taken: what is said is of the recipient, not of us."""
    found = diagnose(words)
    if 400 <= code < 500 or (found and found.cause == "sending-limit"):
        hint = found.hint if found and found.cause == "sending-limit" else "try again later"
        return ServerBusy(f"{host} does not take the mail now: {code} {words}", hint=hint)
    return ServerRefused(f"{host} refused: {code} {words}")


def _lost(host: str, error: Exception) -> MailctlError:
    """Return the error of a connection that ended or fell silent."""
    # smtplib hides what the socket said behind its own error.
    causes = (error, error.__cause__, error.__context__)
    if any(isinstance(cause, Flooded) for cause in causes):
        return ServerRefused(f"{host} sent far more than it was asked for")
    if any(isinstance(cause, TimeoutError) for cause in causes):
        return Unreachable(f"{host} stopped answering", hint="try again later")
    if isinstance(error, ssl.SSLError):
        return Unreachable(f"the encrypted connection to {host} broke", hint="try again later")
    return Unreachable(f"{host} closed the connection", hint="try again later")


def _quit(connection: _Connection) -> None:
    with suppress(smtplib.SMTPException, OSError, ValueError):
        if connection.sock is not None:
            connection.pace.begin(at_most_s=_GOODBYE_S)
            connection.quit()
    connection.close()
