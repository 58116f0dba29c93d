"""Name servers that misbehave, each a context manager that yields its ADDRESS:PORT."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress

import dns.message
import dns.rrset

from .processes import LOOPBACK, reserved_ports


@contextmanager
def silent_nameserver() -> Iterator[str]:
    """A name server that takes every question, by UDP and TCP, and never answers."""
    with (
        reserved_ports(1) as (port,),
        socket.socket(type=socket.SOCK_DGRAM) as udp,
        socket.socket() as tcp,
    ):
        # Nobody reads: the kernel alone takes datagrams and connections.
        udp.bind((LOOPBACK, port))
        tcp.bind((LOOPBACK, port))
        tcp.listen(100)
        yield f"{LOOPBACK}:{port}"


def delayed_nameserver(upstream: str, *, delay_s: float) -> AbstractContextManager[str]:
    """A name server, by UDP only, that answers like `upstream` (ADDRESS:PORT), but later."""

    def later(answer: bytes) -> bytes:
        time.sleep(delay_s)
        return answer

    return _relay(upstream, later)


def shouting_nameserver(upstream: str) -> AbstractContextManager[str]:
    """A name server, by UDP only, that answers like `upstream`, but in capital letters.

    Names may come back in any case, yet Knot stores them in lower case.
    """
    return _relay(upstream, _in_capitals)


def _in_capitals(answer: bytes) -> bytes:
    message = dns.message.from_wire(answer)
    message.answer = [
        dns.rrset.from_text(
            rrset.name,
            rrset.ttl,
            rrset.rdclass,
            rrset.rdtype,
            *(str(data).upper() for data in rrset),
        )
        for rrset in message.answer
    ]
    return message.to_wire()


@contextmanager
def _relay(upstream: str, change: Callable[[bytes], bytes]) -> Iterator[str]:
    host, _, port = upstream.rpartition(":")
    with socket.socket(type=socket.SOCK_DGRAM) as udp:
        udp.bind((LOOPBACK, 0))
        relay = threading.Thread(target=_serve, args=(udp, (host, int(port)), change))
        relay.start()
        try:
            yield f"{LOOPBACK}:{udp.getsockname()[1]}"
        finally:
            udp.sendto(b"", udp.getsockname())
            relay.join()


def _serve(udp: socket.socket, upstream: tuple[str, int], change: Callable[[bytes], bytes]) -> None:
    """Relay one question after the other until an empty datagram comes."""
    while True:
        question, asker = udp.recvfrom(65535)
        if not question:
            return
        with socket.socket(type=socket.SOCK_DGRAM) as asking, suppress(TimeoutError):
            asking.settimeout(5)
            asking.sendto(question, upstream)
            udp.sendto(change(asking.recv(65535)), asker)
