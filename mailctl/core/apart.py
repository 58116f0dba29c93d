"""Processes of ours that work for this one, and the pipes between: objects in large steps.

Not multiprocessing: what it forks is unsound where there are threads or an open database, and
what it spawns says a traceback when its parent is killed early.
"""

import fcntl
import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
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


Serve = Callable[[Receiving, Sending], None]
"""What the other process does: takes things, gives answers, ends when nobody asks any more."""


@dataclass(frozen=True)
class Apart:
    """A process that works for this one; it ends when this one does."""

    process: "subprocess.Popen[bytes]"
    asking: Sending
    answers: Receiving

    def end(self) -> None:
        """Kill it, and close what was between."""
        self.asking.close()
        self.answers.close()
        self.process.kill()
        self.process.wait()


def start(serve: Serve) -> Apart:
    """Run a function of a module in a process of its own. Raises OSError where none starts."""
    asked, asking = _pipe()
    answers, answering = _pipe()
    ends = (asked.descriptor, answering.descriptor)
    module, name = serve.__module__, serve.__name__
    program = f"import {module}, {__name__}; {__name__}.work({module}.{name}, *{ends})"
    try:
        process = subprocess.Popen(
            (sys.executable, "-P", "-c", program),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=ends,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        )
    except OSError:
        asking.close()
        answers.close()
        raise
    finally:
        asked.close()
        answering.close()
    return Apart(process, asking, answers)


def work(serve: Serve, asked: int, answering: int) -> None:
    """Do what was asked for; the other process begins here."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for who started us
    with suppress(EOFError, OSError):
        serve(Receiving(asked), Sending(answering))


def _pipe() -> tuple[Receiving, Sending]:
    out, into = os.pipe()
    if hasattr(fcntl, "F_SETPIPE_SZ"):
        with suppress(OSError):  # a user may have only so much of it
            fcntl.fcntl(into, fcntl.F_SETPIPE_SZ, _ROOM_BYTES)
    return Receiving(out), Sending(into)
