"""A relay that makes a line long, and counts what goes over it and how often it turns round.

usage: delay.py ROUND_TRIP_S PORT     (standard library only, a process of its own by Delay)

It says its own port in the first line. For each line on standard input it answers with what
every connection has carried so far, as JSON; it ends with its standard input.
"""

import asyncio
import json
import os
import subprocess
import sys
from collections import deque
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import Self

_CHUNK_BYTES = 256 * 1024
_ON_THE_WAY_BYTES = 64 * 1024 * 1024


@dataclass
class Carried:
    """One connection: bytes from and to the client, and how often it spoke after the server had.

    Whatever the client says before the server speaks again is one turn, so that a turn is a round
    trip the client has waited for. What is inside TLS counts as what it is outside.
    """

    sent_bytes: int = 0
    received_bytes: int = 0
    turns: int = 0
    server_spoke: bool = False

    def note_sent(self, size: int) -> None:
        self.sent_bytes += size
        self.turns += self.server_spoke
        self.server_spoke = False

    def note_received(self, size: int) -> None:
        self.received_bytes += size
        self.server_spoke = True


class Delay:
    """The relay to a port of this machine, from entering to leaving."""

    def __init__(self, port: int, *, round_trip_s: float) -> None:
        self._words = [sys.executable, "-I", "-S", __file__, str(round_trip_s), str(port)]

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            self._words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.port = int(self._said())
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()  # closes its standard input
        self._process.wait()

    def carried(self) -> list[Carried]:
        """Return what each connection has carried, in the order they were made."""
        assert self._process.stdin is not None
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        return [Carried(**one) for one in json.loads(self._said())]

    def _said(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline()


class _Pipe:
    """One direction: every chunk arrives as long after it was sent as all others."""

    def __init__(self, delay_s: float) -> None:
        self._delay_s = delay_s
        self._chunks: deque[tuple[float, bytes]] = deque()
        self._changed = asyncio.Event()
        self._size = 0

    async def put(self, chunk: bytes) -> None:
        """Send a chunk on its way, b"" as the last one."""
        while self._size > _ON_THE_WAY_BYTES:
            self._changed.clear()
            await self._changed.wait()
        self._chunks.append((asyncio.get_running_loop().time() + self._delay_s, chunk))
        self._size += len(chunk)
        self._changed.set()

    async def get(self) -> bytes:
        """Return the next chunk when it has arrived."""
        while not self._chunks:
            self._changed.clear()
            await self._changed.wait()
        due, chunk = self._chunks.popleft()
        self._size -= len(chunk)
        self._changed.set()
        await asyncio.sleep(max(0, due - asyncio.get_running_loop().time()))
        return chunk


Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class _Relay:
    def __init__(self, delay_s: float, port: int) -> None:
        self._delay_s = delay_s
        self._port = port
        self.connections: list[Carried] = []

    async def serve(self, *client: *Streams) -> None:
        carried = Carried()
        self.connections.append(carried)
        await asyncio.sleep(2 * self._delay_s)  # what it takes to connect
        with suppress(OSError):
            server = await asyncio.open_connection("127.0.0.1", self._port, limit=_CHUNK_BYTES)
            up, down = _Pipe(self._delay_s), _Pipe(self._delay_s)
            await asyncio.gather(
                self._depart(client[0], up, carried),
                self._arrive(up, server[1]),
                self._depart(server[0], down),
                self._arrive(down, client[1], carried),
            )

    async def _depart(
        self, reader: asyncio.StreamReader, pipe: _Pipe, carried: Carried | None = None
    ) -> None:
        chunk = b"x"
        while chunk:
            try:
                chunk = await reader.read(_CHUNK_BYTES)
            except OSError:
                chunk = b""
            if carried and chunk:
                carried.note_sent(len(chunk))
            await pipe.put(chunk)

    async def _arrive(
        self, pipe: _Pipe, writer: asyncio.StreamWriter, carried: Carried | None = None
    ) -> None:
        with suppress(OSError):
            while chunk := await pipe.get():
                if carried:
                    carried.note_received(len(chunk))
                writer.write(chunk)
                await writer.drain()
        writer.close()


def _say(line: object) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


async def _main(round_trip_s: float, port: int) -> None:
    relay = _Relay(round_trip_s / 2, port)
    server = await asyncio.start_server(relay.serve, "127.0.0.1", 0, limit=_CHUNK_BYTES)
    for listening in server.sockets:
        _say(listening.getsockname()[1])
    commands = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(commands), sys.stdin)
    while await commands.readline():
        _say(json.dumps([asdict(one) for one in relay.connections]))
    os._exit(0)  # connections that are still open end without a word


if __name__ == "__main__":
    asyncio.run(_main(float(sys.argv[1]), int(sys.argv[2])))
