"""Messages by their words."""

import sqlite3

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mailctl.domain.ids import MessageId, MessageNumber
from mailctl.domain.syncing import Uid, Vanished
from mailctl.store import copies, messages, search
from mailctl.store.connection import Store, Writing
from mailctl.store.search import Entry, Order, Question
from tests.store.samples import (
    HOSTILE,
    NOW,
    NUMBERING,
    account,
    deliver,
    folder,
    id_of,
    mail,
    number_of,
)

ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=40)


def index(store: Store, *bodies: str, subject: str = "hello") -> list[MessageId]:
    """Store a mail for each body, the newest last, and index it."""
    ids = []
    with store.writing() as tx:
        for number, body in enumerate(bodies):
            into = folder(tx)
            source = mail(message_id=f"<{number}@{len(bodies)}>")
            ids.append(deliver(tx, into, number + 1, source, date=NOW.replace(second=number)))
            search.put(
                tx,
                [Entry(number_of(tx, ids[-1]), subject, "Ben ben@example.net", body, "bill.pdf")],
            )
    return ids


def delivered(tx: Writing, count: int) -> list[MessageNumber]:
    """Store so many mails, none of them indexed."""
    into = folder(tx)
    ids = [deliver(tx, into, uid, mail(message_id=f"<{uid}@x>")) for uid in range(1, count + 1)]
    return [number_of(tx, each) for each in ids]


def find(store: Store, *words: str, order: Order = Order.DATE) -> list[MessageId]:
    with store.reading() as tx:
        return search.find(tx, Question(words, order=order))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("the quick brown fox", ["quick", "fox"]),
        ("the quick brown fox", ["QUICK"]),
        ("the quick brown fox", ['"quick brown"']),
        ("the quick brown fox", ['"quick', 'brown"']),
        ("the quick brown fox", ['"quick brown']),
        ("the quick brown fox", ["qui*", "bro*"]),
        ("write to ada@corp.example now", ["ada@corp.example"]),
        ("write to ada@corp.example now", ["corp"]),
        ("Ich möchte grüßen, Ångström", ["mochte", "angstrom"]),
        ("Ich mo\u0308chte", ["MÖCHTE"]),
        ("crème brûlée", ["creme", "brulee"]),
        ("Привет, МИР", ["привет", "мир"]),
        ("ПРИВЕТ", ["Привет"]),
        ("ΑΘΗΝΑ", ["αθηνα"]),
        ("我今天收到了发票", ["发票"]),
        ("我今天收到了发票", ["收到", "发*"]),
        ("請求書をお送りします", ["請求書"]),
        ("請求書をお送りします", ["お送り"]),
        ("계약서를 보냅니다", ["계약서"]),
        ("混ぜたtext文字", ["text"]),
        ("a\0b", ["a", "b"]),
        ("x" * 300_000, ["x" * 300_000]),
        ("nothing", ["hello", "ben", "example.net", "bill.pdf"]),
    ],
)
def test_a_message_is_found_by_all_its_words(store: Store, text: str, words: list[str]) -> None:
    ids = index(store, text)
    assert find(store, *words) == ids


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("the quick brown fox", ["quick", "dog"]),
        ("the quick brown fox", ['"brown quick"']),
        ("the quick brown fox", ["qui"]),
        ("the quick brown fox", ['"qui*"']),
        ("我今天收到了发票", ["票发"]),
        ("quick", ["-"]),
        ("quick", ['""']),
        ("quick", []),
    ],
)
def test_a_message_without_them_is_not(store: Store, text: str, words: list[str]) -> None:
    index(store, text)
    assert find(store, *words) == []


@pytest.mark.parametrize(
    "word",
    [
        *("AND", "OR", "NOT", "NEAR", "body", "subject"),
        *("fox AND dog", "NEAR(fox)", "body:fox", "{fox}", "fox*", "^fox", "fox + fox"),
        *("-fox", "(fox", "fox)", "'fox", "fox;", '"fox', 'fox"', "%fox_", "\\fox"),
    ],
)
def test_no_word_is_an_operator(store: Store, word: str) -> None:
    ids = index(store, f"{word} fox")
    assert find(store, word) == ids


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """A store for many questions."""
    return Store(tmp_path_factory.mktemp("shared") / "mailctl.db")


@given(ANY_TEXT, st.lists(ANY_TEXT | st.text('"*():^+-{} aA字\0', max_size=12), max_size=4))
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_any_text_is_indexed_and_any_words_are_a_question(
    shared: Store, text: str, words: list[str]
) -> None:
    with shared.writing() as tx:
        message = deliver(tx, folder(tx), 1, mail())
        search.put(tx, [Entry(number_of(tx, message), text, text, text, text)])
        assert search.find(tx, Question(words)) in ([], [message])


def test_hostile_text_is_found_like_any(store: Store) -> None:
    ids = index(store, HOSTILE)
    assert find(store, "DROP", "TABLE", "ü") == ids


def test_the_newest_comes_first_or_the_best(store: Store) -> None:
    old, new = index(store, "invoice invoice invoice", "one invoice among so many other words")
    assert find(store, "invoice") == [new, old]
    assert find(store, "invoice", order=Order.RANK) == [old, new]
    with store.reading() as tx:
        assert search.find(tx, Question(["invoice"], limit=1)) == [new]


def test_a_message_that_is_indexed_again_is_found_by_its_new_words_alone(store: Store) -> None:
    (message,) = index(store, "before")
    with store.writing() as tx:
        search.put(tx, [Entry(number_of(tx, message), "", "", "after")])
    assert find(store, "before") == find(store, "hello") == []
    assert find(store, "after") == [message]


def test_what_is_purged_leaves_no_word_behind(store: Store) -> None:
    first, second = index(store, "secretword", "other")
    with store.writing() as tx:
        number = number_of(tx, first)
        messages.purge(tx, [first])
        search.put(tx, [Entry(number, "", "", "secretword")])
        assert tx.execute("SELECT count(*) FROM message_text").fetchone()[0] == 1
    assert find(store, "secretword") == []
    assert find(store, "other") == [second]


def test_a_number_that_was_used_finds_only_who_has_it_now(store: Store) -> None:
    (first,) = index(store, "first")
    with store.writing() as tx:
        messages.purge(tx, [first])
    (second,) = index(store, "second")
    assert find(store, "first") == []
    assert find(store, "second") == [second]


def test_what_no_server_has_any_more_is_not_found(store: Store) -> None:
    gone, there = index(store, "one", "one")
    with store.writing() as tx:
        copies.mark_gone(tx, folder(tx).id, NUMBERING, [Vanished(Uid(1), "expunged")], at=NOW)
    assert find(store, "one") == [there], gone


def test_only_what_an_account_has_is_found_for_it(store: Store) -> None:
    with store.writing() as tx:
        ids = []
        for number, address in enumerate(("ada@example.org", "zoe@example.org")):
            into = folder(tx, address=address)
            ids.append(deliver(tx, into, 1, mail(message_id=f"<{number}@x>")))
            search.put(tx, [Entry(number_of(tx, ids[-1]), "hello", "")])
        for each, address in zip(ids, ("ada@example.org", "zoe@example.org"), strict=True):
            question = Question(["hello"], account=account(address).id)
            assert search.find(tx, question) == [each]


def test_messages_wait_until_they_are_indexed(store: Store) -> None:
    with store.writing() as tx:
        numbers = delivered(tx, 5)
        first = search.waiting(tx, after=0, limit=3)
        rest = search.waiting(tx, after=first[-1].message, limit=3)
        assert [waiting.message for waiting in first + rest] == numbers
        assert search.count_waiting(tx) == 5
        search.put(tx, [Entry(numbers[0], "", ""), Entry(numbers[3], "", "", is_unreadable=True)])
        assert [each.message for each in search.waiting(tx, after=0, limit=9)] == (
            [numbers[1], numbers[2], numbers[4]]
        )


def test_what_was_begun_is_known_until_it_is_done(store: Store) -> None:
    with store.writing() as tx:
        numbers = delivered(tx, 3)
        search.begin(tx, numbers)
        search.begin(tx, numbers)
        search.put(tx, [Entry(numbers[0], "", "")])
        messages.purge(tx, [id_of(tx, numbers[1])])
        assert search.begun(tx) == [numbers[2]]


def test_an_entry_names_everybody(store: Store) -> None:
    with store.writing() as tx:
        number = number_of(tx, deliver(tx, folder(tx), 1, mail("a subject")))
        (entry,) = search.entries(tx, [number, MessageNumber(99)])
    assert (entry.message, entry.subject, entry.body) == (number, "a subject", "")
    assert entry.people.split() == ["Ben", "ben@example.net", "Ada", "ada@example.org"]


def test_rows_stay_what_they_are_when_the_file_is_rewritten(store: Store) -> None:
    first, second, third = index(store, "first", "second", "third")
    with store.writing() as tx:
        messages.purge(tx, [second])
    store.close()
    connection = sqlite3.connect(store.path)
    connection.execute("VACUUM")
    connection.close()
    assert find(store, "first") == [first]
    assert find(store, "third") == [third]
