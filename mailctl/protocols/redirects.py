"""Where connections go instead of where they are meant to (curl's --connect-to)."""

import re

from mailctl.domain.servers import bracketed
from mailctl.errors import BadUsage
from mailctl.records import dataclass

VARIABLE = "MAILCTL_CONNECT_TO"

_HOST = r"(\[[0-9A-Fa-f:.%\w]+\]|[^\[\]:,\s]*)"
_PORT = r"(\d{0,5})"
_REDIRECT = re.compile(f"{_HOST}:{_PORT}:{_HOST}:{_PORT}")


@dataclass(frozen=True)
class Redirect:
    """Sends connections for a host and port elsewhere; None stands for any, or for the same."""

    host: str | None
    port: int | None
    to_host: str | None
    to_port: int | None

    def applies(self, host: str, port: int) -> bool:
        """Whether a connection to that host and port is sent elsewhere."""
        return self.host in (None, _canonical(host)) and self.port in (None, port)

    def __str__(self) -> str:
        parts = (_written(self.host), self.port, _written(self.to_host), self.to_port)
        return ":".join("" if part is None else str(part) for part in parts)


def parse_redirects(text: str) -> tuple[Redirect, ...]:
    """Return the redirects of HOST:PORT:ADDRESS:PORT[,…]. Raises BadUsage."""
    return tuple(_redirect(part.strip()) for part in text.split(",") if part.strip())


def redirected(redirects: tuple[Redirect, ...], host: str, port: int) -> tuple[str, int]:
    """Return where a connection to that host and port goes: the first redirect wins."""
    for redirect in redirects:
        if redirect.applies(host, port):
            return redirect.to_host or host, redirect.to_port or port
    return host, port


def _redirect(text: str) -> Redirect:
    parts = _REDIRECT.fullmatch(text)
    if parts is None:
        raise BadUsage(
            f"{VARIABLE} has {text!r}, which is not HOST:PORT:ADDRESS:PORT",
            hint=f"{VARIABLE}=mail.example.org:993:127.0.0.1:1993",
        )
    return Redirect(_host(parts[1]), _port(parts[2]), _host(parts[3]), _port(parts[4]))


def _host(text: str) -> str | None:
    return _canonical(text.strip("[]")) or None


def _port(text: str) -> int | None:
    if not text:
        return None
    if not 0 < int(text) < 65536:
        raise BadUsage(f"{VARIABLE} has {text}, which is not a port (1 to 65535)")
    return int(text)


def _canonical(host: str) -> str:
    return host.rstrip(".").lower()


def _written(host: str | None) -> str | None:
    return host and bracketed(host)
