"""The commands that reading takes, each within its time and with its errors translated."""

import imaplib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from imapclient.response_parser import parse_response

from mailctl.domain.secret import Secret
from mailctl.domain.syncing import Uid
from mailctl.errors import ServerRefused, Unreachable
from mailctl.protocols import refusals
from mailctl.protocols.imap import answers
from mailctl.protocols.imap.failures import UNREADABLE, translated
from mailctl.protocols.imap.sets import in_words, sequence_set
from mailctl.protocols.imap.wire import Client, Wire, quoted
from mailctl.protocols.words import plain

# Servers that cut what SEARCH answers do it at a round number, 1,000 at the least.
_SUSPICIOUSLY_MANY = 1000


@dataclass(frozen=True)
class Examined:
    """What a server said when a folder was opened; None is what it did not say."""

    exists: int
    uidvalidity: int
    uidnext: Uid | None
    highestmodseq: int | None


class Session:
    """A signed-in connection.

    Everything here raises Unreachable, ServerBusy or ServerRefused.
    """

    def __init__(self, wire: Wire, client: Client, secret: Secret) -> None:
        self._wire = wire
        self._client = client
        self._secret = secret
        self.host = wire.host
        with self._asking():
            self._capabilities = frozenset(
                word.decode("ascii", "replace").upper() for word in client.capabilities()
            )

    def has(self, *capabilities: str) -> bool:
        """Whether the server has all of these, now that it knows us."""
        return self._capabilities.issuperset(capabilities)

    @property
    def has_modseq(self) -> bool:
        """Whether the server numbers changes (RFC 7162)."""
        return bool(self._capabilities & {"CONDSTORE", "QRESYNC"})

    def listing(self, options: str | None) -> list[Sequence[Any]]:
        """Return flags, delimiter and name of every folder, with the return options if any."""
        with self._asking():
            return _parsed(self._answer(self._wire.list_folders(options)))

    def listed_states(self) -> list[Sequence[Any]]:
        """Return name and items of the STATUS answers that the last listing brought."""
        with self._asking():
            return _parsed(self._wire.untagged("STATUS"))

    def status(self, name: bytes, items: Sequence[str]) -> Sequence[Any]:
        """Return the items that STATUS gives of a folder, names and values in turn."""
        with self._asking():
            command = self._wire.status(quoted(name.decode("ascii")), f"({' '.join(items)})")
            *_, last = _parsed(self._answer(command))
            return tuple(last[1])

    def examine(self, name: bytes) -> Examined:
        """Open a folder for reading alone."""
        with self._asking():
            told = self._client.select_folder(name, readonly=True)
            modseq = told.get(b"HIGHESTMODSEQ")
            return Examined(
                exists=int(told.get(b"EXISTS", 0)),
                uidvalidity=int(told.get(b"UIDVALIDITY", 0)),
                uidnext=Uid(int(told[b"UIDNEXT"])) if b"UIDNEXT" in told else None,
                highestmodseq=modseq if isinstance(modseq, int) and modseq > 0 else None,
            )

    def expunged(self) -> int:
        """Return how many messages the open folder lost since it was opened, as far as we heard."""
        return len(self._wire.untagged_responses.get("EXPUNGE", ()))

    def search(self, criteria: str) -> list[Uid] | None:
        """Return the UIDs that SEARCH finds, ascending; None where no answer came at all."""
        with self._asking():
            found = self._answer(self._wire.uid_command("SEARCH", criteria))
            lines = [line for line in found if line is not None]
            return answers.numbers(lines) if lines else None

    def search_range(self, first: Uid, last: Uid, criteria: str = "") -> list[Uid] | None:
        """Return all UIDs in a range that fit, also from a server that cuts its answers."""
        found: set[Uid] = set()
        waiting = [(first, last)]
        while waiting:
            begin, end = waiting.pop()
            hits = self.search(f"UID {in_words(begin, end)} {criteria}".rstrip())
            if hits is None:
                return None
            # `n:*` names the last message even where its UID is lower than n.
            hits = [uid for uid in hits if begin <= uid <= end and uid not in found]
            found.update(hits)
            if len(hits) >= _SUSPICIOUSLY_MANY:
                waiting += [(Uid(hits[-1] + 1), end)] if hits[-1] < end else []
                waiting += [(begin, Uid(hits[0] - 1))] if begin < hits[0] else []
        return sorted(found)

    def count(self, first: Uid, last: Uid) -> int | None:
        """Return how many messages the range has, None where the server cannot count."""
        if not self.has("ESEARCH"):
            return None
        with self._asking():
            self._wire.untagged("ESEARCH")
            self._answer(
                self._wire.uid_command("SEARCH", "RETURN (COUNT)", f"UID {in_words(first, last)}")
            )
            return answers.count(self._wire.untagged("ESEARCH"))

    def fetch(
        self, uids: Sequence[Uid], items: str, *, expected_bytes: int = 0
    ) -> list[answers.Item]:
        """Return what the server says of these messages, in the order of its answers."""
        return self._fetch(sequence_set(uids), items, expected_bytes=expected_bytes)

    def changed_flags(self, first: Uid, last: Uid, modseq: int) -> list[answers.Item]:
        """Return the flags in a range that changed after `modseq`."""
        return self._fetch(in_words(first, last), f"(FLAGS) (CHANGEDSINCE {modseq})")

    def _fetch(self, uids: str, items: str, *, expected_bytes: int = 0) -> list[answers.Item]:
        with self._asking(expected_bytes):
            return list(answers.items(self._answer(self._wire.uid_command("FETCH", uids, items))))

    def _answer(self, command: tuple[str, list[Any]]) -> list[Any]:
        ended, told = command
        if ended == "OK":
            return told
        raise refusals.refused(self.host, plain(told[-1] or b"", self._secret))

    @contextmanager
    def _asking(self, expected_bytes: int = 0) -> Iterator[None]:
        if self._wire.is_out_of_step():
            raise _lost(f"{self.host} broke off in the middle of an answer")
        self._wire.pace.begin(expected_bytes=expected_bytes)
        try:
            with translated(self.host, self._secret):
                yield
        except (ServerRefused, Unreachable) as error:
            if self._wire.goodbye:
                raise refusals.busy(self.host, plain(self._wire.goodbye, self._secret)) from error
            if self._wire.is_out_of_step() and isinstance(error, ServerRefused):
                # Nobody may take this for the refusal of one message and go on.
                raise _lost(error.sentence) from error
            raise


def _lost(sentence: str) -> Unreachable:
    return Unreachable(sentence, hint="try again later")


def _parsed(parts: list[Any]) -> list[Sequence[Any]]:
    """Return the answers that can be read: a broken one must not hide the others."""
    found = []
    for answer in answers.answers(parts):
        with suppress(imaplib.IMAP4.error, *UNREADABLE):
            found.append(parse_response(answer))
    return found
