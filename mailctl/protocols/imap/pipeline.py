"""Commands sent ahead of their answers, and the answers one by one as they come.

imaplib waits for each answer before it sends the next command, and gives literals only
when all of an answer has come.
"""

import imaplib
import re
from collections.abc import Iterable, Iterator

from mailctl.domain.secret import Secret
from mailctl.domain.syncing import LARGEST_BYTES
from mailctl.errors import MailctlError, ServerRefused, Unreachable
from mailctl.protocols import refusals
from mailctl.protocols.imap.answers import Part, is_in_labels
from mailctl.protocols.imap.failures import UNREADABLE, failure, said
from mailctl.protocols.imap.wire import Wire
from mailctl.protocols.words import plain, repeats
from mailctl.records import dataclass

_LITERAL = re.compile(rb"\{(\d{1,19})\+?\}\Z")
_UNTAGGED = re.compile(rb"\* +(?:(\d{1,10}) +)?([A-Za-z]+)")
_AFTER_LITERAL = re.compile(rb" *(?:[A-Za-z][\w.\[\]<>-]* .*)?\) *\Z", re.DOTALL)
_ENDED = re.compile(rb"(\S+) (OK|NO|BAD)\b ?", re.IGNORECASE)
_FORBIDDEN = re.compile("[\r\n\0]")


@dataclass(frozen=True, slots=True)
class Reply:
    """An untagged answer: its name in capitals, the number before it, and all of its text."""

    name: bytes
    number: int | None
    parts: list[Part]

    @property
    def text(self) -> bytes:
        """The text after the name, of an answer without literals."""
        first = self.data[0]
        return first[0] if isinstance(first, tuple) else first

    @property
    def data(self) -> list[Part]:
        """The parts without what stands before the first word after the name."""
        first, *others = self.parts
        head = first[0] if isinstance(first, tuple) else first
        start = _UNTAGGED.match(head)
        rest = head[start.end() :].lstrip(b" ") if start else head
        return [(rest, first[1]) if isinstance(first, tuple) else rest, *others]


@dataclass(frozen=True, slots=True)
class _Sent:
    verb: str
    is_barrier: bool
    """Whether everything sent before must have ended before this does (SELECT and its kin)."""


class Pipeline:
    """A signed-in connection with commands in flight.

    Everything here raises Unreachable, ServerBusy, AuthenticationRefused or ServerRefused;
    after an error in the middle of an answer the connection is of no use any more.
    """

    def __init__(self, wire: Wire, secret: Secret) -> None:
        self._wire = wire
        self._secret = secret
        self.sent = 0
        """How many commands were sent."""
        self._unsent: list[bytes] = []
        self._in_flight: dict[bytes, _Sent] = {}
        self._ended: dict[bytes, MailctlError | bytes] = {}
        self._is_broken = False
        self._is_awaited = False
        """Whether the server waits for the literal that was offered."""
        self.host = wire.host

    def introduced(self, capabilities: Iterable[str]) -> None:
        """Hear what the server can do; only whoever traces cares."""

    def send(self, command: str, *, is_barrier: bool = False) -> bytes:
        """Return the tag of a command, which leaves with the next ones before an answer is read.

        No argument may end the line: CR, LF and NUL are refused as a bug of ours.
        """
        if _FORBIDDEN.search(command):
            raise ValueError("a command of more than one line")
        if self._is_broken:
            raise self._broke_off()
        self.sent += 1
        tag = b"M%d" % self.sent
        self._unsent.append(tag + b" " + command.encode() + b"\r\n")
        self._in_flight[tag] = _Sent(command.partition(" ")[0], is_barrier)
        return tag

    def until(self, tag: bytes) -> Iterator[Reply]:
        """Yield the untagged answers that come until the command of that tag has ended.

        They need not be answers to it. Raises what the command's refusal means.
        """
        while tag not in self._ended:
            reply = self._next()
            if reply is not None:
                yield reply
        ended = self._ended.pop(tag)
        if isinstance(ended, MailctlError):
            raise ended

    def call(self, command: str, *, is_barrier: bool = False) -> list[Reply]:
        """Send a command alone and return the untagged answers that came before its end."""
        return list(self.until(self.send(command, is_barrier=is_barrier)))

    def has_ended(self, tag: bytes) -> bool:
        """Whether the end of that command has come."""
        return tag in self._ended

    def flush(self) -> None:
        """Let the commands go that wait to be sent."""
        if self._unsent:
            lines, self._unsent = b"".join(self._unsent), []
            self.progressed()
            self._transmit(lines)

    def progressed(self, expected_bytes: int = 0) -> None:
        """Start the clock anew: something came that was asked for."""
        self._wire.pace.begin(expected_bytes=expected_bytes)

    def wait(self, idle_s: float) -> Reply | None:
        """Return the next untagged answer that comes within the time, for IDLE.

        None where nothing came, or what came was no such answer.
        """
        self.flush()
        if not self._wire.has_answer(idle_s):
            return None
        self.progressed()
        return self._next()

    def say(self, line: bytes) -> None:
        """Send a line that is no command, such as DONE."""
        self.progressed()
        self._transmit(line + b"\r\n")

    def offer(self, command: str, size: int) -> bytes:
        """Send a command that ends in a literal; return its tag once the server wants that.

        Raises what the refusal of the command means.
        """
        self._is_awaited = False
        tag = self.send(f"{command} {{{size}}}")
        while not self._is_awaited:
            self._next()
            if tag in self._ended:
                for _ in self.until(tag):
                    pass
                raise ServerRefused(f"{self.host} said that it is done before it had all of it")
        return tag

    def hand_over(self, tag: bytes, literal: bytes) -> None:
        """Send the literal that was offered; return once the command has succeeded."""
        self.progressed(len(literal))
        self._transmit(literal)
        self._transmit(b"\r\n")
        for _ in self.until(tag):
            pass

    def compress(self) -> None:
        """Deflate both ways from here on (RFC 4978). Raises ServerRefused."""
        self.call("COMPRESS DEFLATE", is_barrier=True)
        self._wire.compress()

    @property
    def is_broken(self) -> bool:
        """Whether nothing more can be asked over this connection."""
        return self._is_broken

    @property
    def is_local(self) -> bool:
        """Whether the server is this machine, where octets cost nothing."""
        return self._wire.is_local

    def leave(self, *, at_most_s: float) -> None:
        """Sign out, if that goes quickly."""
        tag = self.send("LOGOUT")
        self.flush()
        self._wire.pace.begin(at_most_s=at_most_s)
        for _ in self.until(tag):
            pass

    def _transmit(self, octets: bytes) -> None:
        try:
            self._wire.transmit(octets)
        except OSError as error:
            self._is_broken = True
            raise failure(self.host, error, self._secret) from error

    def _next(self) -> Reply | None:
        """Return the next untagged answer, None where something else came."""
        if self._is_broken:
            raise self._broke_off()
        self.flush()
        failed: MailctlError | None = None
        cause: BaseException | None = None
        try:
            return self._read()
        except (imaplib.IMAP4.error, OSError, MemoryError, *UNREADABLE) as error:
            failed = failure(self.host, error, self._secret)
            cause = None if repeats(said(error), self._secret) else error
        self._is_broken = True
        if not failed.retryable:
            # The rest of it would be taken for answers: nobody may go on here.
            failed = Unreachable(failed.sentence, hint="try again later")
        raise failed from cause

    def _read(self) -> Reply | None:
        line = self._line()
        parts: list[Part] = []
        while line.endswith((b"}", b"}+")) and (literal := _LITERAL.search(line)):
            parts.append((line, self._literal(int(literal[1]))))
            line = self._line()
        parts.append(line)
        first = parts[0][0] if isinstance(parts[0], tuple) else parts[0]
        untagged = _UNTAGGED.match(first)
        if untagged is None:
            self._end(first)
            return None
        name = untagged[2].upper()
        if name == b"FETCH" and len(parts) > 1 and not _may_follow(parts, line):
            # A literal of another length than announced: what comes next is not where it should be.
            raise self._wire.abort("what follows a literal makes no sense")
        if name == b"BYE" and not self._is_leaving():
            self._is_broken = True
            raise self._said_goodbye(first)
        return Reply(name, int(untagged[1]) if untagged[1] else None, parts)

    def _line(self) -> bytes:
        line = self._wire.readline()
        if not line.endswith(b"\n"):
            raise self._wire.abort("socket error: EOF")
        return line.rstrip(b"\r\n")

    def _literal(self, size: int) -> bytes:
        if size <= LARGEST_BYTES:
            self._wire.pace.expect(size)
        literal = self._wire.read(size)
        if len(literal) < size:  # the rest of a mail is not there: it is none
            raise self._wire.abort("socket error: EOF")
        return literal

    def _end(self, line: bytes) -> None:
        """Note how a command ended; a line that is nothing is passed over."""
        if line.startswith(b"+"):
            self._is_awaited = True
            return
        ended = _ENDED.match(line)
        sent = self._in_flight.pop(ended[1], None) if ended else None
        if ended is None or sent is None:
            return
        if sent.is_barrier and self._is_older_in_flight(ended[1]):
            raise self._wire.abort("answers out of order")
        self.progressed()
        rest = line[ended.end() :]
        is_done = ended[2].upper() == b"OK"
        self._ended[ended[1]] = rest if is_done else self._refusal(rest)

    def _is_older_in_flight(self, tag: bytes) -> bool:
        number = int(tag[1:])
        return any(int(other[1:]) < number for other in self._in_flight)

    def _refusal(self, text: bytes) -> MailctlError:
        return refusals.refused(self.host, plain(text, self._secret))

    def _is_leaving(self) -> bool:
        return any(sent.verb == "LOGOUT" for sent in self._in_flight.values())

    def _said_goodbye(self, line: bytes) -> MailctlError:
        words = plain(line.partition(b"BYE")[2], self._secret)
        if refusals.is_busy(words):
            return refusals.busy(self.host, words)
        return Unreachable(f"{self.host} hung up: {words}", hint="try again later")

    def _broke_off(self) -> Unreachable:
        return Unreachable(
            f"{self.host} broke off in the middle of an answer", hint="try again later"
        )


def _may_follow(parts: list[Part], line: bytes) -> bool:
    """Whether an answer may end like that after its last literal."""
    if _AFTER_LITERAL.match(line):
        return True
    heads = b"".join(part[0] for part in parts if isinstance(part, tuple))
    return is_in_labels(heads) and line.endswith(b")")
