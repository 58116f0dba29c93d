"""The bytes of one connection: commands in, answers out, cut off where the plan says so."""

import re
import socket
import struct
import time
import zlib
from contextlib import suppress
from typing import TYPE_CHECKING

from .faults import Cut

if TYPE_CHECKING:
    from .server import ModelServer

_LITERAL = re.compile(rb"\{(\d+)(\+?)\}\r\n$")
_ENOUGH = 64 * 1024
_CHUNK = 1 << 20
_FLOOD = b"* OK still here\r\n"
_BYES = b"* BYE going down\r\n"
_RESET = struct.pack("ii", 1, 0)


class HungUp(Exception):
    """The connection is over, whoever ended it."""


class Voice:
    """Lines over a socket, deflated once both sides agreed to it."""

    def __init__(self, connection: socket.socket, server: "ModelServer") -> None:
        self._socket = connection
        self._server = server
        self._heard = bytearray()
        self._unsent = bytearray()
        self._inflate: zlib._Decompress | None = None
        self._deflate: zlib._Compress | None = None
        self._is_dripping = False
        self.transcript: list[tuple[bytes, bytearray]] = [(b"", bytearray())]
        """Each line that was heard, and what was said after it."""
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    # In

    def command(self) -> bytes:
        """Return the next command with its literals in it, as they came. Raises HungUp."""
        command = self.line()
        while literal := _LITERAL.search(command):
            if not literal[2]:
                self.say(b"+ go on")
                self.flush()
            while len(self._heard) < int(literal[1]):
                self._receive()
            command += bytes(self._heard[: int(literal[1])])
            del self._heard[: int(literal[1])]
            command += self.line()
        return command.removesuffix(b"\r\n")

    def line(self) -> bytes:
        """Return the next line with its end. Raises HungUp."""
        if b"\n" not in self._heard:
            self.flush()  # while more commands are there, their answers go together
        while (end := self._heard.find(b"\n")) < 0:
            self._receive()
        line = bytes(self._heard[: end + 1])
        del self._heard[: end + 1]
        self.transcript.append((line, bytearray()))
        return line

    def hears_within(self, seconds: float) -> bool:
        """Whether a line is there, or begins, within the time. Raises HungUp."""
        if self._heard:
            return True
        self._socket.settimeout(seconds)
        try:
            self._receive()
        except TimeoutError:
            return False
        finally:
            self._socket.settimeout(None)
        return True

    def _receive(self) -> None:
        try:
            received = self._socket.recv(_ENOUGH)
        except TimeoutError:
            raise
        except OSError as error:
            raise HungUp from error
        if not received:
            raise HungUp
        self._server.received += len(received)
        self._heard += self._inflate.decompress(received) if self._inflate else received

    # Out

    def say(self, line: bytes) -> None:
        """Say a line of answer, its literals included, unless the plan cuts it off."""
        plan = self._server.plan
        if garbage := plan.garbage():
            self._put(garbage + b"\r\n")
        cut = plan.cut()
        if cut is not None:
            self._cut(cut, line + b"\r\n")
        self._put(line + b"\r\n")

    def say_and_stop(self, fragment: bytes, cut: Cut) -> None:
        """Say what is no whole line, and no more. Raises HungUp."""
        self._put(fragment)
        self._cut(cut, b"")

    def flush(self) -> None:
        """Send what was said. Raises HungUp."""
        unsent, self._unsent = bytes(self._unsent), bytearray()
        if self._deflate and unsent:
            unsent = self._deflate.compress(unsent) + self._deflate.flush(zlib.Z_SYNC_FLUSH)
        self._send(unsent)

    def deflate(self) -> None:
        """Go on deflated in both directions (RFC 4978)."""
        self.flush()
        self._deflate = zlib.compressobj(wbits=-15)
        self._inflate = zlib.decompressobj(wbits=-15)
        already, self._heard = bytes(self._heard), bytearray()
        self._heard += self._inflate.decompress(already)

    def _put(self, said: bytes) -> None:
        self._unsent += said
        if self._server.is_recording:
            self.transcript[-1][1].extend(said)
        if len(self._unsent) >= _ENOUGH:
            self.flush()

    def _send(self, unsent: bytes) -> None:
        self._server.sent += len(unsent)
        try:
            for piece in self._pieces(unsent):
                self._socket.sendall(piece)
                if self._is_dripping:
                    self._pause(self._server.plan.faults.drip_s)
        except OSError as error:
            raise HungUp from error

    def _pieces(self, unsent: bytes) -> list[bytes]:
        plan = self._server.plan
        if self._is_dripping:
            return [unsent[at : at + 1] for at in range(len(unsent))]
        if not plan.faults.split:
            return [unsent]
        found, at = [], 0
        while at < len(unsent):
            length = plan.chance.choice((1, 2, 3, 7, 40, 400))
            found.append(unsent[at : at + length])
            at += length
        return found

    # Ends

    def _cut(self, cut: Cut, line: bytes) -> None:
        faults = self._server.plan.faults
        if faults.cut_within is not None and line:
            self._put(line[: faults.cut_within])
        if cut is Cut.BYE:
            self._put(b"* BYE going down\r\n")
        if cut is Cut.LINE:
            self._endless(b"* OK ", b"x" * _CHUNK, faults.line_bytes)
            self._put(b"\r\n")
            return
        self.flush()
        match cut:
            case Cut.DRIP:
                self._is_dripping = True
                return
            case Cut.SILENCE:
                self._wait_for_end()
            case Cut.FLOOD:
                self._endless(b"", _FLOOD * (_ENOUGH // len(_FLOOD)), None)
            case Cut.BYES:
                self._endless(b"", _BYES, None)
            case Cut.ENDLESS:
                self._endless(b"* OK ", b"x" * _CHUNK, None)
            case Cut.RESET:
                with suppress(OSError):
                    self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
                    self._socket.close()
            case _:
                pass
        raise HungUp

    def _endless(self, begin: bytes, chunk: bytes, most: int | None) -> None:
        self._put(begin)
        sent = 0
        while most is None or sent < most:
            part = chunk if most is None else chunk[: most - sent]
            self._put(part)
            sent += len(part)

    def _wait_for_end(self) -> None:
        while True:
            self._receive()
            self._heard.clear()

    def _pause(self, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while not self._server.is_stopping and time.monotonic() < deadline:
            time.sleep(min(0.05, seconds))
