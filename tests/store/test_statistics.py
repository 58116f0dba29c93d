"""How many messages there are, compared with a list in memory."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from mailctl.domain.ids import AccountId
from mailctl.domain.statistics import By, Sum, added_up
from mailctl.store.connection import Store
from mailctl.store.listing import Wanted
from mailctl.store.statistics import Counted, sums
from tests.store.mailboxes import ADDRESSES, Known, Lying, fill
from tests.store.samples import NOW, deliver, folder, mail


@pytest.fixture(scope="module")
def mailboxes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Store, list[Known]]]:
    """A store of every kind of message there is, and what is in it."""
    store = Store(tmp_path_factory.mktemp("store") / "mailctl.db")
    yield store, fill(store)
    store.close()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A store that is empty."""
    made = Store(tmp_path / "mailctl.db")
    yield made
    made.close()


def counted(store: Store, by: By, which: Counted | None = None) -> list[Sum]:
    with store.reading() as tx:
        return added_up(sums(tx, by, which or Counted()), by)


def live(known: Known, account: str | None = None) -> list[Lying]:
    return [copy for copy in known.copies if not copy.is_gone and account in {None, copy.account}]


COUNTED = [
    Counted(),
    Counted(account=AccountId(f"acc_{ADDRESSES[0]}")),
    Counted(since=NOW + timedelta(seconds=10), before=NOW + timedelta(seconds=20)),
]


@pytest.mark.parametrize("which", COUNTED)
@pytest.mark.parametrize(
    ("by", "value"),
    [
        (By.DAY, lambda each: each.date.strftime("%Y-%m-%d")),
        (By.WEEK, lambda each: "2026-W01"),
        (By.MONTH, lambda each: each.date.strftime("%Y-%m")),
        (By.YEAR, lambda each: "2026"),
        (By.HOUR, lambda each: each.date.strftime("%H")),
        (By.SENDER, lambda each: each.sender.lower()),
        (By.DOMAIN, lambda each: "x.example"),
    ],
)
def test_each_message_counts_once(
    mailboxes: tuple[Store, list[Known]], by: By, value: Callable[[Known], str], which: Counted
) -> None:
    store, known = mailboxes
    wanted = Wanted(account=which.account, since=which.since, before=which.before)
    expected: dict[str, Sum] = {}
    for each in filter(lambda each: each.is_wanted(wanted), known):
        was = expected.get(value(each), Sum(value(each), 0, 0, 0))
        is_unread = any(copy.is_unread for copy in live(each, which.account))
        expected[value(each)] = Sum(
            value(each), was.messages + 1, was.bytes + each.size, was.unread + is_unread
        )
    assert counted(store, by, which) == [expected[key] for key in sorted(expected)]


@pytest.mark.parametrize("which", COUNTED)
def test_a_message_counts_in_each_folder_in_which_people_see_it(
    mailboxes: tuple[Store, list[Known]], which: Counted
) -> None:
    store, known = mailboxes
    expected: dict[tuple[str, str], int] = {}
    for each in known:
        if each.is_wanted(Wanted(since=which.since, before=which.before)):
            for copy in live(each, which.account):
                for path in copy.labels or (copy.path,):
                    place = path, copy.account.removeprefix("acc_")
                    expected[place] = expected.get(place, 0) + 1
    found = {(each.value, each.account): each.messages for each in counted(store, By.FOLDER, which)}
    assert found == expected


@pytest.mark.parametrize("which", COUNTED)
def test_a_message_counts_once_in_each_account(
    mailboxes: tuple[Store, list[Known]], which: Counted
) -> None:
    store, known = mailboxes
    shown = [
        each for each in known if each.is_wanted(Wanted(since=which.since, before=which.before))
    ]
    expected = {
        address: sum(bool(live(each, f"acc_{address}")) for each in shown)
        for address in ADDRESSES
        if which.account in {None, f"acc_{address}"}
    }
    found = {each.value: each.messages for each in counted(store, By.ACCOUNT, which)}
    assert found == expected


def test_domains_stand_behind_the_last_at_sign_whatever_their_case(store: Store) -> None:
    with store.writing() as tx:
        for uid, sender in enumerate(["a@X.example", "b@x.example", '"c@y"@x.example'], start=1):
            source = mail(message_id=f"<{uid}@x>").replace(b"ben@example.net", sender.encode())
            deliver(tx, folder(tx), uid, source)
    assert [(each.value, each.messages) for each in counted(store, By.DOMAIN)] == [("x.example", 3)]


def test_mail_that_is_from_nobody_has_no_value(store: Store) -> None:
    with store.writing() as tx:
        deliver(tx, folder(tx), 1, b"Subject: x\r\n\r\n")
    assert [each.value for each in counted(store, By.SENDER)] == [None]
    assert [each.value for each in counted(store, By.DOMAIN)] == [None]


@pytest.mark.parametrize(
    ("day", "week"),
    [("2026-12-31", "2026-W53"), ("2027-01-01", "2026-W53"), ("2024-12-30", "2025-W01")],
)
def test_weeks_are_those_of_iso_8601(store: Store, day: str, week: str) -> None:
    moment = datetime.fromisoformat(day).replace(tzinfo=UTC)
    with store.writing() as tx:
        deliver(tx, folder(tx), 1, mail(), date=moment)
    assert [each.value for each in counted(store, By.WEEK)] == [week]


def test_an_empty_store_has_no_sums(store: Store) -> None:
    assert [counted(store, by) for by in By] == [[]] * len(By)
