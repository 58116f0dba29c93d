"""One request for a document and its answer, within bounds (RFC 9112).

To be imported where it is used: h11 costs every start of the program.
"""

import asyncio
from dataclasses import dataclass
from http import HTTPStatus

import h11

from mailctl.domain.resolution import Outcome
from mailctl.protocols import safe_words
from mailctl.protocols.safe_words import own
from mailctl.protocols.trace import SILENT, Conversation
from mailctl.protocols.web.places import NoDocument, Place

LONGEST_HEAD = 16 * 1024
LONGEST_BODY = 256 * 1024
# Chunks of a few bytes each come with more around them than in them.
_MOST_READ = LONGEST_HEAD + 2 * LONGEST_BODY
_READ_BYTES = 16 * 1024
_REDIRECTS = {301, 302, 303, 307, 308}


@dataclass(frozen=True)
class Reply:
    """What a server answered: a document, or where else it is."""

    body: bytes = b""
    location: str | None = None


class Exchange:
    """One GET over a connection of its own."""

    def __init__(
        self,
        place: Place,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        told: Conversation = SILENT,
    ) -> None:
        self._told = told
        self._place = place
        self._reader = reader
        self._writer = writer
        self._http = h11.Connection(h11.CLIENT, max_incomplete_event_size=LONGEST_HEAD)
        self._bytes_read = 0
        self._is_over = False

    async def reply(self) -> Reply:
        """Return what the server answers. Raises NoDocument for all but 200 and redirects."""
        try:
            begun = self._told.now()
            self._ask()
            head = await self._head()
            self._told.received(safe_words.number(head.status_code), since=begun)
            if head.status_code in _REDIRECTS:
                location = self._location(head)
                self._told.received(own("sends us to"), safe_words.url(location))
                return Reply(location=location)
            self._require_document(head)
            body = await self._body()
            self._told.received(own("a document"), safe_words.octets(len(body)))
            return Reply(body=body)
        except h11.RemoteProtocolError as error:
            if self._is_over:
                raise self._missing("closed the connection before the end") from error
            raise self._rejected("does not speak HTTP as it should") from error
        except TimeoutError:
            raise
        except OSError as error:
            raise self._missing("closed the connection") from error

    def _ask(self) -> None:
        headers = [
            ("Host", self._place.host),
            ("User-Agent", "mailctl"),
            ("Accept-Encoding", "identity"),
            ("Connection", "close"),
        ]
        self._told.sent(own("GET"), safe_words.url(self._place.url))
        request = h11.Request(method="GET", target=self._place.target, headers=headers)
        self._writer.write(self._http.send(request) or b"")
        self._http.send(h11.EndOfMessage())

    async def _head(self) -> h11.Response:
        while True:
            event = await self._event(LONGEST_HEAD, "sends a header longer than 16 KiB")
            if isinstance(event, h11.Response):
                return event

    def _location(self, head: h11.Response) -> str:
        for name, value in head.headers:
            if name == b"location":
                return value.decode("latin-1")
        raise self._missing("redirects nowhere", head.status_code)

    def _require_document(self, head: h11.Response) -> None:
        status = head.status_code
        if status != HTTPStatus.OK:
            raise NoDocument(Outcome.MISS, _status_line(status), status)
        for name, value in head.headers:
            if name == b"content-encoding" and value.strip().lower() not in {b"", b"identity"}:
                raise self._rejected("sends the document compressed", status)
            if name == b"content-length" and int(value) > LONGEST_BODY:
                raise self._too_long()

    async def _body(self) -> bytes:
        body = bytearray()
        while True:
            event = await self._event(_MOST_READ, "sends far more than a document")
            if isinstance(event, h11.Data):
                body += event.data
            if len(body) > LONGEST_BODY:
                raise self._too_long()
            if isinstance(event, h11.EndOfMessage):
                return bytes(body)

    async def _event(self, at_most: int, too_long: str) -> h11.Event:
        """Return the next event of at most so many bytes from the beginning on."""
        while True:
            event = self._http.next_event()
            if isinstance(event, h11.ConnectionClosed):
                raise self._missing("closed the connection before the end")
            if isinstance(event, h11.Event):
                return event
            room = min(_READ_BYTES, at_most - self._bytes_read)
            if room <= 0:
                raise self._rejected(too_long)
            data = await self._reader.read(room)
            self._bytes_read += len(data)
            self._is_over = not data
            self._http.receive_data(data)

    def _too_long(self) -> NoDocument:
        return self._rejected("sends a document longer than 256 KiB", int(HTTPStatus.OK))

    def _rejected(self, what: str, status: int | None = None) -> NoDocument:
        return NoDocument(Outcome.REJECTED, f"{self._place.host} {what}", status)

    def _missing(self, what: str, status: int | None = None) -> NoDocument:
        return NoDocument(Outcome.MISS, f"{self._place.host} {what}", status)


def _status_line(status: int) -> str:
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)
