"""From a URL to a document, over redirects."""

from functools import cached_property
from typing import TYPE_CHECKING

from mailctl.domain.answers import WebAnswer
from mailctl.domain.resolution import Outcome
from mailctl.errors import TlsFailure
from mailctl.protocols import safe_words
from mailctl.protocols.dns import DnsNameServer
from mailctl.protocols.network import Network
from mailctl.protocols.web.places import PORT, NoDocument, Place, place, redirected

if TYPE_CHECKING:  # h11 and ssl cost every start of the program
    import ssl

    from mailctl.protocols.slots import Slots
    from mailctl.protocols.web.exchange import Reply

EXCHANGE_S = 5.0
_MOST_REDIRECTS = 3
_AT_ONCE = 64


class HttpsWeb:
    """Fetches small documents by verified HTTPS from public addresses.

    A document and all redirects to it may take `exchange_s`.
    """

    def __init__(
        self, network: Network, names: DnsNameServer, *, exchange_s: float = EXCHANGE_S
    ) -> None:
        self._network = network
        self._names = names
        self._exchange_s = exchange_s

    async def get(self, url: str, /, *, stays_at: str | None = None) -> WebAnswer:
        """Return the document, or the outcome that says why there is none.

        What a URL holds may be for the hosts at and below `stays_at` only.
        """
        import asyncio

        visited: list[Place] = []
        try:
            visited.append(place(url))
            async with self._slots, asyncio.timeout(self._exchange_s):
                return await self._followed(visited, stays_at)
        except NoDocument as no:
            last = visited[-1].url if visited else url
            return WebAnswer(no.outcome, last, detail=no.detail, status=no.status)
        except TimeoutError:
            detail = f"no complete answer within {self._exchange_s:g} s"
            return WebAnswer(Outcome.TIMEOUT, visited[-1].url, detail=detail)

    async def _followed(self, visited: list[Place], stays_at: str | None) -> WebAnswer:
        """Return the document, each place on the way to it added to those visited."""
        start = visited[0]
        while True:
            reply = await self._reply(visited[-1])
            if reply.location is None:
                return WebAnswer(Outcome.HIT, visited[-1].url, reply.body, status=200)
            following = redirected(visited[-1], reply.location)
            if stays_at and not f".{following.host}".endswith(f".{stays_at}"):
                detail = f"{start.host} redirects to {following.host}, which may not be told"
                raise NoDocument(Outcome.REJECTED, detail)
            if following in visited:
                raise NoDocument(Outcome.REJECTED, f"{start.host} redirects in a loop")
            if len(visited) > _MOST_REDIRECTS:
                detail = f"{start.host} redirects more than {_MOST_REDIRECTS} times"
                raise NoDocument(Outcome.REJECTED, detail)
            visited.append(following)

    async def _reply(self, where: Place) -> "Reply":
        from mailctl.protocols.web import dialling, exchange

        told = self._network.told("https", f"{where.host}:{PORT}")
        try:
            addresses = await dialling.whereabouts(where.host, self._network, self._names)
            connected = dialling.connected(where.host, addresses, self._context, told)
            async with connected as streams:
                return await exchange.Exchange(where, *streams, told).reply()
        except NoDocument as no:
            told.happened(safe_words.known(no.outcome, list(Outcome)))
            raise

    @cached_property
    def _slots(self) -> "Slots":
        from mailctl.protocols.slots import Slots

        return Slots(_AT_ONCE)

    @cached_property
    def _context(self) -> "ssl.SSLContext":
        try:
            return self._network.tls_context()
        except TlsFailure as error:
            raise NoDocument(Outcome.REJECTED, error.sentence) from error
