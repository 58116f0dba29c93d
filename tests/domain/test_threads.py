"""Conversations: who answers whom, whatever their headers say."""

import time
from collections.abc import Sequence
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailctl.domain.ids import MessageId, content_id
from mailctl.domain.messages import Envelope, Message
from mailctl.domain.threads import (
    Placed,
    arranged,
    mention,
    named,
    thread_id,
    thread_number,
)
from tests.store.samples import NOW


def message(name: str, *references: str, place: int = 0, answers: Sequence[str] = ()) -> Message:
    """Return a message of that Message-ID which names others."""
    envelope = Envelope(
        rfc_message_id=name or None,
        identity="",
        sent_at=None,
        sender=None,
        to=(),
        cc=(),
        bcc=(),
        reply_to=(),
        subject="hello",
        in_reply_to=tuple(answers),
        references=references,
        attachments=0,
        size_bytes=1,
    )
    date = NOW + timedelta(seconds=place)
    return Message(MessageId(f"msg_{name}{place:07}"), date, envelope, None)


def shape(*messages: Message) -> list[tuple[str, int]]:
    """Return the names in order, each with its depth."""
    return [(_name(placed), placed.depth) for placed in arranged(messages)]


def _name(placed: Placed) -> str:
    return placed.message.envelope.rfc_message_id or ""


def test_an_answer_stands_below_what_it_answers_and_the_older_one_first() -> None:
    assert shape(
        message("d", "a", "b", place=4),
        message("c", "a", place=3),
        message("b", "a", place=2),
        message("a", place=1),
    ) == [("a", 0), ("b", 1), ("d", 2), ("c", 1)]


def test_in_reply_to_does_where_references_are_missing() -> None:
    assert shape(message("a"), message("b", answers=["a"])) == [("a", 0), ("b", 1)]


def test_a_parent_that_is_missing_is_stood_for_by_the_next_one_above() -> None:
    assert shape(message("a"), message("c", "a", "lost")) == [("a", 0), ("c", 1)]


def test_in_reply_to_is_nearer_than_an_older_reference() -> None:
    found = shape(message("a"), message("b", "a"), message("c", "a", "lost", answers=["b"]))
    assert found == [("a", 0), ("b", 1), ("c", 2)]


def test_answers_to_what_is_not_here_stand_side_by_side() -> None:
    assert shape(message("b", "a", place=1), message("c", "a", place=2)) == [("b", 0), ("c", 0)]


def test_ids_that_differ_in_case_and_brackets_are_the_same() -> None:
    assert shape(message("A@X"), message("b", "<a@x >")) == [("A@X", 0), ("b", 1)]
    assert mention("<A@x>") == mention("a@X ") == mention("\ta@x")


def test_a_message_that_answers_itself_answers_nothing() -> None:
    assert shape(message("a", "a")) == [("a", 0)]


def test_the_oldest_of_a_circle_answers_nothing() -> None:
    assert shape(
        message("c", "b", place=3),
        message("a", "c", place=1),
        message("b", "a", place=2),
        message("d", "c", place=0),
    ) == [("a", 0), ("b", 1), ("c", 2), ("d", 3)]


def test_of_two_with_one_id_the_older_is_answered_and_both_are_shown() -> None:
    assert shape(message("a", place=1), message("a", place=2), message("b", "a", place=3)) == [
        ("a", 0),
        ("b", 1),
        ("a", 0),
    ]


NAMES = st.sampled_from("abcdefgh")


@given(st.lists(st.tuples(NAMES | st.just(""), st.lists(NAMES, max_size=3)), max_size=12))
def test_nothing_is_lost_and_nothing_stands_above_its_parent(
    drawn: list[tuple[str, list[str]]],
) -> None:
    messages = [message(name, *names, place=i) for i, (name, names) in enumerate(drawn)]
    seen: dict[MessageId, int] = {}
    for placed in arranged(messages):
        above = -1 if placed.parent is None else seen[placed.parent.id]
        assert placed.depth == above + 1
        assert placed.message.id not in seen
        seen[placed.message.id] = placed.depth
    assert seen.keys() == {each.id for each in messages}
    assert [*arranged(reversed(messages))] == [*arranged(messages)]


@pytest.mark.parametrize("circles", [False, True])
def test_twenty_thousand_deep_takes_no_more_time_than_side_by_side(circles: bool) -> None:
    count = 20_000
    deep = [message(f"{i}", f"{i - 1}", place=i) for i in range(count)]
    if circles:
        deep[0] = message("0", f"{count - 1}")
    wide = [message(f"{i}", "0", place=i) for i in range(count)]
    seconds = []
    for messages in (wide, deep):
        begin = time.process_time()
        found = list(arranged(messages))
        seconds.append(time.process_time() - begin)
        assert len(found) == count
    assert found[-1].depth == count - 1
    assert len(found[-1].branches) < 20
    assert seconds[1] < 5 * seconds[0]


def test_the_branches_say_where_more_follows() -> None:
    found = arranged(
        [
            message("a"),
            message("b", "a", place=1),
            message("c", "b", place=2),
            message("d", "a", place=3),
        ]
    )
    assert [placed.branches for placed in found] == [(), (True,), (True, False), (False,)]


@given(st.binary())
def test_the_number_of_a_conversation_is_that_in_its_id(content: bytes) -> None:
    made = content_id("thr", content)
    number = thread_number(made)
    assert number is not None
    assert thread_id(number) == made


def test_the_conversation_of_a_first_message_is_called_after_it() -> None:
    assert thread_id(mention("a@x")) == content_id("thr", b"a@x")


@pytest.mark.parametrize("text", ["", "thr_", "thr_short", "msg_0123456789ab", "thr_0123456789aL"])
def test_what_is_no_id_of_a_conversation_has_no_number(text: str) -> None:
    assert thread_number(text) is None


def test_the_address_of_a_person_is_no_message() -> None:
    assert named(["Ada@x.example", "b"], ["a", "b"], ["ada@X.example"]) == ["a", "b"]
