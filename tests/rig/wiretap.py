"""A relay that reads along inside TLS, so that a test can count round trips of IMAP exactly."""

import asyncio
import re
import threading
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from .authority import Authority
from .processes import LOOPBACK

_LITERAL = re.compile(rb"\{(\d+)\+?\}$")
_LOGIN = re.compile(r">(\S+) (?:LOGIN|AUTHENTICATE)\b", re.IGNORECASE)
_COMPRESS = re.compile(r">(\S+) COMPRESS\b", re.IGNORECASE)
_CHUNK_BYTES = 1024 * 1024
_HOLD_S = 0.06
"""Every answer comes so much later: commands sent in a row are all there before the first one.

More than the 40 ms for which Linux may leave bytes unacknowledged, for Nagle's algorithm waits.
"""


@dataclass
class Conversation:
    """One connection: what was said, in the order in which the client said and heard it.

    A command is `>TAG WORDS`, an answer `<TAG OK …` or `<+ …`; `>` alone goes on after a literal.
    What servers say without a tag is left out.
    """

    lines: list[str] = field(default_factory=list)

    @property
    def commands(self) -> list[str]:
        """What the client asked for, without tags."""
        return [line.partition(" ")[2] for line in self.lines if re.match(r">\S", line)]

    @property
    def trips_after_login(self) -> int:
        """How often the client, signed in, waited for an answer.

        Commands that are all sent before the answer to the first of them is there are one round
        trip. A LOGOUT at the end is none: nobody has to wait for its answer.
        """
        said = self._after_login()
        while said and (said[-1].startswith("<") or said[-1].upper().endswith(" LOGOUT")):
            said.pop()
        trips, answered = 0, True
        for line in said:
            trips += answered and line.startswith(">")
            answered = line.startswith("<")
        return trips

    def is_answered(self, command: re.Pattern[str]) -> bool:
        """Whether the server agreed to a command like this, whose group is the tag."""
        return bool(self._from_answer(command))

    def _after_login(self) -> list[str]:
        return self._from_answer(_LOGIN)[1:]

    def _from_answer(self, command: re.Pattern[str]) -> list[str]:
        tags = [found[1] for line in self.lines if (found := command.match(line))]
        for place, line in enumerate(self.lines):
            if any(line.startswith(f"<{tag} OK") for tag in tags):
                return self.lines[place:]
        return []


@contextmanager
def wiretap(port: int, authority: Authority) -> Iterator["Wiretap"]:
    """Listen in on what is said to a port of this machine that speaks IMAP inside TLS."""
    tap = Wiretap(port, authority)
    loop = asyncio.new_event_loop()
    serve = threading.Thread(target=loop.run_forever)
    serve.start()
    try:
        asyncio.run_coroutine_threadsafe(tap.listen(), loop).result()
        yield tap
    finally:
        asyncio.run_coroutine_threadsafe(tap.end(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        serve.join()
        loop.close()


class Wiretap:
    """Conversations as they are overheard; `port` is where clients are to go."""

    port: int

    def __init__(self, upstream: int, authority: Authority) -> None:
        self.conversations: list[Conversation] = []
        self._upstream = upstream
        self._authority = authority
        self._talks: set[asyncio.Task[None]] = set()

    async def listen(self) -> None:
        """Take clients from now on."""
        context = self._authority.server().server_context()
        self._server = await asyncio.start_server(
            self._serve, LOOPBACK, 0, ssl=context, limit=_CHUNK_BYTES
        )
        (listening,) = self._server.sockets
        self.port = listening.getsockname()[1]

    async def end(self) -> None:
        """Hang up."""
        self._server.close()
        for talk in self._talks:
            talk.cancel()
        await asyncio.gather(*self._talks, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        talk = asyncio.current_task()
        assert talk is not None
        self._talks.add(talk)
        try:
            with suppress(OSError):
                await self._relay(reader, writer)
        finally:
            writer.close()
            self._talks.discard(talk)

    async def _relay(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard = Conversation()
        self.conversations.append(heard)
        context = self._authority.client_context()
        answers, commands = await asyncio.open_connection(
            "localhost", self._upstream, ssl=context, limit=_CHUNK_BYTES
        )
        ears = _Ear(), _Ear()

        async def ask() -> None:
            while chunk := await reader.read(_CHUNK_BYTES):
                for starts, line in ears[0].lines(chunk):
                    heard.lines.append(f">{line if starts else ''}")
                commands.write(chunk)
                await commands.drain()
            commands.close()

        async def answer() -> None:
            while chunk := await answers.read(_CHUNK_BYTES):
                await asyncio.sleep(_HOLD_S)
                for starts, line in ears[1].lines(chunk):
                    if starts and not line.startswith("* "):
                        heard.lines.append(f"<{line}")
                    if line.partition(" ")[2].startswith("OK") and heard.is_answered(_COMPRESS):
                        for ear in ears:
                            ear.inflate()
                writer.write(chunk)
                await writer.drain()
            writer.close()

        await asyncio.gather(ask(), answer())


class _Ear:
    """Cuts what one side says into lines; knows literals, and DEFLATE once it is told."""

    def __init__(self) -> None:
        self._rest = b""
        self._skip = 0
        self._goes_on = False
        self._inflated: zlib._Decompress | None = None

    def inflate(self) -> None:
        """Take what follows as compressed (RFC 4978)."""
        if self._inflated is None:
            self._inflated = zlib.decompressobj(-zlib.MAX_WBITS)
            self._rest = self._inflated.decompress(self._rest)

    def lines(self, chunk: bytes) -> Iterator[tuple[bool, str]]:
        """Yield each line that is complete by now, and whether it is a beginning."""
        self._rest += self._inflated.decompress(chunk) if self._inflated else chunk
        while True:
            skipped = min(self._skip, len(self._rest))
            self._skip -= skipped
            line, end, rest = self._rest[skipped:].partition(b"\r\n")
            if self._skip or not end:
                self._rest = self._rest[skipped:]
                return
            literal = _LITERAL.search(line)
            starts, self._goes_on = not self._goes_on, literal is not None
            self._skip = int(literal[1]) if literal else 0
            self._rest = rest
            yield starts, line.decode("latin-1")
