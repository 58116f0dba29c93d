"""The octets of a connection, from whatever layer gives them: plain, TLS or compressed."""

import io
import select
import socket
import zlib
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_BUFFER_BYTES = 64 * 1024


class Inflater(Protocol):
    """What zlib.decompressobj makes."""

    @property
    def unconsumed_tail(self) -> bytes:
        """What has not been looked at, for want of room."""
        ...

    def decompress(self, data: bytes, max_length: int, /) -> bytes:
        """Return at most so many octets of what the data inflates to."""
        ...


class Octets(io.RawIOBase):
    """What a socket gives, inflated if that was agreed (RFC 4978)."""

    def __init__(self, sock: socket.socket) -> None:
        super().__init__()
        self.sock = sock
        self._is_polling = False
        self._inflater: Inflater | None = None
        self._deflated = b""
        self.buffered = io.BufferedReader(self, _BUFFER_BYTES)

    def readable(self) -> bool:
        """Whether it can be read at all."""
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int | None:
        """Fill the buffer as far as octets are there; None where one would have to wait."""
        if self._is_polling and not self._is_ready(0):
            return None
        if self._inflater is None:
            return self.sock.recv_into(buffer)
        return self._inflate_into(self._inflater, memoryview(buffer).cast("B"))

    def begin_inflating(self) -> None:
        """Take everything from here on as deflated."""
        self._inflater = zlib.decompressobj(-zlib.MAX_WBITS)

    def has_some(self, wait_s: float) -> bool:
        """Whether something can be read, now or within the time."""
        if self._peeked():
            return True
        return self._is_ready(wait_s) and self._peeked()

    def _peeked(self) -> bool:
        self._is_polling = True
        try:
            return bool(self.buffered.peek(1))
        finally:
            self._is_polling = False

    def _is_ready(self, wait_s: float) -> bool:
        pending = getattr(self.sock, "pending", None)  # what TLS has decrypted already
        if self._deflated or (pending is not None and pending()):
            return True
        readable, _, _ = select.select([self.sock], [], [], wait_s)
        return bool(readable)

    def _inflate_into(self, inflater: "Inflater", room: memoryview) -> int:
        """Inflate what fits and no more: a little on the wire may be a lot in memory."""
        while True:
            octets = self._deflated or self.sock.recv(_BUFFER_BYTES)
            inflated = inflater.decompress(octets, len(room))
            self._deflated = inflater.unconsumed_tail
            if inflated or not octets:
                room[: len(inflated)] = inflated
                return len(inflated)
