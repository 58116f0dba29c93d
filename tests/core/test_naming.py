"""The names under which a message is found."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from mailctl.core.naming import message_named
from mailctl.domain.ids import MessageId
from mailctl.errors import NameAmbiguous, NotFound
from mailctl.store.connection import Store
from tests.store.samples import HOSTILE, deliver, folder, mail


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A store that is empty."""
    made = Store(tmp_path / "mailctl.db")
    yield made
    made.close()


def stored(store: Store, *message_ids: str) -> list[MessageId]:
    """Store a mail for each Message-ID, no two alike, and return their ids."""
    with store.writing() as tx:
        return [
            deliver(tx, folder(tx), uid, mail(message_id=message_id, body=str(uid)))
            for uid, message_id in enumerate(message_ids, start=1)
        ]


def named(store: Store, name: str) -> MessageId:
    with store.reading() as tx:
        return message_named(tx, name)


@pytest.mark.parametrize("letters", [4, 6, 11, 12])
def test_a_beginning_is_enough_where_it_is_the_only_one(store: Store, letters: int) -> None:
    (message,) = stored(store, "<1@x.example>")
    assert named(store, message[: len("msg_") + letters]) == message
    assert named(store, f" {message[: len('msg_') + letters].upper()} ") == message


def test_a_beginning_of_less_than_four_letters_is_none(store: Store) -> None:
    (message,) = stored(store, "<1@x.example>")
    with pytest.raises(NotFound):
        named(store, message[: len("msg_") + 3])


@pytest.mark.parametrize("name", ["<Odd.1@x.example>", "Odd.1@x.example"])
def test_a_message_is_found_by_its_message_id(store: Store, name: str) -> None:
    _, message = stored(store, "<2@x.example>", "<Odd.1@x.example>")
    assert named(store, name) == message


def test_a_message_id_without_an_at_sign_needs_its_brackets(store: Store) -> None:
    (message,) = stored(store, "<odd>")
    assert named(store, "<odd>") == message
    with pytest.raises(NotFound):
        named(store, "odd")


def test_several_messages_of_one_message_id_are_candidates(store: Store) -> None:
    messages = stored(store, "<1@x.example>", "<1@x.example>")
    with pytest.raises(NameAmbiguous) as refused:
        named(store, "<1@x.example>")
    assert refused.value.details["candidates"] == sorted(messages)
    assert min(messages) in str(refused.value.hint)


@pytest.mark.parametrize(
    "name", ["", "msg_", "msg_0000", "msg_%%%%", "<>", "@", HOSTILE, "a" * 9999]
)
def test_what_no_message_is_called_is_not_found(store: Store, name: str) -> None:
    stored(store, "<1@x.example>")
    with pytest.raises(NotFound):
        named(store, name)
