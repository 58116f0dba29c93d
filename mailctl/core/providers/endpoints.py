"""A server as a person writes it: HOST or HOST:PORT, and how it is encrypted."""

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace

from mailctl.domain.servers import Endpoint, Security
from mailctl.errors import BadUsage
from mailctl.records import dataclass
from mailctl.resolve.addresses import normal_domain

_SERVER = re.compile(
    r"(?:\[(?P<bracketed>[0-9a-f.]*:[0-9a-f:.]*)\]|(?P<name>[^:\[\]]+))(?::(?P<port>[0-9]{1,5}))?\Z"
    r"|(?P<bare>[0-9a-f.]*:[0-9a-f.]*:[0-9a-f:.]*)\Z",
    re.IGNORECASE,
)
_LABEL = re.compile(r"(?!-)(?![0-9]+\Z)[a-z0-9-]{1,63}(?<!-)\Z")
_PORT_MAX = 65535


@dataclass(frozen=True)
class Service:
    """What a server is for: its option, and what is meant where nothing is said."""

    option: str
    security: Security
    ports: Mapping[Security, int]


INCOMING = Service(
    "--incoming",
    Security.TLS,
    {Security.TLS: 993, Security.STARTTLS: 143, Security.NONE: 143},
)
SUBMISSION = Service(
    "--submission",
    Security.STARTTLS,
    {Security.TLS: 465, Security.STARTTLS: 587, Security.NONE: 587},
)


def endpoint(
    was: Endpoint | None, text: str | None, security: Security | None, service: Service
) -> Endpoint | None:
    """Return the server after what was said of it; empty text means that there is none.

    What was not said stays as it was: a new host keeps the security, and a new security
    takes a port along only where it was the usual one. Raises BadUsage.
    """
    if text is not None:
        default = was.security if was else service.security
        was = _written(text, security or default, service) if text.strip() else None
    if security is None:
        return was
    if was is None:
        raise BadUsage(
            f"there is no server that {service.option}-security could be about",
            hint=f"name it: {service.option} HOST",
        )
    is_usual = was.port == service.ports[was.security]
    return replace(was, security=security, port=service.ports[security] if is_usual else was.port)


def _written(text: str, security: Security, service: Service) -> Endpoint:
    written = _SERVER.match(text.strip())
    host = written and _host(written)
    port = int(written["port"] or service.ports[security]) if written else 0
    if not host or not 0 < port <= _PORT_MAX:
        raise BadUsage(
            f"{text!r} is no server",
            hint="write HOST or HOST:PORT, e.g. imap.example.org:993 or [2001:db8::1]:993",
        )
    return Endpoint(host, port, security)


def _host(written: re.Match[str]) -> str | None:
    """Return the name or address in its normal form, None for what is neither."""
    from ipaddress import ip_address  # 5 ms, for this command alone

    host = (written["bracketed"] or written["bare"] or written["name"]).lower()
    with suppress(ValueError):
        return str(ip_address(host))
    if _LABEL.match(host):  # localhost, or a machine of one's own network
        return host
    with suppress(BadUsage):
        return normal_domain(host)
    return None
