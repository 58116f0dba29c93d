"""Conversations in the store: whatever comes when, the same messages are one."""

import random
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mailctl.domain.ids import MessageId, MessageNumber, content_id
from mailctl.domain.threads import mention, thread_id
from mailctl.store import messages, threads
from mailctl.store.connection import Store, Writing
from tests.soak import count as soaked
from tests.store.samples import deliver, folder, number_of

_uids = count(1)


def letter(name: str, *references: str, answers: str = "", people: str = "ada@x.example") -> bytes:
    """Return a mail of that Message-ID, none if it is empty, which names others."""
    return "\r\n".join(
        [
            "From: ben@x.example",
            f"To: {people}",
            "Subject: always the same",
            *([f"Message-ID: <{name}>"] if name else []),
            *(
                [f"References: {' '.join(f'<{each}>' for each in references)}"]
                if references
                else []
            ),
            *([f"In-Reply-To: {answers}"] if answers else []),
            "",
            f"{name} {references} {answers}",
        ]
    ).encode()


def store_all(tx: Writing, letters: Sequence[bytes], *, batch: int = 1) -> list[MessageId]:
    """Store mails and put them into conversations, so many at a time."""
    into = folder(tx)
    ids = [deliver(tx, into, next(_uids), each) for each in letters]
    numbers = [number_of(tx, each) for each in ids]
    for place in range(0, len(numbers), batch):
        threads.join(tx, numbers[place : place + batch])
    return ids


def partition(tx: Writing) -> set[frozenset[MessageId]]:
    """Return the conversations as sets of messages."""
    found: dict[str, set[MessageId]] = {}
    for row in tx.execute("SELECT id, thread_id FROM message"):
        found.setdefault(row["thread_id"], set()).add(MessageId(row["id"]))
    return {frozenset(each) for each in found.values()}


def sizes(store: Store, *letters: bytes) -> list[int]:
    """Return how many messages the conversations have, the largest first."""
    with store.writing() as tx:
        store_all(tx, letters)
        return sorted((len(each) for each in partition(tx)), reverse=True)


@pytest.mark.parametrize(
    ("letters", "expected"),
    [
        ([letter("a"), letter("b", "a"), letter("c", "a", "b")], [3]),
        ([letter("a"), letter("b", "a"), letter("c", "b")], [3]),
        ([letter("a"), letter("c", "b"), letter("b", "a")], [3]),
        ([letter("b", "a"), letter("c", "a")], [2]),
        ([letter("a"), letter("b", answers="<a>")], [2]),
        ([letter("A@X"), letter("b", "a@x")], [2]),
        ([letter("a"), letter("b", answers="Your message of <a >")], [1, 1]),
        ([letter("a"), letter("b"), letter("c")], [1, 1, 1]),
        ([letter(""), letter("b")], [1, 1]),
        ([letter("", "b"), letter("b")], [2]),
        ([letter("a", "a"), letter("b", "c"), letter("c", "b")], [2, 1]),
        ([letter("a"), letter("a", "x"), letter("b", "x")], [3]),
        ([letter("a", answers="<ada@x.example>"), letter("b", answers="<ada@x.example>")], [1, 1]),
        ([letter("a"), letter("b"), letter("c", "a", "b")], [3]),
    ],
)
def test_messages_are_one_conversation_where_one_names_the_other(
    store: Store, letters: list[bytes], expected: list[int]
) -> None:
    assert sizes(store, *letters) == expected


def test_a_parent_that_comes_late_joins_two_and_both_ids_lead_there(store: Store) -> None:
    with store.writing() as tx:
        names = [letter("a"), letter("c", "b"), letter("d", "c"), letter("e", "d")]
        first, *others = store_all(tx, names)
        before = [threads.of_message(tx, each) for each in (first, others[0])]
        assert {threads.of_message(tx, each) for each in others} == {before[1]} != {before[0]}
        (late,) = store_all(tx, [letter("b", "a")])
        after = {threads.of_message(tx, each) for each in (first, *others, late)}
        assert after == {before[1]}, "the larger one keeps its name"
        assert [threads.known_as(tx, each) for each in before] == [before[1]] * 2
        assert set(threads.messages(tx, before[1])) == {first, *others, late}


def test_of_two_as_large_the_older_keeps_its_name(store: Store) -> None:
    with store.writing() as tx:
        first, second = store_all(tx, [letter("a"), letter("b")])
        older = threads.of_message(tx, first)
        store_all(tx, [letter("c", "z", "a", "b")])
        assert threads.of_message(tx, second) == older


def test_a_conversation_is_called_after_its_first_message_even_before_it_is_known(
    store: Store,
) -> None:
    with store.writing() as tx:
        (stored,) = [deliver(tx, folder(tx), 1, letter("B", "A@x"))]
        assert threads.of_message(tx, stored) == content_id("thr", b"a@x")
        threads.join(tx, [number_of(tx, stored)])
        assert threads.of_message(tx, stored) == content_id("thr", b"a@x")


def test_what_a_server_calls_one_conversation_is_one_with_what_it_names(store: Store) -> None:
    with store.writing() as tx:
        of_server = content_id("thr", b"ada@example.org 1234")
        into = folder(tx)
        ids = [deliver(tx, into, uid, letter(name)) for uid, name in enumerate("ab", start=1)]
        tx.execute("UPDATE message SET thread_id = ?", (of_server,))
        threads.join(tx, [number_of(tx, each) for each in ids])
        (answer,) = store_all(tx, [letter("c", "b")])
        assert threads.of_message(tx, answer) == of_server
        assert len(partition(tx)) == 1


def test_a_message_that_is_joined_again_stays_where_it_is(store: Store) -> None:
    with store.writing() as tx:
        ids = store_all(tx, [letter("a"), letter("b", "a"), letter("c")])
        before = partition(tx)
        for _ in range(2):
            threads.join(tx, [number_of(tx, each) for each in ids])
        assert partition(tx) == before


def test_messages_that_are_gone_are_left_out(store: Store) -> None:
    with store.writing() as tx:
        threads.join(tx, [MessageNumber(99)])
        threads.join(tx, [])
        assert tx.execute("SELECT count(*) FROM thread_mention").fetchone()[0] == 0


def test_a_conversation_goes_on_when_what_joined_it_is_purged(store: Store) -> None:
    with store.writing() as tx:
        first, middle, last = store_all(tx, [letter("a"), letter("b", "a"), letter("c", "b")])
        messages.purge(tx, [middle])
        (later,) = store_all(tx, [letter("d", "b")])
        assert partition(tx) == {frozenset({first, last, later})}


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A store that examples empty after themselves."""
    store = Store(tmp_path_factory.mktemp("fresh") / "mailctl.db")
    yield store
    store.close()


NAMES = st.sampled_from("abcdefghij")
LETTERS = st.lists(
    st.tuples(NAMES | st.just(""), st.lists(NAMES, max_size=3), NAMES | st.just("")),
    min_size=1,
    max_size=12,
)


@given(LETTERS, st.randoms(use_true_random=False), st.integers(1, 5), st.integers(1, 5))
@settings(
    suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=soaked(60, 2_000)
)
def test_the_order_in_which_messages_come_changes_nothing(
    fresh: Store,
    drawn: list[tuple[str, list[str], str]],
    order: random.Random,
    one: int,
    other: int,
) -> None:
    letters = [
        letter(name, *names, answers=f"<{answer}>" if answer else "") + str(place).encode()
        for place, (name, names, answer) in enumerate(drawn)
    ]
    shuffled = list(letters)
    order.shuffle(shuffled)
    found = []
    for batch, each in ((one, letters), (other, shuffled)):
        with fresh.writing() as tx:
            ids = store_all(tx, each, batch=batch)
            found.append(partition(tx))
            if each is letters:
                names = [{name, *more, answer} - {""} for name, more, answer in drawn]
                assert found[0] == {frozenset(map(ids.__getitem__, g)) for g in components(names)}
            tx.execute("DELETE FROM message")
            tx.execute("DELETE FROM thread_mention")
    assert found[0] == found[1]


def components(names: Sequence[set[str]]) -> list[set[int]]:
    """Return the places of those that are joined by names, worked out the slow way."""
    groups: list[tuple[set[str], set[int]]] = []
    for place, mine in enumerate(names):
        touched = [group for group in groups if group[0] & mine]
        groups = [group for group in groups if not group[0] & mine]
        groups.append(
            (mine.union(*(group[0] for group in touched)), {place}.union(*(g[1] for g in touched)))
        )
    return [places for _, places in groups]


def seconds_of(store: Store, letters: Sequence[bytes]) -> float:
    """Return how long joining takes of messages that are stored."""
    with store.writing() as tx:
        into = folder(tx)
        numbers = [number_of(tx, deliver(tx, into, next(_uids), each)) for each in letters]
        begin = time.process_time()
        for place in range(0, len(numbers), 200):
            threads.join(tx, numbers[place : place + 200])
        return time.process_time() - begin


@pytest.mark.parametrize(
    "shape",
    [
        lambda i: letter(f"{i}", f"{i - 1}"),
        lambda i: letter(f"{i}", f"{i + 1}"),
        lambda i: letter(f"{i}", "0"),
        lambda i: letter(f"{i}", *(f"{(7919 * i + k) % 4001}" for k in range(3))),
        lambda i: letter(f"{i}", *(f"{i}.{k}" for k in range(10_000))) if i % 100 == 0 else b"",
    ],
    ids=["chain", "backwards", "star", "tangle", "ten-thousand-references"],
)
def test_time_grows_with_the_messages_and_no_faster(
    store: Store, shape: Callable[[int], bytes]
) -> None:
    few = seconds_of(store, [shape(i) or letter(f"f{i}") for i in range(1_000)])
    many = seconds_of(store, [shape(i) or letter(f"m{i}") for i in range(10_000, 14_000)])
    assert many < 4 * 3 * few + 0.1


def test_pairs_that_are_joined_by_a_last_message_keep_one_name(store: Store) -> None:
    with store.writing() as tx:
        ids = store_all(tx, [letter(f"a{i}") for i in range(90)])
        (last,) = store_all(tx, [letter("z", *(f"a{i}" for i in range(90)))])
        assert partition(tx) == {frozenset([*ids, last])}
        assert {threads.known_as(tx, thread_id(mention(f"a{i}"))) for i in range(90)} == {
            threads.of_message(tx, last)
        }
