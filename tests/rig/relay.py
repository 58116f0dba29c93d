"""A way to a server that breaks off in the middle of what it says."""

import select
import socket
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from .processes import LOOPBACK

_PIECE = 1 << 14


@contextmanager
def breaking_off(port: int, *, after_bytes: int) -> Iterator[int]:
    """Yield a port that leads to this one, until the server has said so many bytes.

    Each connection is counted for itself.
    """

    class Relay(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            with suppress(OSError), socket.create_connection((LOOPBACK, port)) as server:
                _pass_on(self.request, server, after_bytes)

    with socketserver.ThreadingTCPServer((LOOPBACK, 0), Relay) as relay:
        relay.daemon_threads = True
        serve = threading.Thread(target=relay.serve_forever, args=(0.01,))
        serve.start()
        try:
            yield int(relay.server_address[1])
        finally:
            relay.shutdown()
            serve.join()


def _pass_on(client: socket.socket, server: socket.socket, left: int) -> None:
    """Return when either side is done, or the server has said enough."""
    while left > 0:
        for speaking in select.select([client, server], [], [])[0]:
            piece = speaking.recv(min(_PIECE, left) if speaking is server else _PIECE)
            if not piece:
                return
            (client if speaking is server else server).sendall(piece)
            left -= len(piece) if speaking is server else 0
