"""Mailboxes with every kind of message there is, and a list in memory of what they hold."""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta

from mailctl.domain.folders import Folder
from mailctl.domain.ids import AccountId, MessageId
from mailctl.domain.listing import Sort
from mailctl.domain.syncing import Uid, Vanished
from mailctl.store import copies, messages
from mailctl.store.connection import Store, Writing
from mailctl.store.listing import Wanted
from tests.store.samples import NOW, NUMBERING, folder, id_of, mail, new_message

COUNT = 120
ADDRESSES = ("ada@example.org", "ben@example.org")
PATHS = ("INBOX", "Work", "All")
LABELS = ("INBOX", "Label")
SPAN_S = 40
"""Much shorter than there are messages, so that many are of the same second."""


@dataclass(frozen=True)
class Lying:
    """A copy as the list in memory knows it."""

    account: AccountId
    path: str
    labels: tuple[str, ...]
    is_unread: bool
    is_gone: bool


@dataclass(frozen=True)
class Known:
    """A message as the list in memory knows it."""

    id: MessageId
    date: datetime
    size: int
    sender: str
    subject: str
    copies: tuple[Lying, ...]

    def is_wanted(self, wanted: Wanted) -> bool:
        if wanted.since is not None and self.date < wanted.since:
            return False
        if wanted.before is not None and self.date >= wanted.before:
            return False
        if not self.copies:
            return wanted.account is None and wanted.folder is None and not wanted.is_unread
        return any(
            not copy.is_gone
            and wanted.account in {None, copy.account}
            and wanted.folder in {None, copy.path, *copy.labels}
            and (copy.is_unread or not wanted.is_unread)
            for copy in self.copies
        )

    def place(self, sort: Sort) -> tuple[str | int | datetime, str]:
        keys: dict[Sort, str | int | datetime] = {
            Sort.DATE: self.date,
            Sort.SIZE: self.size,
            Sort.FROM: self.sender.lower(),
            Sort.SUBJECT: self.subject.lower(),
        }
        return keys[sort], self.id


def fill(store: Store) -> list[Known]:
    """Store the mailboxes, the same ones each time, and return what they hold."""
    chance = random.Random(6)
    with store.writing() as tx:
        return [_stored(tx, number, chance) for number in range(COUNT)]


def _stored(tx: Writing, number: int, chance: random.Random) -> Known:
    date = NOW + timedelta(seconds=chance.randrange(SPAN_S))
    subject = chance.choice(["a", "B", "c", "grün"])
    source = mail(subject, message_id=f"<{number}@x.example>", body="x" * chance.randrange(30))
    source = source.replace(b"ben@example.net", chance.choice([b"A@x.example", b"b@x.example"]))
    message = new_message(tx, source, date=date)
    (row,) = messages.put(tx, [message], at=NOW)
    lying: list[Lying] = []
    for _ in range(chance.choice([0, 1, 1, 1, 2])):
        into = _folder(tx, chance.choice(ADDRESSES), chance.choice(PATHS))
        copy = Lying(
            account=into.account,
            path=into.path,
            labels=tuple(chance.sample(LABELS, chance.randrange(3))) if into.path == "All" else (),
            is_unread=chance.random() < 0.3,
            is_gone=chance.random() < 0.2,
        )
        uid = Uid(10 * number + len(lying) + 1)
        new = copies.NewCopy(
            message=row,
            source=message.source,
            numbering=NUMBERING,
            uid=uid,
            flags=frozenset() if copy.is_unread else frozenset({"\\Seen", "$Forwarded"}),
            internal_date=date,
            role=None,
            labels=frozenset(copy.labels) if into.path == "All" else None,
        )
        copies.put(tx, into.id, [new], at=NOW)
        if copy.is_gone:
            copies.mark_gone(tx, into.id, NUMBERING, [Vanished(uid, "x")], at=NOW)
        lying.append(copy)
    sender = message.envelope.sender.address if message.envelope.sender else ""
    return Known(id_of(tx, row), date, len(source), sender, subject, tuple(lying))


def _folder(tx: Writing, address: str, path: str) -> Folder:
    made = folder(tx, path, address)
    if path == "All":
        tx.execute("UPDATE folder SET has_labels = 1 WHERE id = ?", (made.id,))
    return made
