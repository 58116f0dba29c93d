"""Name servers that misbehave or keep notes, each a context manager that knows its ADDRESS:PORT."""

import asyncio
import itertools
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, field

import dns.exception
import dns.message
import dns.rdatatype
import dns.rrset

from .processes import LOOPBACK, reserved_ports

_Asker = tuple[str, int]
# A server's usual buffer holds some 250 datagrams, so it gets no more than these at a time.
_OPEN_AT_MOST = 100
_BUFFER_BYTES = 16 * 1024 * 1024
_SO_RCVBUFFORCE = 33  # Linux, for root: SO_RCVBUF beyond what the system allows to others


@dataclass(frozen=True)
class Noting:
    """A name server and what it was asked, in order: ("corp.example", "MX")."""

    address: str
    questions: list[tuple[str, str]] = field(default_factory=list)


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
    """A name server, by UDP only, that answers like `upstream` (ADDRESS:PORT), but later.

    Each answer is late by itself: many questions at once take no longer than one.
    """
    return _relay(upstream, delay_s=delay_s)


def shouting_nameserver(upstream: str) -> AbstractContextManager[str]:
    """A name server, by UDP only, that answers like `upstream`, but in capital letters.

    Names may come back in any case, yet Knot stores them in lower case.
    """
    return _relay(upstream, change=_in_capitals)


@contextmanager
def noting_nameserver(upstream: str) -> Iterator[Noting]:
    """A name server, by UDP only, that answers like `upstream` and knows what it was asked."""
    questions: list[tuple[str, str]] = []

    def note(packet: bytes) -> None:
        with suppress(dns.exception.DNSException):
            (asked,) = dns.message.from_wire(packet).question
            name = asked.name.to_text(omit_final_dot=True)
            questions.append((name, dns.rdatatype.to_text(asked.rdtype)))

    with _relay(upstream, note=note) as address:
        yield Noting(address, questions)


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


def _unchanged(answer: bytes) -> bytes:
    return answer


def _unnoted(_question: bytes) -> None:
    pass


@contextmanager
def _relay(
    upstream: str,
    *,
    delay_s: float = 0,
    change: Callable[[bytes], bytes] = _unchanged,
    note: Callable[[bytes], None] = _unnoted,
) -> Iterator[str]:
    host, _, port = upstream.rpartition(":")
    loop = asyncio.new_event_loop()
    with _roomy_socket() as front, _roomy_socket() as back:
        front.bind((LOOPBACK, 0))
        back.connect((host, int(port)))
        desk = _Desk(loop, front, back, delay_s=delay_s, change=change, note=note)
        loop.add_reader(front, desk.take_question)
        loop.add_reader(back, desk.take_answer)
        relay = threading.Thread(target=loop.run_forever)
        relay.start()
        try:
            yield f"{LOOPBACK}:{front.getsockname()[1]}"
        finally:
            loop.call_soon_threadsafe(loop.stop)
            relay.join()
            loop.close()


def _roomy_socket() -> socket.socket:
    """Return a socket that keeps thousands of datagrams until they are read."""
    udp = socket.socket(type=socket.SOCK_DGRAM)
    udp.setblocking(False)
    udp.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER_BYTES)
    with suppress(PermissionError):
        udp.setsockopt(socket.SOL_SOCKET, _SO_RCVBUFFORCE, _BUFFER_BYTES)
    return udp


@dataclass(frozen=True)
class _Desk:
    """Hands questions on under numbers of its own, for askers choose theirs without each other."""

    loop: asyncio.AbstractEventLoop
    front: socket.socket
    back: socket.socket
    delay_s: float
    change: Callable[[bytes], bytes]
    note: Callable[[bytes], None]
    _numbers: Iterator[int] = field(default_factory=itertools.count)
    _open: dict[bytes, tuple[_Asker, bytes, float]] = field(default_factory=dict)

    def take_question(self) -> None:
        with suppress(BlockingIOError):
            question, asker = self.front.recvfrom(65535)
            self.note(question)
            number = (next(self._numbers) % 65536).to_bytes(2)
            self._open[number] = (asker, question[:2], self.loop.time() + self.delay_s)
            if len(self._open) >= _OPEN_AT_MOST:
                self.loop.remove_reader(self.front)
            self.back.send(number + question[2:])

    def take_answer(self) -> None:
        with suppress(BlockingIOError):
            answer = self.back.recv(65535)
            asker, number, due = self._open.pop(answer[:2])
            self.loop.add_reader(self.front, self.take_question)
            later = self.change(number + answer[2:])
            if self.delay_s:
                self.loop.call_at(due, self._send, later, asker)
            else:
                self._send(later, asker)

    def _send(self, answer: bytes, asker: _Asker) -> None:
        with suppress(BlockingIOError):  # an asker without room loses it, as in the world outside
            self.front.sendto(answer, asker)
