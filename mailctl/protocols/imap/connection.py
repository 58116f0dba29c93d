"""A connection to an IMAP server that is signed in, and its orderly end."""

import imaplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from mailctl import __version__
from mailctl.domain.providers import Provider
from mailctl.domain.secret import Secret
from mailctl.domain.servers import Endpoint, Security
from mailctl.errors import (
    AuthenticationRefused,
    MailctlError,
    ServerRefused,
    TlsFailure,
)
from mailctl.ports.mail import Login
from mailctl.protocols import refusals, safe_words, signing_in
from mailctl.protocols.imap.failures import UNREADABLE, failure, said, translated
from mailctl.protocols.imap.pipeline import Pipeline
from mailctl.protocols.imap.session import Session
from mailctl.protocols.imap.wire import Wire
from mailctl.protocols.network import Network
from mailctl.protocols.safe_words import own
from mailctl.protocols.sasl import TokenMechanism, token_mechanism, token_response
from mailctl.protocols.tls import Wrapper
from mailctl.protocols.words import plain

_GOODBYE_S = 5.0


@contextmanager
def signed_in(login: Login, network: Network) -> Iterator[Session]:
    """Yield a connection that is signed in, and end it.

    Raises Unreachable, TlsFailure, GuardRefused, AuthenticationRefused, ServerBusy or
    ServerRefused.
    """
    endpoint = signing_in.endpoint_of(login.provider.incoming, login.provider, "reading")
    username, password = signing_in.credentials(login)
    context = network.tls_context(login.provider.ca_file)
    public_only = login.provider.is_reached_in_public_only
    wire = _greeted(network, endpoint, context, public_only=public_only)
    try:
        _secure(wire, endpoint)
        _authenticate(wire, login, username, password)
        session = _session(wire, login)
        yield session
    except BaseException:
        _abandon(wire)
        raise
    _log_out(wire, session)


@contextmanager
def greeted(provider: Provider, network: Network) -> Iterator[Wire]:
    """Yield a connection that is encrypted and on which nobody signs in, and end it.

    Raises Unreachable, TlsFailure, GuardRefused, ServerBusy or ServerRefused.
    """
    endpoint = signing_in.endpoint_of(provider.incoming, provider, "reading")
    context = network.tls_context(provider.ca_file)
    wire = _greeted(network, endpoint, context, public_only=provider.is_reached_in_public_only)
    try:
        _secure(wire, endpoint)
        yield wire
        with suppress(imaplib.IMAP4.error, OSError, *UNREADABLE):
            wire.pace.begin(at_most_s=_GOODBYE_S)
            wire.logout()
    finally:
        _abandon(wire)


def _greeted(
    network: Network, endpoint: Endpoint, context: ssl.SSLContext, *, public_only: bool
) -> Wire:
    try:
        return Wire(network, endpoint, Wrapper(context), public_only=public_only)
    except (imaplib.IMAP4.error, OSError, *UNREADABLE) as error:
        # A server that hangs up in its greeting has too much to do, or does not like
        # where we come from: neither is for good.
        text = said(error)
        if "BYE" in text.upper():
            words = plain(text).removeprefix("* ").removeprefix("BYE ")
            raise refusals.busy(endpoint.host, words) from error
        if isinstance(error, imaplib.IMAP4.abort) and text.startswith("unexpected"):
            raise ServerRefused(
                f"{endpoint.host}:{endpoint.port} does not speak IMAP",
                hint="check the port: IMAP is on 993 (TLS) or 143 (STARTTLS)",
            ) from error
        raise failure(endpoint.host, error) from error


def _secure(wire: Wire, endpoint: Endpoint) -> None:
    if endpoint.security is Security.STARTTLS:
        wire.pace.begin()
        with translated(endpoint.host):
            wire.encrypt()
    if wire.state == "AUTH":
        raise ServerRefused(
            f"{endpoint.host} says that it knows us already (PREAUTH): this is no mailbox of ours"
        )
    if endpoint.security is Security.NONE and "LOGINDISABLED" in wire.capabilities:
        raise TlsFailure(f"{endpoint.host} takes no password without encryption")


def _authenticate(wire: Wire, login: Login, username: str, password: str) -> None:
    wire.pace.begin()
    # What the server can do is asked again once it knows us.
    wire.untagged("CAPABILITY")
    begun = wire.told.now()
    refusal: MailctlError | None = None
    try:
        if login.is_token:
            _sign_in_by_token(wire, login, username, password)
        else:
            _sign_in(wire, login, username, password)
    except (MailctlError, imaplib.IMAP4.error, OSError, *UNREADABLE) as error:
        refusal = _refusal(wire, error, login)
    if refusal:
        # Raised here, not in the handler: the library's own error may quote the password,
        # and must not hang on ours as its cause.
        wire.told.received(safe_words.failure(refusal), since=begun)
        raise refusal
    if wire.told.is_heard:
        whose = (safe_words.account(login.account), safe_words.domain(username))
        wire.told.received(own("signed in"), *whose, since=begun)


def _sign_in_by_token(wire: Wire, login: Login, username: str, token: str) -> None:
    mechanism = _token_mechanism(wire)
    if mechanism is None:
        raise signing_in.no_way(wire.host, login, takes_tokens=False)
    response = token_response(mechanism, username, token, wire.host, wire.port)
    wire.sign_in_token(mechanism, response)


def _token_mechanism(wire: Wire) -> TokenMechanism | None:
    return token_mechanism({word.removeprefix("AUTH=") for word in wire.capabilities})


def _sign_in(wire: Wire, login: Login, username: str, password: str) -> None:
    if "AUTH=PLAIN" in wire.capabilities:
        try:
            return wire.sign_in_plain(username, password)
        except imaplib.IMAP4.abort:
            raise
        except imaplib.IMAP4.error as error:
            # BAD is for the command, not for the password: LOGIN may still do.
            if not _is_bad(error) or refusals.is_busy(said(error)) or not _takes_login(wire):
                raise
    if not _takes_login(wire):
        raise signing_in.no_way(wire.host, login, takes_tokens=_token_mechanism(wire) is not None)
    if not (username.isascii() and password.isascii()):
        raise AuthenticationRefused(
            f"{wire.host} takes only plain English letters in user name and password (LOGIN)"
        )
    return wire.sign_in(username, password)


def _takes_login(wire: Wire) -> bool:
    return "LOGINDISABLED" not in wire.capabilities


def _is_bad(error: Exception) -> bool:
    return "command error: BAD" in str(error)


def _refusal(wire: Wire, error: Exception, login: Login) -> MailctlError:
    if isinstance(error, MailctlError):
        return error
    words = plain(wire.goodbye or said(error), login.secret)
    if wire.goodbye or refusals.is_busy(words):
        return refusals.busy(wire.host, words)
    if isinstance(error, imaplib.IMAP4.abort) or not isinstance(error, imaplib.IMAP4.error):
        return failure(wire.host, error, login.secret)
    if _is_bad(error):
        return refusals.refused(wire.host, words)
    return signing_in.not_accepted(wire.host, login, words)


def _session(wire: Wire, login: Login) -> Session:
    pipeline = _pipeline(wire, login.secret)
    told = wire.untagged("CAPABILITY")
    if not told:  # many say it with the answer to the sign-in
        told = [reply.text for reply in pipeline.call("CAPABILITY") if reply.name == b"CAPABILITY"]
    words = b" ".join(line for line in told if isinstance(line, bytes))
    capabilities = frozenset(words.decode("ascii", "replace").upper().split())
    greeting = plain(wire.welcome or b"")
    pipeline.introduced(capabilities)
    session = Session(pipeline, capabilities, greeting)
    session.introduce("mailctl", __version__)
    return session


def _pipeline(wire: Wire, secret: Secret) -> Pipeline:
    if not wire.told.is_heard:
        return Pipeline(wire, secret)
    from mailctl.protocols.imap.told import TracedPipeline  # nobody else needs its words

    pipeline = TracedPipeline(wire, secret)
    pipeline.hears(wire.told)
    return pipeline


def _log_out(wire: Wire, session: Session) -> None:
    with suppress(MailctlError):
        session.pipeline.leave(at_most_s=_GOODBYE_S)
    _abandon(wire)


def _abandon(wire: Wire) -> None:
    with suppress(imaplib.IMAP4.error, OSError, *UNREADABLE):
        wire.shutdown()
