"""Sockets that do not wait for ever, however slowly a server talks.

A socket's own timeout is per read: a server that drips a byte a second, or one that
never stops talking, holds a client for as long as it likes.
"""

import socket
import ssl
import time
from typing import TYPE_CHECKING

from mailctl.protocols.trace import SILENT, Conversation

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer, WriteableBuffer

_SLICE = 64 * 1024
_SLOWEST_BYTES_PER_S = 8 * 1024
_MOST_BYTES = 16 * 1024 * 1024
_MOST_LINES = 200_000


class Flooded(OSError):
    """The server sent more than one exchange may take."""


class Pace:
    """How long and how much one exchange with a server may take.

    It ends with silence of `idle_s`, and after `total_s`; bytes that were expected, and
    that move fast enough, have their own time.
    """

    def __init__(self, idle_s: float, total_s: float) -> None:
        self._idle_s = idle_s
        self._total_s = total_s
        self.begin()

    def begin(self, *, expected_bytes: int = 0, at_most_s: float | None = None) -> None:
        """Start the clock and the counts of a new exchange."""
        self._started = time.monotonic()
        self._allowed_s = self._total_s if at_most_s is None else at_most_s
        # What servers say of a size is often a guess.
        self._expected_bytes = 2 * expected_bytes
        self._moved = 0
        self._received = 0
        self._lines = 0

    def expect(self, size: int) -> None:
        """Give so many bytes room and time; what many of them take together is not more."""
        self._expected_bytes = max(self._expected_bytes, 2 * size)

    def wait_s(self) -> float:
        """Return how long the next read or write may take. Raises TimeoutError."""
        allowed_s = self._allowed_s + min(self._moved, self._expected_bytes) / _SLOWEST_BYTES_PER_S
        left_s = self._started + allowed_s - time.monotonic()
        if left_s <= 0:
            raise TimeoutError("the exchange took too long")
        return min(self._idle_s, left_s)

    def sent(self, count: int) -> None:
        """Count bytes that went."""
        self._moved += count

    def received(self, count: int) -> None:
        """Count bytes that came. Raises Flooded where they are too many."""
        self._moved += count
        self.expect_room(count)
        self._received += count

    def expect_room(self, size: int) -> None:
        """Raise Flooded where so many bytes more are too many, before there is memory for them."""
        if self._received + size > _MOST_BYTES + self._expected_bytes:
            raise Flooded("too many bytes in one exchange")

    def line(self) -> None:
        """Count a line that came. Raises Flooded where there are too many."""
        self._lines += 1
        if self._lines > _MOST_LINES:
            raise Flooded("too many lines in one exchange")


class PacedSocket(socket.socket):
    """A socket whose reads and writes keep to a pace."""

    pace: Pace
    told: Conversation = SILENT
    """Hears what is said over the connection."""

    def recv_into(self, buffer: "WriteableBuffer", nbytes: int = 0, flags: int = 0) -> int:
        """Read as a socket does. Raises TimeoutError and Flooded as well."""
        self.settimeout(self.pace.wait_s())
        count = super().recv_into(buffer, nbytes, flags)
        self.pace.received(count)
        return count

    def sendall(self, data: "ReadableBuffer", flags: int = 0) -> None:
        """Write as a socket does, where slowness of the whole is no failure."""
        view = memoryview(data).cast("B")
        for start in range(0, len(view), _SLICE):
            self.settimeout(self.pace.wait_s())
            part = view[start : start + _SLICE]
            super().sendall(part, flags)
            self.pace.sent(len(part))


class PacedTlsSocket(PacedSocket, ssl.SSLSocket):  # type: ignore[misc]  # names, not types
    """A TLS socket whose reads and writes keep to a pace."""
