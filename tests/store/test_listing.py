"""Which messages are listed, in which order, page by page; compared with a list in memory."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mailctl.domain.folders import Folder
from mailctl.domain.ids import AccountId, MessageId
from mailctl.domain.listing import Order, Sort
from mailctl.domain.syncing import Uid, Vanished
from mailctl.store import accounts, copies, listing, messages
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


@pytest.fixture(scope="module")
def mailboxes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Store, list[Known]]]:
    """A store of every kind of message there is, and what is in it."""
    store = Store(tmp_path_factory.mktemp("store") / "mailctl.db")
    chance = random.Random(6)
    with store.writing() as tx:
        known = [_stored(tx, number, chance) for number in range(COUNT)]
    yield store, known
    store.close()


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


def listed(store: Store, wanted: Wanted, *, few: int = 10) -> list[MessageId]:
    with store.reading() as tx:
        return [message.id for message in listing.list_(tx, wanted, few=few)]


def expected(known: list[Known], wanted: Wanted) -> list[MessageId]:
    found = [message for message in known if message.is_wanted(wanted)]
    order = wanted.order
    found.sort(key=lambda message: message.place(order.by), reverse=order.is_descending)
    return [message.id for message in found]


MOMENTS = st.none() | st.integers(-1, SPAN_S + 1).map(lambda s: NOW + timedelta(seconds=s))
WANTED = st.builds(
    Wanted,
    account=st.none() | st.sampled_from([AccountId(f"acc_{address}") for address in ADDRESSES]),
    folder=st.none() | st.sampled_from([*PATHS, *LABELS, "nowhere"]),
    is_unread=st.booleans(),
    since=MOMENTS,
    before=MOMENTS,
    order=st.builds(Order, st.sampled_from(Sort), is_descending=st.booleans()),
)
# the store is only read
EVERY = settings(
    max_examples=400,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@EVERY
@given(WANTED, st.sampled_from([0, 10, 1000]))
def test_what_is_wanted_is_listed_in_its_order(
    mailboxes: tuple[Store, list[Known]], wanted: Wanted, few: int
) -> None:
    store, known = mailboxes
    assert listed(store, wanted, few=few) == expected(known, wanted)


@EVERY
@given(WANTED, st.integers(1, 50), st.sampled_from([0, 10, 1000]))
def test_pages_that_follow_each_other_are_the_whole(
    mailboxes: tuple[Store, list[Known]], wanted: Wanted, limit: int, few: int
) -> None:
    store, known = mailboxes
    whole: list[MessageId] = []
    page = listed(store, replace(wanted, limit=limit), few=few)
    while page:
        whole += page
        page = listed(store, replace(wanted, limit=limit, after=page[-1]), few=few)
    assert whole == expected(known, wanted)


def test_a_page_may_follow_a_message_that_is_not_in_it(
    mailboxes: tuple[Store, list[Known]],
) -> None:
    store, known = mailboxes
    gone = next(each for each in known if each.copies and all(c.is_gone for c in each.copies))
    after = listed(store, Wanted(after=gone.id))
    assert after == [
        each
        for each in expected(known, Wanted())
        if next((k.date, k.id) for k in known if k.id == each) < (gone.date, gone.id)
    ]


@pytest.mark.parametrize(
    "wanted",
    [Wanted(), Wanted(folder="INBOX"), Wanted(order=Order(is_descending=False))],
    ids=["newest", "of a folder", "oldest"],
)
def test_the_first_page_looks_at_few_messages_only(tmp_path: Path, wanted: Wanted) -> None:
    store = Store(tmp_path / "mailctl.db")
    with store.writing() as tx:
        into = folder(tx)
        for number in range(3_000):
            message = new_message(tx, mail(message_id=f"<{number}@x>"), date=NOW)
            (row,) = messages.put(tx, [message], at=NOW)
            new = copies.NewCopy(
                row, message.source, NUMBERING, Uid(number + 1), frozenset(), NOW, None
            )
            copies.put(tx, into.id, [new], at=NOW)
    steps = 0

    def count_step() -> int:
        nonlocal steps
        steps += 100
        return 0

    with store.reading() as reading:
        reading.set_progress_handler(count_step, 100)
        assert len(list(listing.list_(reading, replace(wanted, limit=10), few=100))) == 10
        reading.set_progress_handler(None, 0)
    store.close()
    assert steps < 30_000  # all 3,000 of them take ten times as many


def test_an_account_without_folders_has_no_messages(tmp_path: Path) -> None:
    store = Store(tmp_path / "mailctl.db")
    with store.writing() as tx:
        folder(tx)
        account = accounts.by_address(tx, ADDRESSES[0])
    assert account is not None
    assert listed(store, Wanted(account=account.id)) == []
    store.close()
