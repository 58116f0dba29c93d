"""Verbs on messages: list them, search them, show one."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from mailctl.core.naming import account_named, message_named
from mailctl.domain.messages import Message
from mailctl.errors import BadUsage, NotFound
from mailctl.store import messages, search, sources
from mailctl.store.connection import Reading, Store


@dataclass(frozen=True)
class ShownMessage:
    """A message with the text that a person reads."""

    message: Message
    text: str


def list_messages(
    tx: Reading, *, account: str | None, folder: str | None, limit: int | None
) -> Iterator[Message]:
    """Yield messages, newest first. Raises NotFound for an account that is none."""
    account_id = None if account is None else account_named(tx, account).id
    wanted = messages.Wanted(account=account_id, folder=folder, limit=limit)
    return messages.list_(tx, wanted)


def search_messages(
    tx: Reading, words: Sequence[str], *, account: str | None, limit: int | None
) -> Iterator[Message]:
    """Yield the messages that have all the words, newest first; see `search.find`.

    Raises BadUsage where there is nothing to search for, NotFound for an account that is none.
    """
    if not search.is_question(words):
        raise BadUsage(
            "there is no word to search for: letters or digits are wanted",
            hint="mailctl message search invoice 2026",
        )
    account_id = None if account is None else account_named(tx, account).id
    found = search.find(tx, search.Question(words, account=account_id, limit=limit))
    return messages.by_ids(tx, found)


def show_message(store: Store, name: str) -> ShownMessage:
    """Return the message of this name with its text. Raises NotFound, NameAmbiguous."""
    from mailctl.mail.text import readable_text  # 15 ms, for this command alone

    with store.reading() as tx:
        message_id = message_named(tx, name)
        message = messages.by_id(tx, message_id)
        source = sources.of_message(tx, message_id)
    if message is None or source is None:
        raise NotFound(f"there is no message {name!r}", hint="see their ids: mailctl message list")
    return ShownMessage(message, readable_text(source))
