"""The socket, TLS, HTTP and sign-in of the Exchange server."""

import base64
import binascii
import socket
import ssl
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import Self

from tests.rig.authority import Authority, Certificate

from .autodiscover import JSON_PATH, POX_PATH, Autodiscover
from .mailbox import ExchangeMailbox
from .ntlm import Refused
from .operations import answer, sources_of
from .people import People, Person
from .soap import M, Refusal, refused, request, require_version, response

PATH = "/EWS/Exchange.asmx"
ANY = "*"
"""Stands for whatever is asked, before anybody is let in."""
_BEARER = (
    'Bearer client_id="00000002-0000-0ff1-ce00-000000000000", token_types="app_asserted_user_v1"'
)


@dataclass(frozen=True)
class Fault:
    """What an operation meets instead of its answer; `after` counts those that go well before."""

    operation: str
    after: int = 0
    times: int = 1
    status: int = 500
    refusal: Refusal | None = None
    is_of_the_item: bool = False
    """Whether it is refused in an answer that is one otherwise, not as a SOAP fault."""
    body: bytes | None = None
    cut_at: int | None = None
    """After how many octets of the true answer the connection is closed."""
    headers: tuple[tuple[str, str], ...] = ()
    made_of: Callable[[bytes], bytes] = bytes
    """What becomes of the true answer."""
    reason: str | None = None
    """What stands beside the status."""

    def is_met(self, number: int) -> bool:
        """Whether the request of that number meets it."""
        return self.after < number <= self.after + self.times

    @property
    def pause_s(self) -> float:
        """For how long nobody may ask again."""
        back_off_ms = self.refusal.back_off_ms if self.refusal else None
        retry_after = dict(self.headers).get("Retry-After", "0")
        return (back_off_ms or 0) / 1000 or float(retry_after if retry_after.isdecimal() else 0)


class _Http(ThreadingHTTPServer):
    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of clients that hang up: tests read what a program writes."""


class ExchangeServer:
    """An Exchange server on a loopback port, with mailboxes and their passwords."""

    def __init__(self, authority: Authority, *, certificate: Certificate | None = None) -> None:
        certificate = certificate or authority.server()
        self._context = certificate.server_context()
        shown = certificate.chain_file.read_text().partition("-----END CERTIFICATE-----")
        self.people = People(ssl.PEM_cert_to_DER_cert(shown[0] + shown[1]))
        self.autodiscover = Autodiscover(url="")
        self.newest = "Exchange2016"
        """The newest version of the protocol that it knows."""
        self._http = _Http(("127.0.0.1", 0), self._handler())
        self._http.socket = self._context.wrap_socket(
            self._http.socket, server_side=True, do_handshake_on_connect=False
        )
        self._thread = Thread(target=self._http.serve_forever, args=(0.05,), daemon=True)
        self._lock = Lock()
        self.asked: Counter[str] = Counter()
        """How often each operation was asked for."""
        self.states: list[str] = []
        """The states from which the changes of folders were asked for, "" for all of them."""
        self.sources: Counter[str] = Counter()
        """How often the source of each item was given."""
        self.faults: list[Fault] = []
        self.before_answer: Callable[[str], None] = lambda operation: None
        """Is called with each operation that is asked for, before anything comes of it."""
        self.requests: list[tuple[str, int]] = []
        """Every request by its operation, or its path, and the status of the answer."""
        self.impatient = 0
        """How many requests came while nobody was to ask."""
        self._rests_until = 0.0
        self._connections: list[socket.socket] = []

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *failure: object) -> None:
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()

    @property
    def port(self) -> int:
        """The port it listens at."""
        return int(self._http.server_address[1])

    @property
    def url(self) -> str:
        """The address of the web service."""
        return f"https://localhost:{self.port}{PATH}"

    def add(self, address: str, *, username: str, password: str, upn: str = "") -> ExchangeMailbox:
        """Make a mailbox that one may sign in to."""
        mailbox = ExchangeMailbox(address)
        mailbox.deliver = self._deliver
        self.people.add(mailbox, username=username, password=password, upn=upn or address)
        return mailbox

    def _deliver(self, address: str, mime: bytes) -> None:
        """Put a mail into the inbox of whoever has one here."""
        mailbox = self.people.mailboxes.get(address.lower())
        if mailbox is not None:
            mailbox.put(mime)

    def answered(self, person: Person, body: bytes) -> tuple[int, bytes, Fault | None]:
        """Return status and content of the answer, and the fault that goes with it."""
        with self._lock:
            try:
                asked = request(body)
                operation = asked.tag.removeprefix(f"{{{M}}}")
                self.asked[operation] += 1
                self.before_answer(operation)
                if operation == "SyncFolderItems":
                    self.states.append(asked.findtext(f"{{{M}}}SyncState") or "")
                require_version(body, self.newest)
                fault = self._fault(operation)
                if fault and fault.refusal and fault.is_of_the_item:
                    return 200, response(operation, [fault.refusal.message(operation)]), fault
                if fault and fault.refusal:
                    raise fault.refusal
                if fault and fault.body is not None:
                    return fault.status, fault.body, fault
                try:
                    mailbox = self.people.mailbox(person, body)
                except Refusal as refusal:
                    return 200, refused(asked, refusal), fault
                said = answer(mailbox, asked)
                self.sources.update(sources_of(asked, mailbox))
                return 200, fault.made_of(said) if fault else said, fault
            except Refusal as refusal:
                return 500, refusal.fault(), None

    def hang_up(self) -> None:
        """Close every connection."""
        for connection in self._connections:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def met_at_the_door(self) -> Fault | None:
        """Return the fault that a request meets whoever sends it; note who does not wait."""
        with self._lock:
            self.asked[ANY] += 1
            self.impatient += time.monotonic() < self._rests_until
            return self._fault(ANY)

    def _fault(self, operation: str) -> Fault | None:
        number = self.asked[operation]
        met = (f for f in self.faults if f.operation == operation and f.is_met(number))
        fault = next(met, None)
        if fault and fault.pause_s:
            # what is on its way may still come
            self._rests_until = time.monotonic() + fault.pause_s - 0.01
        return fault

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            timeout = 10

            person: Person | None = None
            """Whom the connection belongs to, by NTLM."""

            def setup(self) -> None:
                super().setup()
                self._handshake = server.people.handshake()
                server._connections.append(self.connection)

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
                fault = server.met_at_the_door()
                if fault is not None:
                    content = fault.refusal.fault() if fault.refusal else fault.body or b""
                    self._say(fault.status, content, fault)
                elif self._is_sent_on():
                    self._say(302, b"", None)
                elif self.path not in (PATH, POX_PATH):
                    self._say(404, b"", None)
                else:
                    self._answer(body)

            def do_GET(self) -> None:
                path, _, query = self.path.partition("?")
                if self._is_sent_on():
                    self._say(302, b"", None)
                elif path.startswith(JSON_PATH):
                    self._say(*server.autodiscover.by_json(query), None)
                else:
                    self._say(404, b"", None)

            def _is_sent_on(self) -> bool:
                is_asked = self.path.startswith("/autodiscover/")
                if is_asked:
                    server.autodiscover.hosts.append(self.headers.get("Host", ""))
                return is_asked and server.autodiscover.moved_to is not None

            def _answer(self, body: bytes) -> None:
                person = self._person()
                if isinstance(person, bytes):
                    self._say(401, b"", None, challenge=person)
                elif person is None:
                    self._say(401, b"", None)
                elif self.path == POX_PATH:
                    has_it = server.autodiscover.has_pox
                    answer = server.autodiscover.by_pox(body) if has_it else (404, b"")
                    self._say(*answer, None)
                else:
                    self._say(*server.answered(person, body), body=body)

            def _person(self) -> Person | bytes | None:
                """Return who asks, or what the handshake goes on with."""
                scheme, _, shown = self.headers.get("Authorization", "").partition(" ")
                if scheme and scheme not in server.people.offers:
                    return None
                match scheme:
                    case "Basic":
                        return server.people.by_password(shown)
                    case "Bearer":
                        return server.people.by_token(shown)
                    case "NTLM" | "Negotiate":
                        return self._shaken(shown)
                return self.person

            def _shaken(self, shown: str) -> Person | bytes | None:
                try:
                    message = base64.b64decode(shown, validate=True)
                    if not self._handshake.challenge:
                        self.person = None
                        return self._handshake.challenged(message)
                except (binascii.Error, Refused):
                    return None
                self.person = server.people.by_handshake(self._handshake, message)
                self._handshake = server.people.handshake()
                return self.person

            def _say(
                self,
                status: int,
                content: bytes,
                fault: Fault | None,
                *,
                challenge: bytes = b"",
                body: bytes = b"",
            ) -> None:
                asked = next((o for o in server.asked if f":{o}".encode() in body), self.path)
                server.requests.append((asked, status))
                self.send_response(status, fault.reason if fault else None)
                self.send_header("Content-Type", "text/xml; charset=utf-8")
                self.send_header("Content-Length", str(len(content)))
                for scheme in server.people.offers if status == 401 else ():
                    self.send_header("WWW-Authenticate", self._offer(scheme, challenge))
                if status == 302 and server.autodiscover.moved_to:
                    self.send_header("Location", server.autodiscover.moved_to)
                for name, value in fault.headers if fault else ():
                    self.send_header(name, value)
                cut_at = fault.cut_at if fault else None
                with suppress(OSError):  # who asked has gone
                    self.end_headers()
                    self.wfile.write(content[:cut_at])
                self.close_connection = self.close_connection or cut_at is not None

            def _offer(self, scheme: str, challenge: bytes) -> str:
                if scheme == "Basic":
                    return 'Basic realm="localhost"'
                if scheme == "Bearer":
                    return _BEARER
                asked_for = self.headers.get("Authorization", "").partition(" ")[0]
                if challenge and scheme == asked_for:
                    return f"{scheme} {base64.b64encode(challenge).decode()}"
                return scheme

            def log_message(self, *said: object) -> None:
                """Say nothing: tests read what a program writes."""

        return Handler
