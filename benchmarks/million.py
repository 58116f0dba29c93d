"""An IMAP server whose one folder has as many small messages as one likes, made from their UIDs.

usage: million.py COUNT     (standard library only; `serving` runs it as a process of its own)

It speaks in clear, says its port in the first line and ends with its standard input. A message's
number is its UID; every SEARCH finds all messages of the sets it names, and no flag ever changes.
"""

import asyncio
import os
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

CAPABILITIES = (
    "IMAP4rev1 SASL-IR AUTH=PLAIN LITERAL+ ID ENABLE NAMESPACE UNSELECT UIDPLUS CHILDREN "
    "LIST-EXTENDED LIST-STATUS SPECIAL-USE CONDSTORE ESEARCH"
)
_BATCH = 500
_SET = re.compile(r"[\d:*,]*\d[\d:*,]*|\*")
_NUMBERED = re.compile(r"\b(LARGER|SMALLER|MODSEQ) \d+", re.IGNORECASE)
_LITERAL = re.compile(rb"\{(\d+)(\+?)\}$")
_BODY = re.compile(r"BODY(?:\.PEEK)?\[([^\]]*)\](?:<(\d+)\.(\d+)>)?")
_HEADER = (
    "From: Person %010d <p%010d@corp.example>\r\nTo: ada@corp.example\r\n"
    "Subject: message %010d\r\nDate: Mon, 02 Jan 2023 08:00:00 +0000\r\n"
    "Message-ID: <%010d@corp.example>\r\nMIME-Version: 1.0\r\n"
    "Content-Type: text/plain; charset=utf-8\r\n\r\n"
)
_TEXT = "This is message %010d of many, and like most of them it says very little.\r\n" * 2
_DATE = '"02-Jan-2023 08:00:00 +0000"'


@contextmanager
def serving(count: int) -> Iterator[int]:
    """Yield the port of such a server."""
    words = [sys.executable, "-I", "-S", __file__, str(count)]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as server:
        assert server.stdout is not None
        try:
            yield int(server.stdout.readline())
        finally:
            server.communicate()  # closes its standard input


class _Session:
    """One client."""

    def __init__(
        self, count: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self._count = count
        self._reader = reader
        self._writer = writer

    async def talk(self) -> None:
        self._say(f"* OK [CAPABILITY {CAPABILITIES}] ready")
        while command := await self._command():
            tag, _, words = command.partition(" ")
            is_last = await self._answer(tag, words)
            await self._writer.drain()
            if is_last:
                break
        self._writer.close()

    async def _answer(self, tag: str, words: str) -> bool:
        """Answer one command; return whether it was the last."""
        verb, _, rest = words.removeprefix("UID ").removeprefix("uid ").partition(" ")
        verb = verb.upper()
        ended = "OK done"
        if verb == "FETCH":
            await self._fetch(rest)
        elif verb == "SEARCH":
            self._say(self._found(rest, tag=tag))
        elif verb == "AUTHENTICATE" and rest.count(" ") == 0:
            self._say("+ ")
            await self._command()
        elif verb in {"LOGIN", "AUTHENTICATE", "NOOP", "CHECK", "CLOSE", "UNSELECT", "SUBSCRIBE"}:
            pass
        elif verb in {"SELECT", "EXAMINE"}:
            self._say(*self._opened())
            ended = "OK [READ-ONLY] opened"
        elif lines := self._told(verb, rest):
            self._say(*lines)
        else:
            ended = "BAD not known here"
        self._say(f"{tag} {ended}")
        return verb == "LOGOUT"

    def _told(self, verb: str, rest: str) -> list[str]:
        """Return the untagged answers to what asks for few words."""
        match verb:
            case "CAPABILITY":
                return [f"* CAPABILITY {CAPABILITIES}"]
            case "ID":
                return ['* ID ("name" "million")']
            case "ENABLE":
                return ["* ENABLED CONDSTORE"]
            case "NAMESPACE":
                return ['* NAMESPACE (("" "/")) NIL NIL']
            case "LIST" | "LSUB":
                told = [f'* {verb} (\\HasNoChildren) "/" INBOX']
                return [*told, self._status()] if "STATUS" in rest.upper() else told
            case "STATUS":
                return [self._status()]
            case "LOGOUT":
                return ["* BYE bye"]
            case _:
                return []

    def _status(self) -> str:
        return (
            f"* STATUS INBOX (MESSAGES {self._count} UIDNEXT {self._count + 1} UIDVALIDITY 1 "
            "UNSEEN 0 RECENT 0 HIGHESTMODSEQ 1)"
        )

    def _opened(self) -> list[str]:
        return [
            "* FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft)",
            f"* {self._count} EXISTS",
            "* 0 RECENT",
            "* OK [UIDVALIDITY 1] valid",
            f"* OK [UIDNEXT {self._count + 1}] next",
            "* OK [HIGHESTMODSEQ 1] modified",
        ]

    def _found(self, words: str, *, tag: str) -> str:
        options = re.match(r"RETURN \(([^)]*)\) ?", words, re.IGNORECASE)
        criteria = words[options.end() :] if options else words
        sets = [word for word in _NUMBERED.sub("", criteria).split() if _SET.fullmatch(word)]
        chosen = list(self._ranges(sets[0] if sets else "1:*"))
        if "MODSEQ" in criteria.upper():
            chosen = []
        if options is None:
            return " ".join(["* SEARCH", *(str(uid) for uid in _each(chosen))])
        asked = options[1].upper().split() or ["ALL"]
        answer = f'* ESEARCH (TAG "{tag}") UID'
        if "COUNT" in asked:
            answer += f" COUNT {sum(end - begin for begin, end in chosen)}"
        if chosen:
            told = {
                "MIN": f" MIN {chosen[0][0]}",
                "MAX": f" MAX {chosen[-1][1] - 1}",
                "ALL": " ALL " + ",".join(f"{begin}:{end - 1}" for begin, end in chosen),
            }
            answer += "".join(text for word, text in told.items() if word in asked)
        return answer

    def _ranges(self, written: str) -> Iterator[tuple[int, int]]:
        """Yield the ranges of a set as far as there are messages, each without its end."""
        for part in written.split(","):
            ends = [
                self._count if end == "*" else int(end) for end in part.partition(":")[::2] if end
            ]
            first, last = min(ends), min(max(ends), self._count)
            if first <= last:
                yield first, last + 1

    async def _fetch(self, words: str) -> None:
        written, _, items = words.partition(" ")
        if "CHANGEDSINCE" in items.upper():
            return
        template, slots = _template(items.upper())
        batch = bytearray()
        for number, uid in enumerate(_each(self._ranges(written)), 1):
            batch += template % ((uid,) * slots)
            if number % _BATCH == 0:
                self._writer.write(bytes(batch))
                batch.clear()
                await self._writer.drain()
        self._writer.write(bytes(batch))

    def _say(self, *lines: str) -> None:
        self._writer.write("".join(f"{line}\r\n" for line in lines).encode())

    async def _command(self) -> str:
        """Return the next command, its literals in place; an empty one when the client is gone."""
        command = b""
        while line := await self._reader.readline():
            command += line.rstrip(b"\r\n")
            literal = _LITERAL.search(command)
            if literal is None:
                return command.decode()
            if not literal[2]:
                self._say("+ go on")
            command = command[: literal.start()] + await self._reader.readexactly(int(literal[1]))
        return ""


def _each(ranges: Iterable[tuple[int, int]]) -> Iterator[int]:
    return (uid for begin, end in ranges for uid in range(begin, end))


def _template(items: str) -> tuple[bytes, int]:
    """Return the answer for any message, with %d wherever its UID is, and how often that is."""
    header, whole = _HEADER, _HEADER + _TEXT
    sizes = {text: len(text % ((0,) * text.count("%"))) for text in (header, whole)}
    answer = "* %d FETCH (UID %d"
    if "FLAGS" in items:
        answer += " FLAGS (\\Seen)"
    if "INTERNALDATE" in items:
        answer += f" INTERNALDATE {_DATE}"
    if "RFC822.SIZE" in items:
        answer += f" RFC822.SIZE {sizes[whole]}"
    if "MODSEQ" in items:
        answer += " MODSEQ (1)"
    for body in _BODY.finditer(items):
        content = header if body[1].startswith("HEADER") else whole
        if body[2] and (int(body[2]), int(body[3]) >= sizes[content]) != (0, True):
            raise ValueError("these messages are too small to be fetched in parts")
        origin = "<0>" if body[2] else ""
        answer += f" BODY[{body[1]}]{origin} {{{sizes[content]}}}\r\n{content}"
    answer += ")\r\n"
    return answer.encode(), answer.count("%")


async def _main(count: int) -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await _Session(count, reader, writer).talk()

    server = await asyncio.start_server(talk, "127.0.0.1", 0, limit=1 << 20)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    commands = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(commands), sys.stdin)
    await commands.read()
    os._exit(0)  # clients that are still there are not told


if __name__ == "__main__":
    asyncio.run(_main(int(sys.argv[1])))
