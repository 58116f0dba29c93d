"""The socket, TLS, HTTP and sign-in of the Exchange server."""

import base64
import binascii
from collections import Counter
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import Self

from tests.rig.authority import Authority

from .mailbox import ExchangeMailbox
from .operations import answer
from .soap import M, Refusal, request

PATH = "/EWS/Exchange.asmx"


@dataclass(frozen=True)
class Fault:
    """What an operation meets instead of its answer; `after` counts those that go well before."""

    operation: str
    after: int = 0
    times: int = 1
    status: int = 500
    refusal: Refusal | None = None
    body: bytes | None = None
    cut_at: int | None = None
    """After how many octets of the true answer the connection is closed."""
    headers: tuple[tuple[str, str], ...] = ()

    def is_met(self, number: int) -> bool:
        """Whether the request of that number meets it."""
        return self.after < number <= self.after + self.times


class ExchangeServer:
    """An Exchange server on a loopback port, with mailboxes and their passwords."""

    def __init__(self, authority: Authority) -> None:
        self._context = authority.server().server_context()
        self._people: dict[str, tuple[str, ExchangeMailbox]] = {}
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._http.socket = self._context.wrap_socket(
            self._http.socket, server_side=True, do_handshake_on_connect=False
        )
        self._thread = Thread(target=self._http.serve_forever, args=(0.05,), daemon=True)
        self._lock = Lock()
        self.asked: Counter[str] = Counter()
        """How often each operation was asked for."""
        self.faults: list[Fault] = []

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

    def add(self, address: str, *, username: str, password: str) -> ExchangeMailbox:
        """Make a mailbox that one may sign in to."""
        mailbox = ExchangeMailbox(address)
        self._people[username] = (password, mailbox)
        return mailbox

    def signed_in(self, authorization: str | None) -> ExchangeMailbox | None:
        """Return whose mailbox it is by HTTP's basic authentication (RFC 7617)."""
        scheme, _, coded = (authorization or "").partition(" ")
        try:
            username, _, password = base64.b64decode(coded, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return None
        expected, mailbox = self._people.get(username, (None, None))
        return mailbox if scheme == "Basic" and password == expected else None

    def answered(self, mailbox: ExchangeMailbox, body: bytes) -> tuple[int, bytes, Fault | None]:
        """Return status and content of the answer, and the fault that goes with it."""
        with self._lock:
            try:
                asked = request(body)
                operation = asked.tag.removeprefix(f"{{{M}}}")
                self.asked[operation] += 1
                fault = self._fault(operation)
                if fault and fault.refusal:
                    raise fault.refusal
                if fault and fault.body is not None:
                    return fault.status, fault.body, fault
                return 200, answer(mailbox, asked), fault
            except Refusal as refusal:
                return 500, refusal.fault(), None

    def _fault(self, operation: str) -> Fault | None:
        number = self.asked[operation]
        met = (f for f in self.faults if f.operation == operation and f.is_met(number))
        return next(met, None)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            timeout = 10

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
                mailbox = server.signed_in(self.headers.get("Authorization"))
                if self.path != PATH:
                    self._say(404, b"", None)
                elif mailbox is None:
                    self._say(401, b"", None)
                else:
                    self._say(*server.answered(mailbox, body))

            def _say(self, status: int, content: bytes, fault: Fault | None) -> None:
                self.send_response(status)
                self.send_header("Content-Type", "text/xml; charset=utf-8")
                self.send_header("Content-Length", str(len(content)))
                if status == 401:
                    self.send_header("WWW-Authenticate", 'Basic realm="localhost"')
                for name, value in fault.headers if fault else ():
                    self.send_header(name, value)
                self.end_headers()
                cut_at = fault.cut_at if fault else None
                self.wfile.write(content[:cut_at])
                self.close_connection = self.close_connection or cut_at is not None

            def log_message(self, *said: object) -> None:
                """Say nothing: tests read what a program writes."""

        return Handler
