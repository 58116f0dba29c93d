"""A question to the name servers and what became of it.

To be imported where it is used: dnspython costs every start of the program.
"""

import asyncio
import socket
from dataclasses import dataclass
from typing import Any

import dns.asyncbackend
import dns.asyncresolver
import dns.exception
import dns.inet
import dns.message
import dns.name
import dns.nameserver
import dns.resolver

from mailctl.domain.resolution import Outcome
from mailctl.protocols import safe_words
from mailctl.protocols.safe_words import Safe
from mailctl.protocols.slots import Slots
from mailctl.protocols.trace import Conversation

_AT_ONCE = 128
_OF_HOSTS = frozenset(("A", "AAAA", "CNAME", "MX", "SRV"))
_KINDS = _OF_HOSTS | {"TXT"}
_LARGEST_DATAGRAM = 65535
_NOUNS = {"A": "address", "AAAA": "address", "CNAME": "alias"}
_NO_RECORDS = b"\0\0"
_UNREADABLE = (dns.exception.DNSException, ValueError, IndexError)
_NO_NAMES = (
    UnicodeError,
    dns.name.LabelTooLong,
    dns.name.EmptyLabel,
    dns.name.NameTooLong,
    dns.name.BadEscape,
)


@dataclass(frozen=True)
class Failure:
    """Why there are no records."""

    outcome: Outcome
    detail: str


class Questions:
    """Asks the given name server, or those of the system, about many names side by side."""

    def __init__(
        self,
        nameserver: tuple[str, int] | None,
        lifetime_s: float,
        try_s: float,
        told: Conversation,
    ) -> None:
        self._told = told
        self._nameserver = nameserver
        self._lifetime_s = lifetime_s
        self._try_s = try_s
        self._resolver: dns.asyncresolver.Resolver | None = None
        # Each question has a socket, and some systems give a process no more than 256.
        self._slots = Slots(_AT_ONCE)

    async def ask(self, name: str, kind: str, *, subject: str) -> list[Any] | Failure:
        """Return the records that the name has of that kind, or why there are none.

        `subject` is how the detail of a failure calls the name.
        """
        if not self._told.is_heard:
            return await self._said(name, kind, subject)
        question = (safe_words.known(kind, _KINDS), safe_words.host(name))
        begun = self._told.now()
        self._told.sent(*question)
        said = await self._said(name, kind, subject)
        if isinstance(said, Failure):
            answer = safe_words.known(said.outcome, list(Outcome))
        else:
            answer = _told_records(said, kind)
        self._told.received(*question, answer, since=begun)
        return said

    async def _said(self, name: str, kind: str, subject: str) -> list[Any] | Failure:
        try:
            absolute = dns.name.from_text(name.rstrip(".") + ".")
            async with self._slots:
                answer = await self._opened().resolve(
                    absolute, kind, search=False, backend=dns.asyncbackend.get_backend("asyncio")
                )
        except (*_NO_NAMES, dns.exception.DNSException, OSError) as error:
            return _failure(error, kind, subject)
        return list(answer)

    def _opened(self) -> dns.asyncresolver.Resolver:
        if self._resolver is None:
            self._resolver = dns.asyncresolver.Resolver(configure=self._nameserver is None)
            self._resolver.lifetime = self._lifetime_s
            self._resolver.timeout = self._try_s
            self._resolver.nameservers = self._servers(self._resolver)
        return self._resolver

    def _servers(self, resolver: dns.asyncresolver.Resolver) -> "list[str | _Server]":
        if self._nameserver is not None:
            return [_Server(*self._nameserver)]
        known = (str(server) for server in resolver.nameservers)
        return [_Server(address, resolver.port) for address in known]


def _told_records(records: list[Any], kind: str) -> Safe:
    """Return what records say that name hosts; of others how many there are."""
    if kind not in _OF_HOSTS:
        return safe_words.run((safe_words.own("records: "), safe_words.number(len(records))))
    return safe_words.listed([safe_words.host(record.to_text()) for record in records])


class _Server(dns.nameserver.Do53Nameserver):
    """Asks over a bare socket.

    dnspython's own way costs half as much again, and on Python 3.11 its wait_for() can
    lose a cancellation.
    """

    async def async_query(
        self,
        request: dns.message.QueryMessage,
        timeout: float,
        source: str | None,
        source_port: int,
        max_size: bool,
        backend: Any,
        one_rr_per_rrset: bool = False,
        ignore_trailing: bool = False,
    ) -> dns.message.Message:
        """Return the answer to the request. Raises what dnspython's resolver expects."""
        if max_size:
            return await super().async_query(
                request, timeout, source, source_port, max_size, backend
            )
        family = dns.inet.af_for_address(self.address)
        where = dns.inet.low_level_address_tuple((self.address, self.port), family)
        with socket.socket(family, socket.SOCK_DGRAM) as sock:
            sock.setblocking(False)
            sock.connect(where)
            sock.send(request.to_wire())
            try:
                async with asyncio.timeout(timeout):
                    return await _response(sock, request)
            except TimeoutError as error:
                raise dns.exception.Timeout from error


async def _response(sock: socket.socket, request: dns.message.QueryMessage) -> dns.message.Message:
    """Return the first datagram that answers the request; anybody may send others."""
    loop = asyncio.get_running_loop()
    while True:
        wire = await loop.sock_recv(sock, _LARGEST_DATAGRAM)
        try:
            # Most answers say that there is nothing: why, nobody reads.
            is_empty = wire[6:8] == _NO_RECORDS
            said = dns.message.from_wire(wire, question_only=is_empty, raise_on_truncation=True)
        except dns.message.Truncated as error:
            if request.is_response(error.kwargs["message"]):
                raise
        except _UNREADABLE:
            continue
        else:
            if request.is_response(said):
                return said


def _failure(error: Exception, kind: str, subject: str) -> Failure:
    match error:
        case dns.resolver.NXDOMAIN():
            return Failure(Outcome.NXDOMAIN, f"{subject} does not exist")
        case dns.resolver.NoAnswer():
            return Failure(Outcome.NODATA, f"{subject} has no {_NOUNS.get(kind, f'{kind} record')}")
        case dns.exception.Timeout():
            return Failure(Outcome.TIMEOUT, "no name server answered in time")
        case dns.resolver.NoNameservers():
            return _no_server(error, subject)
        case dns.resolver.NoResolverConfiguration():
            return Failure(Outcome.SERVFAIL, "this machine has no name server configured")
        case dns.resolver.YXDOMAIN():
            return Failure(Outcome.SERVFAIL, "the name server answered YXDOMAIN")
        case _ if isinstance(error, _NO_NAMES):
            return Failure(Outcome.NXDOMAIN, "this cannot be a domain")
        case _:
            return Failure(Outcome.SERVFAIL, "the name server's answer makes no sense")


def _no_server(error: dns.resolver.NoNameservers, subject: str) -> Failure:
    """Return why no server gave an answer: an answer's code where one came at all."""
    said = [attempt[3] for attempt in error.kwargs.get("errors", ())]
    if any(isinstance(attempt, dns.message.ChainTooLong) for attempt in said):
        return Failure(Outcome.SERVFAIL, f"the aliases of {subject} are a loop, or far too many")
    if "REFUSED" in said:
        return Failure(Outcome.REFUSED, "the name server refuses to answer")
    if "SERVFAIL" in said:
        return Failure(Outcome.SERVFAIL, "the name server failed (SERVFAIL)")
    if said and all(isinstance(attempt, OSError) for attempt in said):
        return Failure(Outcome.TIMEOUT, "the name server cannot be reached")
    return Failure(Outcome.SERVFAIL, "no name server gave a usable answer")
