"""Which messages are listed, in which order, page by page; compared with a list in memory."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mailctl.domain.ids import AccountId, MessageId
from mailctl.domain.listing import Order, Sort
from mailctl.domain.syncing import Uid
from mailctl.store import accounts, copies, listing, messages
from mailctl.store.connection import Store
from mailctl.store.listing import Wanted
from tests.store.mailboxes import ADDRESSES, LABELS, PATHS, SPAN_S, Known, fill
from tests.store.samples import NOW, NUMBERING, folder, mail, new_message


@pytest.fixture(scope="module")
def mailboxes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Store, list[Known]]]:
    """A store of every kind of message there is, and what is in it."""
    store = Store(tmp_path_factory.mktemp("store") / "mailctl.db")
    yield store, fill(store)
    store.close()


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
