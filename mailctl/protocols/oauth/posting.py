"""One POST of a form to an issuer, within bounds of time and size (RFC 9112)."""

import re
import time
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from urllib.parse import urlsplit

import h11

from mailctl.domain.secret import Secret
from mailctl.errors import BadUsage, ServerRefused, Unreachable
from mailctl.ports import Clock
from mailctl.protocols import safe_words
from mailctl.protocols.network import Network, is_loopback
from mailctl.protocols.pacing import PacedSocket
from mailctl.protocols.safe_words import own

LONGEST_BODY = 256 * 1024
_LONGEST_HEAD = 16 * 1024
# Chunks of a few bytes each come with more around them than in them.
_MOST_READ = _LONGEST_HEAD + 2 * LONGEST_BODY
_READ_BYTES = 16 * 1024
_TIME_LIMIT_S = 20.0
_LONGEST_PAUSE_S = 3600.0
_ADDRESS = re.compile(r"[\x21-\x7e]+")


@dataclass(frozen=True)
class Form:
    """What is posted where; `secrets` are those that no error may repeat."""

    url: str
    body: Secret
    secrets: tuple[Secret, ...]


@dataclass(frozen=True)
class Answer:
    """What an issuer answered, whatever its status."""

    host: str
    status: int
    body: Secret
    """Holds tokens where all went well; what is no text in UTF-8 is empty."""
    retry_after_s: float | None = None

    @property
    def is_success(self) -> bool:
        """Whether the status says that all went well."""
        return HTTPStatus.OK <= self.status < HTTPStatus.MULTIPLE_CHOICES


@dataclass(frozen=True)
class Place:
    """An issuer's address, taken apart."""

    host: str
    port: int
    target: str
    is_encrypted: bool

    @property
    def host_header(self) -> str:
        """What a request calls the server (RFC 9112 section 3.2): its port too, where unusual."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == (443 if self.is_encrypted else 80) else f"{host}:{self.port}"


def place(url: str) -> Place:
    """Return where secrets may go: HTTPS, or plain HTTP to this machine. Raises BadUsage."""
    found = _parsed(url)
    if found is None:
        raise BadUsage(
            f"{url!r} is no address of an OAuth issuer",
            hint="give an address that begins with https://",
        )
    if not found.is_encrypted and not is_loopback(found.host):
        raise BadUsage(
            f"{found.host} would get secrets without encryption",
            hint="give an address that begins with https://",
        )
    return found


def post(network: Network, form: Form, now: Clock, *, timeout_s: float = _TIME_LIMIT_S) -> Answer:
    """Return what the issuer answers to the form. It is sent once, and no redirect is followed.

    Raises Unreachable, TlsFailure, ServerRefused for what is no answer, or BadUsage.
    """
    where = place(form.url)
    deadline = time.monotonic() + timeout_s
    sock = network.open(where.host, where.port, timeout_s, idle_s=timeout_s, protocol="oauth")
    try:
        sock.pace.begin(at_most_s=deadline - time.monotonic())
        if where.is_encrypted:
            sock = network.wrap(sock, where.host, network.tls_context())
            sock.pace.begin(at_most_s=deadline - time.monotonic())
        return _Exchange(where, sock).answer(form, now)
    finally:
        sock.close()


def _parsed(url: str) -> Place | None:
    if not _ADDRESS.fullmatch(url):
        return None
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    if parts.scheme not in {"https", "http"} or not host or parts.username is not None:
        return None
    is_encrypted = parts.scheme == "https"
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Place(host, port or (443 if is_encrypted else 80), target, is_encrypted)


class _Exchange:
    """A request and its answer over a connection of its own."""

    def __init__(self, where: Place, sock: PacedSocket) -> None:
        self._where = where
        self._sock = sock
        self._http = h11.Connection(h11.CLIENT, max_incomplete_event_size=_LONGEST_HEAD)
        self._buffer = bytearray(_READ_BYTES)
        self._bytes_read = 0
        self._is_over = False

    def answer(self, form: Form, now: Clock) -> Answer:
        told, begun = self._sock.told, self._sock.told.now()
        try:
            self._ask(form)
            head = self._head()
            told.received(safe_words.number(head.status_code), since=begun)
            self._require_answer(head)
            body = self._body()
            told.received(own("an answer"), safe_words.octets(len(body)))
        except h11.RemoteProtocolError:
            malformed = not self._is_over
        except TimeoutError as error:
            told.happened(own("broken off:"), safe_words.failure(error))
            raise Unreachable(f"{self._where.host} did not answer in time") from error
        except OSError as error:
            told.happened(own("broken off:"), safe_words.failure(error))
            raise self._broken() from error
        else:
            pause_s = _pause_s(_header(head, b"retry-after"), now)
            return Answer(self._where.host, head.status_code, _text(body), pause_s)
        # Raised here for h11's words may quote the answer, and so hold a token.
        raise self._refused("does not speak HTTP as it should") if malformed else self._broken()

    def _ask(self, form: Form) -> None:
        body = form.body.reveal().encode("ascii")
        headers = [
            ("Host", self._where.host_header),
            ("User-Agent", "mailctl"),
            ("Accept", "application/json"),
            ("Accept-Encoding", "identity"),
            ("Content-Type", "application/x-www-form-urlencoded"),
            ("Content-Length", str(len(body))),
            ("Connection", "close"),
        ]
        request = h11.Request(method="POST", target=self._where.target, headers=headers)
        told_url, size = safe_words.url(form.url), safe_words.octets(len(body))
        self._sock.told.sent(own("POST"), told_url, own("a form"), size)
        head = self._http.send(request) or b""
        self._sock.sendall(head + (self._http.send(h11.Data(data=body)) or b""))
        self._http.send(h11.EndOfMessage())

    def _head(self) -> h11.Response:
        while True:
            event = self._event(_LONGEST_HEAD, "sends a header longer than 16 KiB")
            if isinstance(event, h11.Response):
                return event

    def _require_answer(self, head: h11.Response) -> None:
        if HTTPStatus.MULTIPLE_CHOICES <= head.status_code < HTTPStatus.BAD_REQUEST:
            # What was posted holds secrets, which no server may send on to another.
            raise self._refused("redirects to elsewhere, where no secret goes")
        if (_header(head, b"content-encoding") or "identity").lower() != "identity":
            raise self._refused("sends its answer compressed")

    def _body(self) -> bytes:
        body = bytearray()
        while True:
            event = self._event(_MOST_READ, "sends far more than an answer")
            if isinstance(event, h11.Data):
                body += event.data
            if len(body) > LONGEST_BODY:
                raise self._refused("sends an answer longer than 256 KiB")
            if isinstance(event, h11.EndOfMessage):
                return bytes(body)

    def _event(self, at_most: int, too_long: str) -> h11.Event:
        while True:
            event = self._http.next_event()
            if isinstance(event, h11.ConnectionClosed):
                raise self._broken()
            if isinstance(event, h11.Event):
                return event
            room = min(_READ_BYTES, at_most - self._bytes_read)
            if room <= 0:
                raise self._refused(too_long)
            count = self._sock.recv_into(self._buffer, room)
            self._bytes_read += count
            self._is_over = not count
            self._http.receive_data(bytes(self._buffer[:count]))

    def _refused(self, what: str) -> ServerRefused:
        return ServerRefused(f"{self._where.host} {what}", hint="check the addresses of the issuer")

    def _broken(self) -> Unreachable:
        return Unreachable(f"{self._where.host} closed the connection before the end")


def _header(head: h11.Response, wanted: bytes) -> str | None:
    found = (value.decode("latin-1").strip() for name, value in head.headers if name == wanted)
    return next(found, None)


def _text(body: bytes) -> Secret:
    try:
        return Secret(body.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return Secret("")


def _pause_s(said: str | None, now: Clock) -> float | None:
    """Return the seconds of a Retry-After, an hour at most (RFC 9110 section 10.2.3)."""
    if said is None:
        return None
    if re.fullmatch(r"[0-9]{1,9}", said):
        return min(float(said), _LONGEST_PAUSE_S)
    try:
        until = parsedate_to_datetime(said)
    except ValueError:
        return None
    if until.tzinfo is None:
        return None
    return min(max((until - now()).total_seconds(), 0.0), _LONGEST_PAUSE_S)
