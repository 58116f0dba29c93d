"""A server, and how the connection to it is protected."""

from enum import StrEnum

from mailctl.records import dataclass


class Security(StrEnum):
    """How a connection is protected (RFC 8314)."""

    TLS = "tls"
    STARTTLS = "starttls"
    NONE = "none"


@dataclass(frozen=True)
class Endpoint:
    """A server to connect to; `host` is the name its certificate must carry."""

    host: str
    port: int
    security: Security


def bracketed(host: str) -> str:
    """Return the host as it stands before a port: an IPv6 address in brackets."""
    return f"[{host}]" if ":" in host else host
