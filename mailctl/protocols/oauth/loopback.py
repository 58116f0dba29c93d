"""A port on loopback to which a browser brings the issuer's answer (RFC 8252 section 7.3)."""

import selectors
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from mailctl.errors import ConsentRefused
from mailctl.protocols.oauth.callbacks import Fields, fields, is_answer

PATH = "/callback"
PATIENCE_S = 300.0
_HOST = "127.0.0.1"
_REQUEST_S = 5.0
_LONGEST_HEAD = 16 * 1024
_READ_BYTES = 4096
_MOST_CLIENTS = 32
_FAREWELL_S = 1.0


@dataclass
class _Client:
    """A connection whose request is still arriving."""

    sock: socket.socket
    ends_at: float
    head: bytearray = field(default_factory=bytearray)


@dataclass(frozen=True)
class Visit:
    """The one request that counts, its client waiting for a page."""

    found: Fields
    _sock: socket.socket

    def reply(self, sentence: str) -> None:
        """Show the browser a sentence, and let go of it."""
        _send(self._sock, "200 OK", sentence)


class Listener:
    """Waits for a browser; one that dawdles keeps no other from being heard.

    Selectors rather than asyncio: SIGTERM and Ctrl-C raise in the middle of this, and
    asyncio would swallow them.
    """

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._clients: dict[int, _Client] = {}
        self._selector = selectors.DefaultSelector()
        self._selector.register(sock, selectors.EVENT_READ)
        self.redirect_uri = f"http://{_HOST}:{sock.getsockname()[1]}{PATH}"

    def visit(self, patience_s: float) -> Visit:
        """Return the first request at our path that carries a code or an error.

        After that nobody is heard any more. Raises ConsentRefused where none came.
        """
        ends_at = time.monotonic() + patience_s
        while (left_s := ends_at - time.monotonic()) > 0:
            for key, _ in self._selector.select(min(left_s, self._patience_s())):
                if key.fileobj is self._sock:
                    self._welcome()
                elif visit := self._listen_to(self._clients[key.fd]):
                    self._close_door()
                    return visit
            self._drop_dawdlers()
        raise ConsentRefused(
            f"nobody came back from the browser within {_length(patience_s)}",
            hint="begin again; if the browser is on another machine, agree by device code "
            "or by pasting the address",
        )

    def close(self) -> None:
        """Let go of every socket."""
        self._close_door()
        self._selector.close()

    def _close_door(self) -> None:
        self._sock.close()
        for client in list(self._clients.values()):
            self._forget(client)
            client.sock.close()

    def _welcome(self) -> None:
        try:
            sock, _ = self._sock.accept()
        except OSError:  # gone again
            return
        sock.setblocking(False)
        if len(self._clients) >= _MOST_CLIENTS:
            oldest = next(iter(self._clients.values()))
            self._forget(oldest)
            oldest.sock.close()
        self._clients[sock.fileno()] = _Client(sock, time.monotonic() + _REQUEST_S)
        self._selector.register(sock, selectors.EVENT_READ)

    def _listen_to(self, client: _Client) -> Visit | None:
        try:
            received = client.sock.recv(_READ_BYTES)
        except OSError:
            received = b""
        client.head += received
        is_whole = b"\r\n\r\n" in client.head
        if received and not is_whole and len(client.head) < _LONGEST_HEAD:
            return None
        self._forget(client)
        if not is_whole:
            client.sock.close()
            return None
        found = _asked(bytes(client.head))
        if found is not None and is_answer(found):
            return Visit(found, client.sock)
        _send(client.sock, "404 Not Found", "There is nothing here.")
        return None

    def _patience_s(self) -> float:
        first_end = min((client.ends_at for client in self._clients.values()), default=None)
        return _REQUEST_S if first_end is None else max(first_end - time.monotonic(), 0.0)

    def _drop_dawdlers(self) -> None:
        now = time.monotonic()
        for client in [client for client in self._clients.values() if client.ends_at <= now]:
            self._forget(client)
            client.sock.close()

    def _forget(self, client: _Client) -> None:
        self._selector.unregister(client.sock)
        del self._clients[client.sock.fileno()]


@contextmanager
def listening() -> Iterator[Listener]:
    """Listen on a free port of 127.0.0.1 until the block ends, however it does."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as sock:
        sock.bind((_HOST, 0))
        sock.listen(_MOST_CLIENTS)
        sock.setblocking(False)
        listener = Listener(sock)
        try:
            yield listener
        finally:
            listener.close()


def _asked(head: bytes) -> Fields | None:
    """Return the fields of a request for our path, None for any other."""
    method, _, rest = head.partition(b"\r\n")[0].decode("latin-1").partition(" ")
    try:
        parts = urlsplit(rest.partition(" ")[0])
    except ValueError:
        return None
    return fields(parts.query) if method == "GET" and parts.path == PATH else None


def _send(sock: socket.socket, status: str, sentence: str) -> None:
    page = (
        "<!doctype html><html lang=en><meta charset=utf-8><title>mailctl</title>"
        f"<p>{sentence}</p></html>"
    ).encode("ascii")
    head = (
        f"HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\n"
        f"Content-Length: {len(page)}\r\nCache-Control: no-store\r\n"
        "Referrer-Policy: no-referrer\r\nX-Content-Type-Options: nosniff\r\n"
        "Content-Security-Policy: default-src 'none'\r\nConnection: close\r\n\r\n"
    ).encode("ascii")
    with sock, suppress(OSError):
        sock.settimeout(_FAREWELL_S)
        sock.sendall(head + page)
        # Closing with bytes unread would reset the connection and take the page away.
        sock.shutdown(socket.SHUT_WR)


def _length(patience_s: float) -> str:
    minutes = round(patience_s / 60)
    return f"{minutes} minutes" if minutes > 1 else f"{patience_s:g} seconds"
