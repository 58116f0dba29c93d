"""Objects between two processes of ours, in few and large steps."""

import fcntl
import os
import pickle
from contextlib import suppress
from struct import Struct
from typing import Any

_ROOM_BYTES = 1 << 20
"""What lies in the pipe at most: whoever fills or empties it is woken once for so much."""
_SIZE = Struct("=Q")


class Receiving:
    """The end of a pipe at which objects come out."""

    def __init__(self, descriptor: int) -> None:
        self._file = open(descriptor, "rb", buffering=0)  # noqa: SIM115 (close says when)

    @property
    def descriptor(self) -> int:
        """The file descriptor."""
        return self._file.fileno()

    def receive(self) -> Any:
        """Return the next object. Raises EOFError where there is none."""
        (size,) = _SIZE.unpack(self._read(_SIZE.size))
        return pickle.loads(self._read(size))  # noqa: S301 (our own)

    def close(self) -> None:
        """Want no more; who sends is told by an OSError."""
        self._file.close()

    def _read(self, size: int) -> bytearray:
        octets = bytearray(size)
        room = memoryview(octets)
        while room:
            count = self._file.readinto(room)
            if not count:
                raise EOFError
            room = room[count:]
        return octets


class Sending:
    """The end of a pipe into which objects go."""

    def __init__(self, descriptor: int) -> None:
        self._file = open(descriptor, "wb", buffering=0)  # noqa: SIM115 (close says when)

    @property
    def descriptor(self) -> int:
        """The file descriptor."""
        return self._file.fileno()

    def send(self, thing: object) -> None:
        """Hand an object over. Raises OSError where nobody takes it."""
        octets = pickle.dumps(thing, pickle.HIGHEST_PROTOCOL)
        for part in (_SIZE.pack(len(octets)), octets):
            left = memoryview(part)
            while left:
                left = left[self._file.write(left) :]

    def close(self) -> None:
        """Say that nothing more comes."""
        self._file.close()


def pipe() -> tuple[Receiving, Sending]:
    """Return the two ends of a new pipe."""
    out, into = os.pipe()
    if hasattr(fcntl, "F_SETPIPE_SZ"):
        with suppress(OSError):  # a user may have only so much of it
            fcntl.fcntl(into, fcntl.F_SETPIPE_SZ, _ROOM_BYTES)
    return Receiving(out), Sending(into)
