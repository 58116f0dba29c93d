"""A server that understands nothing and repeats what another one said, with some bytes changed."""

import re
import socket
import threading
from collections.abc import Sequence
from contextlib import suppress
from random import Random
from types import TracebackType
from typing import Self

from .server import Transcript

_TAG = re.compile(rb"\0(\d+)\0")
_SPLINTERS = (
    b"(", b")", b'"', b"\\", b"{", b"}", b"[", b"]", b"*", b"\r\n", b"\n", b"\r", b"\0", b" ",
    b"NIL", b"{0}\r\n", b"{9}\r\n", b"{99999999999999999999}\r\n", b"{-1}\r\n", b"{4294967296}\r\n",
    b"-1", b"0", b"4294967296", b"18446744073709551616", b"1:*", b"* BYE x\r\n", b"+ \r\n",
    b"* 1 EXPUNGE\r\n", b"* VANISHED 1:*\r\n", b"* 0 EXISTS\r\n", b"\xff", b"\xe4\xb8", b"A" * 5000,
)  # fmt: skip

Script = list[bytes]
"""What is said at first, and after each line; tags as the number of their line between NULs."""


def script(transcript: Transcript) -> Script:
    """Return a transcript without the tags of its client."""
    said = [each for _, each in transcript]
    for number, (heard, _) in enumerate(transcript):
        tag = re.escape(heard.split(b" ")[0])
        if tag and b" " in heard:
            pattern = re.compile(rb'(?m)(^|TAG ")' + tag + rb'(?=[" ])')
            said[number:] = [
                pattern.sub(rb"\g<1>" + b"\0%d\0" % number, each) for each in said[number:]
            ]
    return said


def mutated(original: Script, seed: int) -> Script:
    """Return the script with one to four wounds."""
    chance, wounded = Random(seed), list(original)
    places = [number for number, said in enumerate(wounded) if said]
    for _ in range(chance.choice((1, 1, 2, 4))):
        number = chance.choice(places)
        wounded[number] = _wounded(wounded[number], chance, b"".join(original))
    return wounded


def _wounded(said: bytes, chance: Random, all_of_it: bytes) -> bytes:
    begin = chance.randrange(len(said) + 1)
    end = min(len(said), begin + chance.choice((0, 1, 1, 2, 5, 40, 1000)))
    other = chance.randrange(len(all_of_it))
    cut, rest = said[begin:end], said[end:]
    match chance.randrange(6):
        case 0:
            cut = bytes(byte ^ (1 << chance.randrange(8)) for byte in cut)
        case 1:
            cut = b""
        case 2:
            cut += cut
        case 3:
            cut = all_of_it[other : other + chance.choice((1, 5, 40, 1000))]
        case 4:
            cut += chance.choice(_SPLINTERS)
        case _:
            cut, rest = re.sub(rb"\d", lambda _: b"%d" % chance.randrange(10), cut), rest
    return said[:begin] + cut + rest


class Replay:
    """Plays scripts to its clients, one to each in turn, while it is entered."""

    def __init__(self) -> None:
        self.scripts: Sequence[Script] = ()
        self._played = 0
        self._patience_s = 0.0

    def play(self, scripts: Sequence[Script], *, patience_s: float = 0.1) -> None:
        """Play these from now on, the first one first; hang up on who is silent for so long."""
        self.scripts = scripts
        self._played = 0
        self._patience_s = patience_s

    def __enter__(self) -> Self:
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = int(self._listener.getsockname()[1])
        self._acceptor = threading.Thread(target=self._accept, daemon=True)
        self._acceptor.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._acceptor.join(5)

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            played, self._played = self._played, self._played + 1
            chosen = self.scripts[played % len(self.scripts)]
            playing = (connection, chosen, self._patience_s)
            threading.Thread(target=_play, args=playing, daemon=True).start()


def _play(connection: socket.socket, said: Script, patience_s: float) -> None:
    """Say each part after a line was heard; who waits for more than there is, is left alone."""
    heard: list[bytes] = [b""]
    with connection, suppress(OSError):
        connection.settimeout(patience_s)
        stream = connection.makefile("rb")
        for part in said:
            connection.sendall(_TAG.sub(lambda tag: _tag(heard, int(tag[1])), part))
            line = stream.readline()
            if not line:
                return
            heard.append(line.split(b" ")[0])


def _tag(heard: list[bytes], number: int) -> bytes:
    return heard[number] if number < len(heard) else b"x"
