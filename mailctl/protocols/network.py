"""How a socket is opened, for every protocol."""

from collections.abc import Mapping
from dataclasses import field
from ipaddress import ip_address
from typing import TYPE_CHECKING, Self

from mailctl.errors import BadUsage, Unreachable
from mailctl.protocols import nameserver, redirects, safe_words
from mailctl.protocols.pauses import Pauses
from mailctl.protocols.redirects import Redirect
from mailctl.protocols.safe_words import own
from mailctl.protocols.trace import SILENT, Conversation, Trace
from mailctl.records import dataclass

if TYPE_CHECKING:  # ssl and socket cost every start of the program, connecting or not
    import socket
    import ssl

    from mailctl.protocols.connecting import Candidate
    from mailctl.protocols.pacing import PacedSocket, PacedTlsSocket

CONNECT_TIMEOUT_S = 20.0
IDLE_S = 60.0
_LONGEST_IDLE_S = 3600


def is_loopback(host: str) -> bool:
    """Whether the host is this machine, by its name alone: nothing is looked up."""
    if host.rstrip(".").lower() == "localhost":
        return True
    return is_literal(host) and ip_address(host.strip("[]")).is_loopback


def is_literal(host: str) -> bool:
    """Whether the host is an address already."""
    try:
        ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True


@dataclass(frozen=True)
class Network:
    """Opens connections, with what this run changes about where they go and whom they trust.

    A read or write that moves nothing for `idle_s` fails, and so does an exchange that
    is not over after `exchange_s` although hardly anything moved.
    """

    connect_to: tuple[Redirect, ...] = ()
    nameserver: str | None = None
    ca_file: str | None = None
    idle_s: float = IDLE_S
    exchange_s: float = 120.0
    pauses: Pauses = field(default_factory=Pauses)
    """What servers asked for in this run, told from one connection to the next."""
    trace: Trace | None = None
    """Hears what is said over the connections."""

    @classmethod
    def from_environment(cls, environment: Mapping[str, str], trace: Trace | None = None) -> Self:
        """Return the network that MAILCTL_CONNECT_TO, MAILCTL_DNS and MAILCTL_TIMEOUT describe.

        Raises BadUsage naming the variable that cannot be understood.
        """
        named = environment.get(nameserver.VARIABLE) or None
        if named:
            nameserver.parse_nameserver(named)
        connect_to = redirects.parse_redirects(environment.get(redirects.VARIABLE, ""))
        idle_s = _seconds(environment.get("MAILCTL_TIMEOUT", ""))
        return cls(connect_to=connect_to, nameserver=named, idle_s=idle_s, trace=trace)

    def open(
        self,
        host: str,
        port: int,
        timeout_s: float = CONNECT_TIMEOUT_S,
        *,
        idle_s: float = 0,
        public_only: bool = False,
        protocol: str = "tcp",
    ) -> "PacedSocket":
        """Return a TCP connection to the first address of the host that takes one.

        `protocol` is how a trace calls what is spoken.

        With `public_only` a private address is left alone, unless a person sends the host
        there. Raises Unreachable, or GuardRefused where there are private addresses only.
        """
        from mailctl.protocols import connecting
        from mailctl.protocols.pacing import Pace

        pace = Pace(min(idle_s or self.idle_s, self.idle_s), self.exchange_s)
        told = self.told(protocol, f"{host}:{port}")
        to_host, to_port = redirects.redirected(self.connect_to, host, port)
        candidates = self._candidates(f"{host}:{port}", to_host, to_port, timeout_s, told)
        if public_only and to_host == host:
            candidates = connecting.public(host, candidates)
        return connecting.connect(f"{host}:{port}", candidates, timeout_s, pace, told)

    def _candidates(
        self, name: str, host: str, port: int, timeout_s: float, told: Conversation
    ) -> "list[Candidate]":
        """Return what to connect to, and tell of it. Raises Unreachable."""
        from mailctl.protocols import connecting

        begun = told.now()
        try:
            addresses = self._addresses(host, timeout_s)
            found = connecting.candidates(name, addresses, port)
        except Unreachable as error:
            told.happened(own("no address:"), safe_words.failure(error), since=begun)
            raise
        if told.is_heard:
            words = [safe_words.host(str(where[0])) for _, where in found]
            told.happened(own("is at"), safe_words.listed(words), since=begun)
        return found

    def told(self, protocol: str, server: str) -> Conversation:
        """Return a new conversation of which somebody may hear."""
        return self.trace.conversation(protocol, server) if self.trace else SILENT

    def tls_context(self, ca_file: str | None = None) -> "ssl.SSLContext":
        """Return a verifying context that trusts the system's authorities and `ca_file`'s.

        Raises TlsFailure where the file cannot be read.
        """
        from mailctl.protocols import tls

        return tls.context(*(file for file in (self.ca_file, ca_file) if file))

    def wrap(self, sock: "socket.socket", host: str, context: "ssl.SSLContext") -> "PacedTlsSocket":
        """Return the connection, encrypted and verified to be with that host.

        Raises TlsFailure that says what is wrong, or Unreachable.
        """
        from mailctl.protocols import tls

        return tls.wrap(sock, host, context)

    def _addresses(self, host: str, timeout_s: float) -> list[str]:
        """Return what to connect to; a name is left to the system where we do not know better."""
        bare = host.strip("[]")
        if self.nameserver is None or is_literal(bare) or is_loopback(bare):
            return [bare]
        return nameserver.addresses(bare, self.nameserver, timeout_s=timeout_s) or [bare]


def _seconds(text: str) -> float:
    """Return how long silence may last. Raises BadUsage."""
    if not text:
        return IDLE_S
    if not (text.isascii() and text.isdecimal() and 0 < int(text[:9]) <= _LONGEST_IDLE_S):
        raise BadUsage(
            f"MAILCTL_TIMEOUT={text} is no number of seconds",
            hint=f"write how long a server may be silent, 1 to {_LONGEST_IDLE_S}",
        )
    return float(text)
