"""A plan of faults while it is carried out: what was counted, and what is to be said instead."""

import re
import threading
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from random import Random

from .faults import Cut, Faults

_GARBAGE = (
    b"* ",
    b"",
    b"*",
    b"garbage",
    b"* 1",
    b"* FETCH",
    b"* 99999999999999999999 EXISTS",
    b"* -1 EXPUNGE",
    b"* OK [",
    b"* OK [UIDVALIDITY x] y",
    b"* STATUS",
    b"* SEARCH nothing 1",
    b"* ESEARCH (",
    b"* LIST ((",
    b"* VANISHED",
    b"* VANISHED (EARLIER) a:b",
    b"\0\0\0",
    b"\xff\xfe * 1 FETCH (UID 1 FLAGS (\\Deleted))x",
    b"* 0 FETCH (FLAGS ())",
    b"* NO ",
    b"* CAPABILITY",
    b"+ ",
    b"zzzz OK who asked",
)

_PORTION = 10_000
_SIGN_IN = re.compile(rb"LOGIN|AUTHENTICATE", re.IGNORECASE)


@lru_cache(maxsize=2)
def made_up(count: int, separator: bytes) -> bytes:
    """Return so many UIDs that are none, each after a separator."""
    parts = []
    for begin in range(0, count, _PORTION):
        numbers = range(begin, min(begin + _PORTION, count))
        parts.append(b"".join(b"%s%d" % (separator, 1_000_000 + 2 * each) for each in numbers))
    return b"".join(parts)


class Plan:
    """Faults with their counts; used by all connections of a server at once."""

    def __init__(self, faults: Faults) -> None:
        self.faults = faults
        self.chance = Random(faults.seed)
        self._lock = threading.Lock()
        self._lines = 0
        self._commands = 0
        self._cuts = 0
        self._sign_ins = 0
        self._matched: Counter[int] = Counter()

    def cut(self) -> Cut | None:
        """Count a line of answer and return how the connection ends before it, if it does."""
        if self.faults.cut is None:
            return None
        with self._lock:
            self._lines += 1
            if self._lines < self.faults.cut_after or self._cuts >= self.faults.cut_times:
                return None
            self._lines = 0
            self._cuts += 1
            return self.faults.cut

    def begin(self, command: bytes) -> bytes | None:
        """Count a command, let happen what is due, and return how it is refused, if it is."""
        with self._lock:
            self._commands += 1
            if self.faults.uidvalidity_grows and _SIGN_IN.match(command):
                self._sign_ins += 1
            happening = self.faults.before.get(self._commands)
        if happening is not None:
            happening()
        longest = self.faults.longest_command
        if longest is not None and len(command) > longest:
            return b"BAD command line too long"
        text = command.decode("latin-1")
        for number, refusal in enumerate(self.faults.refusals):
            if re.match(refusal.command, text, re.IGNORECASE):
                with self._lock:
                    self._matched[number] += 1
                    nth = self._matched[number]
                if refusal.first <= nth < refusal.first + refusal.times:
                    return refusal.answer
        return None

    def garbage(self) -> bytes | None:
        """Return a senseless line, sometimes."""
        if self.faults.garbage and self.chance.random() < self.faults.garbage:
            return self.chance.choice(_GARBAGE)
        return None

    def uidvalidity(self, value: int) -> int:
        return value + self.faults.uidvalidity_shift + self._sign_ins

    def uidnext(self, value: int) -> int:
        return value if self.faults.uidnext is None else self.faults.uidnext

    def highestmodseq(self, value: int, *, in_status: bool = False) -> int:
        if self.faults.modseq is not None:
            return self.faults.modseq
        shift = self.faults.status_modseq_shift if in_status else 0
        return max(1, value + self.faults.modseq_shift + shift)

    def exists(self, value: int) -> int:
        return max(0, value + self.faults.exists_shift)

    def messages(self, value: int) -> int:
        return max(0, value + self.faults.status_shift)

    def found(self, uids: list[int]) -> list[int] | None:
        """Return what SEARCH says instead of these; None where it says nothing."""
        if self.faults.search_silent:
            return None
        if self.faults.search_empty:
            return []
        uids = [uid for uid in uids if uid not in self.faults.unlisted]
        if self.faults.search_most is not None:
            uids = uids[: self.faults.search_most]
        return self._ordered(uids)

    def told(self, uids: list[int]) -> list[int]:
        """Return of which of these messages FETCH says something, in which order."""
        share = self.faults.omit_share
        return self._ordered(
            [
                uid
                for uid in uids
                if uid not in self.faults.omit and not (share and self.chance.random() < share)
            ]
        )

    def vanished(self, uids: Iterable[int]) -> list[int]:
        """Return what is said to have vanished instead of these."""
        if self.faults.drop_vanished:
            return []
        return sorted(self.faults.vanished.union(uids))

    def is_spoiled(self, uid: int) -> bool:
        """Whether the answer about this message is one that `literal` or `mangling` changes."""
        return self.faults.spoiled is None or uid in self.faults.spoiled

    def _ordered(self, uids: list[int]) -> list[int]:
        if self.faults.shuffled:
            self.chance.shuffle(uids)
        return uids
