"""Looks at the servers of accounts without signing in: encryption, certificates, clocks."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from typing import TypeAlias
from urllib.parse import urlsplit

from mailctl.core.accounts.care import trust
from mailctl.core.doctor.findings import Finding, failed_by, note, ok, skipped, warning
from mailctl.core.doctor.machine import clock_against
from mailctl.domain.providers import Provider, ProviderKind
from mailctl.domain.servers import Endpoint
from mailctl.errors import MailctlError
from mailctl.ports.inspection import Inspector, ServerLook
from mailctl.records import dataclass

_SOON = timedelta(days=14)
_NO_TLS = "without encryption, which only this machine may be"


Key: TypeAlias = tuple[str, str, str, str | None]
"""What is the same of a server for all accounts that share it."""


@dataclass(frozen=True)
class Server:
    """A server as accounts reach it: many accounts may share one."""

    name: str
    purpose: str
    """incoming, submission or web."""
    security: str
    provider: Provider

    @property
    def key(self) -> Key:
        """What is the same for all accounts that share it."""
        return (self.name, self.purpose, self.security, self.provider.ca_file)


@dataclass(frozen=True)
class Seen:
    """How a server looked, or why it could not be seen."""

    server: Server
    look: ServerLook | None
    error: MailctlError | None = None


def servers_of(provider: Provider, *, receives: bool, sends: bool) -> Iterator[Server]:
    """Yield the servers of one account, whose provider has its own servers already."""
    is_exchange = provider.kind is ProviderKind.EWS and provider.ews_url
    if is_exchange and (receives or (sends and provider.submission is None)):
        yield Server(provider.ews_url or "", "web", "tls", provider)
    elif receives and provider.incoming:
        yield _server(provider.incoming, "incoming", provider)
    if sends and provider.submission:
        yield _server(provider.submission, "submission", provider)


def _server(endpoint: Endpoint, purpose: str, provider: Provider) -> Server:
    return Server(f"{endpoint.host}:{endpoint.port}", purpose, endpoint.security, provider)


def seen(server: Server, inspector: Inspector) -> Seen:
    """Look at a server."""
    provider = server.provider
    ways: dict[str, Callable[[], ServerLook]] = {
        "incoming": lambda: inspector.incoming(provider),
        "submission": lambda: inspector.submission(provider),
        "web": lambda: inspector.web(
            server.name,
            ca_file=provider.ca_file,
            public_only=provider.is_reached_in_public_only,
        ),
    }
    try:
        return Seen(server, ways[server.purpose]())
    except MailctlError as error:
        return Seen(server, None, error)


def tls_finding(found: Seen, now: datetime) -> Finding:
    """Return what a person should know of how the server is reached."""
    if found.look is None:
        return failed_by(found.error) if found.error else skipped("it was not looked at")
    server, look = found.server, found.look
    host = urlsplit(server.name).netloc or server.name
    details: dict[str, object] = {
        "server": host,
        "purpose": server.purpose,
        "security": server.security,
        "tls_version": look.tls_version,
        "certificate_ends_at": look.ends_at,
        "certificate_names": list(look.names),
        "issuer": look.issuer,
        "trust": trust(server.provider),
    }
    if look.tls_version is None:
        return note(f"{host} is reached {_NO_TLS}", "nothing, if that is meant", **details)
    if look.ends_at is None:
        return ok(f"{host}: {look.tls_version}", **details)
    days = (look.ends_at - now).days
    details["certificate_days"] = days
    until = f"its certificate ends on {look.ends_at:%Y-%m-%d} ({days} days)"
    if look.ends_at - now < _SOON:
        return warning(
            f"{host}: {until}",
            "the server's operator has to renew it: from then on nothing connects",
            **details,
        )
    return ok(f"{host}: {look.tls_version}, {until}", **details)


def clock_finding(found: Iterable[Seen]) -> Finding | None:
    """Return what the servers' clocks say of ours; None where none tells the time.

    That of the server which is nearest to ours counts: one server may be wrong, all are not.
    """
    told = [
        (abs(each.look.ahead_s), each.look.ahead_s, each.server)
        for each in found
        if each.look and each.look.ahead_s is not None
    ]
    if not told:
        return None
    _, ahead_s, server = min(told, key=lambda each: each[0])
    return clock_against(urlsplit(server.name).netloc or server.name, ahead_s)
