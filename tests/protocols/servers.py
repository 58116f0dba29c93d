"""IMAP servers that answer as they are told, for what no good server does."""

import re
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field

from tests.rig.authority import Certificate
from tests.rig.faults import Talk, serving

GREETING = b"* OK ready"

Answer = bytes | list[bytes] | Callable[[bytes], list[bytes]]


@dataclass
class Imap:
    """A server that answers commands by the first pattern that fits.

    An answer whose last line begins with OK, NO or BAD ends the command with it.
    """

    answers: Mapping[str, Answer] = field(default_factory=dict)
    greeting: bytes = GREETING
    capabilities: bytes = b"IMAP4rev1 AUTH=PLAIN"
    heard: list[bytes] = field(default_factory=list)

    def serving(self, *, certificate: Certificate | None = None) -> AbstractContextManager[int]:
        return serving(self._talk, certificate=certificate)

    def _talk(self, talk: Talk) -> None:
        talk.say(self.greeting)
        while (line := talk.hear()) is not None:
            self.heard.append(line)
            tag, _, command = line.partition(b" ")
            wants_more = "AUTHENTICATE" not in self.answers
            if wants_more and command.upper().startswith(b"AUTHENTICATE PLAIN"):
                talk.say(b"+ ")
                self.heard.append(talk.hear() or b"")
            *lines, end = self._answer(command)
            for said_line in lines:
                talk.say(said_line)
            talk.say(tag + b" " + end)
            if command.upper() == b"LOGOUT":
                return

    def _answer(self, command: bytes) -> list[bytes]:
        usual: dict[str, Answer] = {
            "CAPABILITY": [b"* CAPABILITY " + self.capabilities],
            "LIST": [b'* LIST () "/" INBOX'],
            "EXAMINE": examined(0),
            "UID SEARCH": [b"* SEARCH"],
            "LOGOUT": [b"* BYE bye"],
        }
        for pattern, answer in (*self.answers.items(), *usual.items()):
            if re.match(pattern, command.decode(errors="replace"), re.IGNORECASE):
                lines = answer(command) if callable(answer) else answer
                lines = [lines] if isinstance(lines, bytes) else list(lines)
                ended = bool(lines) and re.match(rb"(OK|NO|BAD) ", lines[-1])
                return lines if ended else [*lines, b"OK done"]
        return [b"OK done"]


def examined(exists: int, *, uidnext: int | None = None) -> list[bytes]:
    return [
        b"* FLAGS (\\Seen)",
        b"* %d EXISTS" % exists,
        b"* OK [UIDVALIDITY 7] valid",
        b"* OK [UIDNEXT %d] next" % (exists + 1 if uidnext is None else uidnext),
    ]


def told(uid: int, *, flags: bytes = b"()") -> bytes:
    """Return what a server says of a message when it is asked for everything."""
    return (
        b'* %d FETCH (UID %d FLAGS %s INTERNALDATE "05-Jan-2026 10:00:00 +0000" RFC822.SIZE 9)'
        % (uid, uid, flags)
    )
