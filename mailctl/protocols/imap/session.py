"""The commands that reading takes, one after the other, with what they say understood."""

import imaplib
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import cached_property
from typing import Any

from mailctl.domain.syncing import Uid
from mailctl.errors import ServerRefused
from mailctl.protocols.imap import answers
from mailctl.protocols.imap.failures import UNREADABLE
from mailctl.protocols.imap.items import Items, items
from mailctl.protocols.imap.labels import Labelling
from mailctl.protocols.imap.lists import parsed
from mailctl.protocols.imap.names import name_of
from mailctl.protocols.imap.numbering import numbering
from mailctl.protocols.imap.pipeline import Pipeline, Reply
from mailctl.protocols.imap.profiles import Profile, chosen
from mailctl.protocols.imap.sets import in_words, ranges, sequence_set
from mailctl.protocols.imap.wire import quoted
from mailctl.protocols.words import plain
from mailctl.records import dataclass

# Servers that cut what SEARCH answers do it at a round number, 1,000 at the least.
_SUSPICIOUSLY_MANY = 1000
_CODE = re.compile(
    rb"\[(UIDVALIDITY|UIDNEXT|HIGHESTMODSEQ|MAILBOXID) \(?([^\]\s()]*)\)?\s*\]", re.IGNORECASE
)


@dataclass
class Examined:
    """What a server said when a folder was opened; None is what it did not say."""

    exists: int = 0
    has_exists: bool = False
    uidvalidity: int = 0
    uidnext: Uid | None = None
    highestmodseq: int | None = None
    mailbox: bytes = b""
    """MAILBOXID (RFC 8474)."""
    expunged: int = 0
    """How many messages went since, as far as we heard."""

    @property
    def numbering(self) -> int:
        """Which numbering of the folder its UIDs belong to."""
        return numbering(self.uidvalidity, self.mailbox)

    @property
    def present(self) -> int:
        """How many of the messages are still there, as far as we heard."""
        return self.exists - self.expunged

    def take(self, reply: Reply) -> bool:
        """Learn from an answer; return whether it was about this. Raises ServerRefused."""
        match reply.name:
            case b"EXISTS":
                # What arrives while the folder is read is for the next time.
                if not self.has_exists:
                    self.exists, self.has_exists = reply.number or 0, True
            case b"EXPUNGE":
                self.expunged += 1
            case b"VANISHED" if b"(EARLIER)" not in reply.text.upper():
                self.expunged += sum(last - first + 1 for first, last in vanished_uids(reply))
            case b"OK":
                code = _CODE.search(reply.text)
                if code is not None:
                    self._note(code[1].upper(), code[2])
            case _:
                return False
        return True

    def _note(self, name: bytes, value: bytes) -> None:
        if name == b"MAILBOXID":
            self.mailbox = value
        elif name == b"HIGHESTMODSEQ":
            number = answers.whole_number(value)
            self.highestmodseq = number or None
        elif not value.isdigit():
            raise ServerRefused(f"a {name.decode()} that is no number makes no sense")
        elif name == b"UIDVALIDITY":
            self.uidvalidity = int(value)
        else:
            self.uidnext = Uid(int(value))


class Session:
    """A signed-in connection, asked one thing at a time.

    Everything here raises Unreachable, ServerBusy, AuthenticationRefused or ServerRefused.
    """

    def __init__(self, pipeline: Pipeline, capabilities: frozenset[str], greeting: str) -> None:
        self.pipeline = pipeline
        self.host = pipeline.host
        self._capabilities = capabilities
        self._greeting = greeting
        self._examined = Examined()
        self._introduction: bytes | None = None
        self._says_of_itself: dict[str, str] = {}
        self._is_compressed = False
        self.is_utf8 = False
        """Whether folders are named in UTF-8."""
        self.takes_utf8 = False
        """Whether a name that came in UTF-8 may be sent so: servers may do it without a word."""
        self._has_offered_utf8 = False
        self.labelling = Labelling()
        """Which folder has labels; known once the folders were listed."""

    def introduce(self, name: str, version: str) -> None:
        """Tell the server who we are, where it wants to know (RFC 2971).

        NetEase shows no folder before that. The answer comes with that of the next command.
        """
        if "ID" in self._capabilities:
            self._introduction = self.pipeline.send(f'ID ("name" "{name}" "version" "{version}")')

    @cached_property
    def profile(self) -> Profile:
        """How this server is talked to, by all that it says of itself."""
        if self._introduction is not None:
            with suppress(ServerRefused):
                self._note_id(self.pipeline.until(self._introduction))
        return chosen(self.host, self._greeting, self._capabilities, self._says_of_itself)

    def compress(self) -> None:
        """Deflate both ways from here on, unless the server does not want to after all."""
        if not self._is_compressed:
            self._is_compressed = True
            with suppress(ServerRefused):
                self.pipeline.compress()

    def accept_utf8(self) -> None:
        """Let folders be named in UTF-8, where the server is known to do that well (RFC 6855).

        Meant to be asked before anything is listed. A server that says no goes on as before.
        """
        if self._has_offered_utf8 or not self.has("UTF8=ACCEPT", "ENABLE"):
            return
        self._has_offered_utf8 = True
        if not self.profile.utf8:
            return
        with suppress(ServerRefused):
            replies = self.pipeline.call("ENABLE UTF8=ACCEPT")
            self.takes_utf8 = True
            enabled = [reply.text.upper() for reply in replies if reply.name == b"ENABLED"]
            self.is_utf8 = any(b"UTF8=ACCEPT" in text.split() for text in enabled)

    def _note_id(self, replies: Iterable[Reply]) -> None:
        for told in _parsed([reply for reply in replies if reply.name == b"ID"], b"ID"):
            words = told[0] if told and isinstance(told[0], tuple) else ()
            pairs = zip(words[::2], words[1::2], strict=False)
            self._says_of_itself |= {_word(key).lower(): _word(value) for key, value in pairs}

    def has(self, *capabilities: str) -> bool:
        """Whether the server has all of these, now that it knows us."""
        return self._capabilities.issuperset(capabilities)

    def value_of(self, capability: str) -> str | None:
        """Return what stands behind a capability and `=`, None where the server has it not."""
        start = f"{capability}="
        found = (word.removeprefix(start) for word in self._capabilities if word.startswith(start))
        return next(found, None)

    @property
    def has_modseq(self) -> bool:
        """Whether the server numbers changes (RFC 7162)."""
        return self.profile.has_modseq

    def listing(self, options: str | None) -> tuple[list[Sequence[Any]], list[Sequence[Any]]]:
        """Return the LIST answers for every folder, and the STATUS answers among them.

        `options` are return options (RFC 5258): flags, delimiter and name are in a LIST
        answer, name and items in a STATUS answer.
        """
        extended = f" RETURN ({options})" if options else ""
        replies = self.pipeline.call(f'LIST "" "*"{extended}')
        self._note_id(replies)
        return _parsed(replies, b"LIST"), _parsed(replies, b"STATUS")

    def stated(self, reply: Reply) -> set[bytes]:
        """Return the names of the folders that an answer says to be in some state."""
        return {name_of(told[0]) for told in _parsed([reply], b"STATUS") if told}

    def status(self, name: bytes, items: Sequence[str]) -> Sequence[Any]:
        """Return the items that STATUS gives of a folder, names and values in turn."""
        command = f"STATUS {quoted(name.decode())} ({' '.join(items)})"
        told = _parsed(self.pipeline.call(command), b"STATUS")
        if not told or len(told[-1]) < 2 or not isinstance(told[-1][1], tuple):
            raise ServerRefused(f"{self.host} did not say how a folder is")
        return told[-1][1]

    def statuses(self, names: Sequence[bytes], items: Sequence[str]) -> list[Sequence[Any]]:
        """Return the STATUS answers for these folders, as far as the server gives them."""
        found: list[Sequence[Any]] = []
        most = 4 * self.profile.depth
        for start in range(0, len(names), most):
            tags = [
                self.pipeline.send(f"STATUS {quoted(name.decode())} ({' '.join(items)})")
                for name in names[start : start + most]
            ]
            for tag in tags:
                with suppress(ServerRefused):
                    found += _parsed(list(self.pipeline.until(tag)), b"STATUS")
        return found

    def send_examine(self, name: bytes, parameters: str = "") -> bytes:
        """Send the command that opens a folder for reading alone, and return its tag."""
        command = f"EXAMINE {quoted(name.decode())}{parameters}"
        return self.pipeline.send(command, is_barrier=True)

    def opened(self, tag: bytes) -> Iterator[Reply]:
        """Yield what comes with the answer to EXAMINE but is not about the folder itself."""
        self._examined = Examined()
        for reply in self.pipeline.until(tag):
            if not self._examined.take(reply):
                yield reply

    @property
    def examined(self) -> Examined:
        """What was said of the folder that is open."""
        return self._examined

    def items(self, name: bytes) -> Items:
        """Return what to ask of the messages of a folder."""
        return items(self.profile, has_labels=name == self.labelling.folder)

    def item(self, reply: Reply) -> answers.Item | None:
        """Return what a FETCH answer says, with its labels as paths."""
        found = answers.item(reply.parts)
        if found is None or found.words is None:
            return found
        return replace(found, labels=self.labelling.paths(found.words))

    def search(self, criteria: str) -> list[Uid] | None:
        """Return the UIDs that SEARCH finds, ascending; None where no answer came at all."""
        lines = [reply.text for reply in self.ask(f"UID SEARCH {criteria}", b"SEARCH")]
        return answers.numbers(lines) if lines else None

    def search_range(self, first: Uid, last: Uid, criteria: str = "") -> list[Uid] | None:
        """Return all UIDs in a range that fit, also from a server that cuts its answers."""
        found: set[Uid] = set()
        waiting = [(first, last)]
        while waiting:
            begin, end = waiting.pop()
            hits = self._searched(begin, end, criteria)
            if hits is None:
                return None
            # `n:*` names the last message even where its UID is lower than n.
            hits = [uid for uid in hits if begin <= uid <= end and uid not in found]
            found.update(hits)
            if len(hits) >= _SUSPICIOUSLY_MANY and len(found) < self._examined.present:
                waiting += [(Uid(hits[-1] + 1), end)] if hits[-1] < end else []
                waiting += [(begin, Uid(hits[0] - 1))] if begin < hits[0] else []
        return sorted(found)

    def _searched(self, first: Uid, last: Uid, criteria: str) -> list[Uid] | None:
        words = f"UID {in_words(first, last)} {criteria}".rstrip()
        if not self.profile.esearch:
            return self.search(words)
        # Told as runs it takes a hundredth of the octets (RFC 4731).
        replies = self.ask(f"UID SEARCH RETURN (ALL) {words}", b"ESEARCH", b"SEARCH")
        runs = [reply.text for reply in replies if reply.name == b"ESEARCH"]
        if runs:
            return self._unrolled(runs)
        return answers.numbers(reply.text for reply in replies) if replies else None

    def _unrolled(self, lines: Sequence[bytes]) -> list[Uid] | None:
        hits: set[int] = set()
        for begin, end in answers.extended_all(lines):
            # A run in an answer may be as long as it likes, our memory not.
            if end - begin > self._examined.exists + len(hits):
                return None
            hits.update(range(begin, end + 1))
        return sorted(map(Uid, hits))

    def count(self, first: Uid, last: Uid) -> int | None:
        """Return how many messages the range has, None where the server cannot count."""
        if not self.profile.esearch:
            return None
        command = f"UID SEARCH RETURN (COUNT) UID {in_words(first, last)}"
        return answers.count([reply.text for reply in self.ask(command, b"ESEARCH")])

    def fetch(
        self, uids: Sequence[Uid], items: str, *, expected_bytes: int = 0
    ) -> list[answers.Item]:
        """Return what the server says of these messages, in the order of its answers."""
        return self._fetch(sequence_set(uids), items, expected_bytes=expected_bytes)

    def fetch_range(self, first: Uid, last: Uid, items: str) -> list[answers.Item]:
        """Return what the server says of all messages in a range."""
        return self._fetch(in_words(first, last), items)

    def changed(self, first: Uid, last: Uid, items: str, modseq: int) -> list[answers.Item]:
        """Return what is said of those in a range that changed after `modseq`."""
        return self._fetch(in_words(first, last), f"{items} (CHANGEDSINCE {modseq})")

    def _fetch(self, uids: str, items: str, *, expected_bytes: int = 0) -> list[answers.Item]:
        tag = self.pipeline.send(f"UID FETCH {uids} {items}")
        self.pipeline.flush()
        self.pipeline.progressed(expected_bytes)
        return [told for reply in self._of(tag, b"FETCH") if (told := self.item(reply))]

    def ask(self, command: str, *names: bytes) -> list[Reply]:
        """Return the answers of these names to a command on the open folder."""
        return list(self._of(self.pipeline.send(command), *names))

    def _of(self, tag: bytes, *names: bytes) -> Iterator[Reply]:
        for reply in self.pipeline.until(tag):
            if reply.name in names:
                yield reply
            else:
                self._examined.take(reply)


def vanished_uids(reply: Reply) -> list[tuple[int, int]]:
    """Return the runs of UIDs that a VANISHED answer names (RFC 7162 section 3.2.10)."""
    return ranges(reply.text.rpartition(b" ")[2])


def _parsed(replies: Sequence[Reply], name: bytes) -> list[Sequence[Any]]:
    """Return the answers that can be read: a broken one must not hide the others."""
    found = []
    for reply in replies:
        if reply.name == name:
            with suppress(imaplib.IMAP4.error, *UNREADABLE):
                found.append(parsed(reply.data))
    return found


def _word(token: object) -> str:
    text = token.decode("utf-8", "replace") if isinstance(token, bytes) else str(token)
    return plain(text)
