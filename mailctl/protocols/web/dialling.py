"""An encrypted connection to a web server, at addresses that were looked at before.

To be imported where it is used: ssl costs every start of the program.
"""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress

from mailctl.domain.resolution import Outcome
from mailctl.errors import TlsFailure
from mailctl.protocols import redirects, safe_words, tls
from mailctl.protocols.dns import DnsNameServer
from mailctl.protocols.network import Network, is_literal, is_loopback
from mailctl.protocols.public_addresses import is_public
from mailctl.protocols.safe_words import own
from mailctl.protocols.trace import SILENT, Conversation
from mailctl.protocols.web.places import PORT, NoDocument

CONNECT_S = 2.0
_MOST_ADDRESSES = 3
_BUFFER_BYTES = 16 * 1024

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def whereabouts(host: str, network: Network, names: DnsNameServer) -> list[tuple[str, int]]:
    """Return the addresses and ports to connect to. Raises NoDocument where there is none.

    Where a person sends the host elsewhere it goes there, wherever that is.
    """
    to_host, to_port = redirects.redirected(network.connect_to, host, PORT)
    if to_host != host:
        return [(address, to_port) for address in await _as_told(to_host, network, names)]
    found = await _addresses(host, names)
    allowed = [address for address in found if is_public(address)]
    if not allowed:
        raise NoDocument(Outcome.REJECTED, f"{host} is at a private address ({found[0]})")
    return [(address, to_port) for address in allowed[:_MOST_ADDRESSES]]


@asynccontextmanager
async def connected(
    host: str,
    places: Sequence[tuple[str, int]],
    context: ssl.SSLContext,
    told: Conversation = SILENT,
) -> AsyncIterator[Streams]:
    """Yield the streams of a connection that is verified to be with the host, and end it.

    Raises NoDocument.
    """
    begun = told.now()
    sock = await _first_connected(host, places)
    if told.is_heard:
        where = safe_words.host(sock.getpeername()[0])
        told.happened(own("connected to"), where, since=begun)
    begun = told.now()
    try:
        reader, writer = await asyncio.open_connection(
            sock=sock, ssl=context, server_hostname=host, limit=_BUFFER_BYTES
        )
    except (OSError, ValueError) as error:
        tls.tell_failure(told, error, since=begun)
        raise _insecure(host, error) from error
    except asyncio.CancelledError:
        # asyncio would wait for the server's farewell, and the loop may end before it
        with suppress(OSError):
            sock.shutdown(socket.SHUT_RDWR)
        raise
    tls.tell_handshake(told, writer.get_extra_info("ssl_object"), since=begun)
    try:
        yield reader, writer
    finally:
        # A farewell would wait for an answer, which not every server gives.
        writer.transport.abort()


async def _as_told(host: str, network: Network, names: DnsNameServer) -> list[str]:
    if network.nameserver and not is_literal(host) and not is_loopback(host):
        return await _addresses(host, names)
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise NoDocument(Outcome.MISS, f"{host} has no address") from error
    return [str(where[0]) for *_, where in found]


async def _addresses(host: str, names: DnsNameServer) -> list[str]:
    answer = await names.addresses(host)
    if answer.outcome is Outcome.HIT:
        return list(answer.addresses)
    is_absent = answer.outcome in {Outcome.NXDOMAIN, Outcome.NODATA}
    raise NoDocument(Outcome.MISS if is_absent else answer.outcome, answer.detail)


async def _first_connected(host: str, places: Sequence[tuple[str, int]]) -> socket.socket:
    failures: list[OSError] = []
    for address, port in places:
        try:
            return await _dialled(address, port)
        except OSError as error:
            failures.append(error)
    raise _unreachable(host, failures[0]) from failures[0]


async def _dialled(address: str, port: int) -> socket.socket:
    sock = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET)
    try:
        sock.setblocking(False)
        async with asyncio.timeout(CONNECT_S):
            await asyncio.get_running_loop().sock_connect(sock, (address, port))
    except BaseException:
        sock.close()
        raise
    return sock


def _unreachable(host: str, error: OSError) -> NoDocument:
    match error:
        case ConnectionRefusedError():
            return NoDocument(Outcome.MISS, f"{host} refused the connection")
        case TimeoutError():
            return NoDocument(Outcome.TIMEOUT, f"{host} did not answer")
        case _:
            said = (error.strerror or "network error").lower()
            return NoDocument(Outcome.TIMEOUT, f"{host} cannot be reached: {said}")


def _insecure(host: str, error: Exception) -> NoDocument:
    failure = tls.failure(host, error)
    if isinstance(failure, TlsFailure):
        return NoDocument(Outcome.REJECTED, failure.sentence)
    is_late = isinstance(error, TimeoutError)
    return NoDocument(Outcome.TIMEOUT if is_late else Outcome.MISS, failure.sentence)
