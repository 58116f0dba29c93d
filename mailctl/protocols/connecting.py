"""The way from a list of addresses to one TCP connection."""

import socket
import time
from typing import Any

from mailctl.errors import GuardRefused, Unreachable
from mailctl.protocols import safe_words
from mailctl.protocols.pacing import Pace, PacedSocket
from mailctl.protocols.public_addresses import is_public
from mailctl.protocols.trace import SILENT, Conversation

Candidate = tuple[socket.AddressFamily, tuple[Any, ...]]


def candidates(name: str, addresses: list[str], port: int) -> list[Candidate]:
    """Return what to connect to: nothing is looked up any more after that.

    `name` is how errors call the server. Raises Unreachable.
    """
    found: list[Candidate] = []
    try:
        for address in addresses:
            # given text, the library loads its codec for international names, which takes 1 ms
            host = address.encode() if address.isascii() else address
            for family, _, _, _, where in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
                found.append((family, where))
    except (OSError, UnicodeError) as error:
        raise _unresolved(name, error) from error
    return found


def public(host: str, candidates: list[Candidate]) -> list[Candidate]:
    """Return the candidates in the public internet. Raises GuardRefused where there is none."""
    allowed = [(family, where) for family, where in candidates if is_public(where[0])]
    if candidates and not allowed:
        raise GuardRefused(
            f"{host} is at a private address ({candidates[0][1][0]})",
            hint="if the server is yours, say so: "
            "mailctl provider add NAME --incoming HOST --submission HOST",
        )
    return allowed


def connect(
    name: str,
    candidates: list[Candidate],
    timeout_s: float,
    pace: Pace,
    told: Conversation = SILENT,
) -> PacedSocket:
    """Return a connection to the first candidate that takes one within the time.

    `name` is how errors call the server, `told` hears of it. Raises Unreachable.
    """
    deadline = time.monotonic() + timeout_s
    failure: OSError | None = None
    for number, candidate in enumerate(candidates):
        # A first address that swallows packets must not use up the time of the others.
        share_s = (deadline - time.monotonic()) / (len(candidates) - number)
        try:
            return _connected(candidate, max(share_s, 0.05), pace, told)
        except OSError as error:
            failure = error
            told.happened(safe_words.own("no connection:"), safe_words.failure(error))
    raise _unreachable(name, failure) from failure


def _connected(
    candidate: Candidate, timeout_s: float, pace: Pace, told: Conversation
) -> PacedSocket:
    family, where = candidate
    begun = told.now()
    if told.is_heard:
        told.happened(safe_words.own("connects to"), safe_words.host(where[0]))
    sock = PacedSocket(family, socket.SOCK_STREAM)
    try:
        sock.settimeout(timeout_s)
        sock.connect(where)
        # Small commands wait for nothing.
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    except BaseException:
        sock.close()
        raise
    sock.pace, sock.told = pace, told
    pace.begin()
    told.happened(safe_words.own("connected"), since=begun)
    return sock


def _unresolved(name: str, error: Exception) -> Unreachable:
    if isinstance(error, socket.gaierror) and error.errno == socket.EAI_AGAIN:
        return Unreachable(
            f"the address of {name} could not be looked up",
            hint="check this machine's network and name server",
        )
    return Unreachable(
        f"{name} has no address: the name is not known",
        hint="check the server's spelling, and whether this machine finds any: mailctl doctor",
    )


def _unreachable(name: str, error: OSError | None) -> Unreachable:
    match error:
        case None:
            return Unreachable(f"{name} has no address")
        case ConnectionRefusedError():
            said = f"{name} refused the connection"
            hint = "check the port, and that the server runs"
        case TimeoutError():
            said = f"{name} did not answer"
            hint = "check the network and that no firewall blocks the port"
        case _:
            said = f"{name} cannot be reached: {(error.strerror or 'network error').lower()}"
            hint = "check this machine's network"
    return Unreachable(said, hint=hint)
