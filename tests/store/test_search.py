"""Messages by their words."""

import sqlite3
import time
import unicodedata

import pytest
from hypothesis import strategies as st

from mailctl.domain.ids import MessageId, MessageNumber
from mailctl.store import messages, search, unindexed
from mailctl.store.connection import Store, Writing
from mailctl.store.search import Entry
from mailctl.store.words import folded
from tests.store.questions import found
from tests.store.samples import (
    HOSTILE,
    NOW,
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
                [
                    Entry(
                        number_of(tx, ids[-1]),
                        subject=subject,
                        sender="Ben ben@example.net",
                        body=body,
                        attachments="bill.pdf",
                    )
                ],
            )
    return ids


def delivered(tx: Writing, count: int) -> list[MessageNumber]:
    """Store so many mails, none of them indexed."""
    into = folder(tx)
    ids = [deliver(tx, into, uid, mail(message_id=f"<{uid}@x>")) for uid in range(1, count + 1)]
    return [number_of(tx, each) for each in ids]


def find(store: Store, *words: str) -> list[MessageId]:
    return found(store, " ".join(words))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("the quick brown fox", ["quick", "fox"]),
        ("the quick brown fox", ["QUICK"]),
        ("the quick brown fox", ['"quick brown"']),
        ("the quick brown fox", ['"quick', 'brown"']),
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
        ("ﾃﾚﾋﾞ", ["テレビ"]),
        ("안녕하세요 계약서", ["하세요", "계약*"]),
        (unicodedata.normalize("NFD", "계약서를"), ["계약서"]),
        ("สวัสดีครับ", ["สวัสดี", "ครับ"]),
        ("ສະບາຍດີ", ["ສະບາຍ"]),
        ("မင်္ဂလာပါ", ["လာပါ"]),
        ("हिन्दी भाषा", ["हिन्दी", "भा*"]),
        ("Пётр ещё Щёлково", ["петр", "ЕЩЁ", "Щелково"]),
        ("Петр", ["Пётр"]),
        ("Straße MASSE", ["STRASSE", "maße"]),
        ("İstanbul'da ISPARTA", ["istanbul", "isparta"]),
        ("istanbul", ["İSTANBUL"]),
        ("Ελλάς Ἀθῆναι", ["ελλασ", "ΕΛΛΆΣ", "αθηναι"]),
        ("Ðurđa Łódź naïve", ["łodz", "naive", "NAÏVE"]),
        ("Đặng Việt", ["Viet", "VIỆT"]),
        ("ＡＢＣ ﬁle №5", ["abc", "file", "no5"]),
        ("שָׁלוֹם", ["שלום"]),
        ("مَرْحَبًا مـرحبا", ["مرحبا"]),
        ("a\0b", ["a", "b"]),
        ("x" * 9_000, ["x" * 9_000]),
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
        ("สวัสดีครับ", ["ครับสวัสดี"]),
        ("мой", ["мои"]),
        ("हिन्दी", ["हिन्द"]),
    ],
)
def test_a_message_without_them_is_not(store: Store, text: str, words: list[str]) -> None:
    index(store, text)
    assert find(store, *words) == []


@pytest.mark.parametrize("text", ["\u0316\u0301", "\ufdfa", "あ", "\u064b", "ΐ", "Ａ"])
def test_text_that_is_long_to_fold_takes_no_longer_than_its_length(text: str) -> None:
    begin = time.process_time()
    folded("a" + text * (200_000 // len(text)))
    assert time.process_time() - begin < 2


def test_hostile_text_is_found_like_any(store: Store) -> None:
    ids = index(store, HOSTILE)
    assert find(store, "DROP", "TABLE", "ü") == ids


def test_a_message_that_is_indexed_again_is_found_by_its_new_words_alone(store: Store) -> None:
    (message,) = index(store, "before")
    with store.writing() as tx:
        search.put(tx, [Entry(number_of(tx, message), body="after")])
    assert find(store, "before") == find(store, "hello") == []
    assert find(store, "after") == [message]


def test_what_is_purged_leaves_no_word_behind(store: Store) -> None:
    first, second = index(store, "secretword", "other")
    with store.writing() as tx:
        number = number_of(tx, first)
        messages.purge(tx, [first])
        search.put(tx, [Entry(number, body="secretword")])
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


def test_messages_wait_until_they_are_indexed(store: Store) -> None:
    with store.writing() as tx:
        numbers = delivered(tx, 5)
        first = unindexed.waiting(tx, after=0, limit=3)
        rest = unindexed.waiting(tx, after=first[-1].message, limit=3)
        assert [waiting.message for waiting in first + rest] == numbers
        assert unindexed.count(tx) == 5
        search.put(tx, [Entry(numbers[0]), Entry(numbers[3], is_unreadable=True)])
        assert [each.message for each in unindexed.waiting(tx, after=0, limit=9)] == (
            [numbers[1], numbers[2], numbers[4]]
        )


def test_what_was_begun_is_known_until_it_is_done(store: Store) -> None:
    with store.writing() as tx:
        numbers = delivered(tx, 3)
        search.begin(tx, numbers)
        search.begin(tx, numbers)
        search.put(tx, [Entry(numbers[0])])
        messages.purge(tx, [id_of(tx, numbers[1])])
        assert search.begun(tx) == [numbers[2]]


def test_an_entry_names_everybody(store: Store) -> None:
    with store.writing() as tx:
        number = number_of(tx, deliver(tx, folder(tx), 1, mail("a subject")))
        (entry,) = search.entries(tx, [number, MessageNumber(99)])
    assert (entry.message, entry.subject, entry.body) == (number, "a subject", "")
    assert (entry.sender, entry.addressees) == ("Ben ben@example.net", "Ada ada@example.org")


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
