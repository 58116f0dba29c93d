"""Lines from a server, of which it is known whether another one is there already."""

import socket
import ssl
from contextlib import suppress

_PIECE = 1 << 13


class Lines:
    """What smtplib takes for the file of a socket."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._read = bytearray()

    def readline(self, most: int) -> bytes:
        """Return the next line, or so many octets of it; what is left where the server ended."""
        looked = 0
        while (end := self._read.find(b"\n", looked, most) + 1) == 0 and len(self._read) < most:
            looked = len(self._read)
            piece = bytearray(_PIECE)
            count = self._sock.recv_into(piece)
            if not count:
                break
            self._read += piece[:count]
        end = end or min(most, len(self._read))
        line = bytes(self._read[:end])
        del self._read[:end]
        return line

    def has_more(self) -> bool:
        """Whether the server has said something that was not read; waits for nothing."""
        if not self._read:
            self._sock.settimeout(0)
            with suppress(BlockingIOError, ssl.SSLWantReadError):
                self._read += self._sock.recv(_PIECE)
        return bool(self._read)

    def close(self) -> None:
        """Forget what was read."""
        self._read.clear()
