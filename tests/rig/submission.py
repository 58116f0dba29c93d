"""A submission server that answers as it is told, and remembers every mail that it took."""

import re
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from enum import Enum, auto

from .authority import Certificate
from .faults import Talk, serving

EXTENSIONS = (b"PIPELINING", b"SIZE 10000000", b"8BITMIME", b"SMTPUTF8", b"AUTH PLAIN LOGIN")
_ADDRESS = re.compile(rb"<([^>]*)>")


class Odd(Enum):
    """What a server may do instead of answering."""

    CLOSE = auto()
    """It hangs up."""
    SILENT = auto()
    """It waits until the client gives up."""
    TAKE_AND_CLOSE = auto()
    """It keeps the mail, and hangs up before it says so."""
    TAKE_AND_SAY_NOTHING = auto()
    """It keeps the mail, and falls silent."""


Answer = bytes | Odd
_TAKING = {Odd.TAKE_AND_CLOSE, Odd.TAKE_AND_SAY_NOTHING}


@dataclass(frozen=True)
class Taken:
    """A mail that the server said, or may have said, to have."""

    sender: str
    recipients: tuple[str, ...]
    octets: bytes


@dataclass
class Submission:
    """Answers by step: greeting, EHLO, AUTH, MAIL, RCPT, `RCPT ADDRESS`, DATA, `.`, RSET, QUIT.

    Several answers are given one after the other, the last one for ever.
    """

    answers: Mapping[str, Answer | Sequence[Answer]] = field(default_factory=dict)
    extensions: Sequence[bytes] = EXTENSIONS
    on_mail: Callable[[Taken], None] = lambda taken: None
    """Called when a mail is kept, before anything is said of it."""
    mails: list[Taken] = field(default_factory=list)
    heard: list[bytes] = field(default_factory=list)
    connections: int = 0
    _given: dict[str, int] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def serving(self, *, certificate: Certificate | None = None) -> AbstractContextManager[int]:
        """Serve until the context ends; it gives the port."""
        return serving(self._talk, certificate=certificate)

    def _talk(self, talk: Talk) -> None:
        with self._lock:
            self.connections += 1
        _Conversation(self, talk).go_on()

    def next_answer(self, step: str, usual: bytes) -> Answer:
        """Return what is said at a step, this time."""
        with self._lock:
            key = step if step in self.answers else step.split(" ")[0]
            told = self.answers.get(key, usual)
            if isinstance(told, bytes | Odd):
                return told
            number = self._given.get(key, 0)
            self._given[key] = number + 1
            return told[min(number, len(told) - 1)]

    def keep(self, taken: Taken) -> None:
        """Have a mail from now on."""
        with self._lock:
            self.mails.append(taken)
            self.on_mail(taken)


class _HungUp(Exception):
    """The conversation is over."""


class _Conversation:
    def __init__(self, server: Submission, talk: Talk) -> None:
        self._server = server
        self._talk = talk
        self._sender = ""
        self._recipients: list[str] = []

    def go_on(self) -> None:
        try:
            self._say("greeting", b"220 submission.example ready")
            while (line := self._talk.hear()) is not None:
                self._server.heard.append(line)
                self._command(line)
        except _HungUp:
            return

    def _command(self, line: bytes) -> None:
        verb = line.split(b" ")[0].upper().decode("ascii", "replace")
        named = _ADDRESS.search(line)
        address = named[1].decode("utf-8", "replace") if named else ""
        match verb:
            case "EHLO" | "HELO":
                offered = [b"submission.example", *self._server.extensions]
                said = [b"250-" + each for each in offered[:-1]] + [b"250 " + offered[-1]]
                self._say("EHLO", b"\r\n".join(said))
            case "AUTH":
                self._say("AUTH", b"235 2.7.0 welcome")
            case "MAIL":
                self._sender, self._recipients = address, []
                self._say("MAIL", b"250 2.1.0 ok")
            case "RCPT":
                if self._say(f"RCPT {address}", b"250 2.1.5 ok").startswith(b"250"):
                    self._recipients.append(address)
            case "DATA":
                if self._say("DATA", b"354 go on").startswith(b"354"):
                    self._data()
            case "RSET":
                self._recipients = []
                self._say("RSET", b"250 2.0.0 ok")
            case "QUIT":
                self._say("QUIT", b"221 2.0.0 bye")
                raise _HungUp
            case "NOOP":
                self._say("NOOP", b"250 2.0.0 ok")
            case _:
                self._say(verb, b"502 5.5.1 not here")

    def _data(self) -> None:
        lines: list[bytes] = []
        while (line := self._talk.hear_octets()) != b".\r\n":
            if not line:
                raise _HungUp  # without its end it is no mail
            lines.append(line.removeprefix(b"."))
        taken = Taken(self._sender, tuple(self._recipients), b"".join(lines))
        answer = self._server.next_answer(".", b"250 2.0.0 taken")
        if answer in _TAKING or (isinstance(answer, bytes) and answer.startswith(b"250")):
            self._server.keep(taken)
        self._answer(answer)

    def _say(self, step: str, usual: bytes) -> bytes:
        return self._answer(self._server.next_answer(step, usual))

    def _answer(self, answer: Answer) -> bytes:
        if isinstance(answer, bytes):
            self._talk.say(answer)
            if answer.startswith(b"421"):
                raise _HungUp
            return answer
        if answer in {Odd.SILENT, Odd.TAKE_AND_SAY_NOTHING}:
            while self._talk.hear() is not None:
                pass
        raise _HungUp
