"""Verbs on messages: list them, show one."""

from collections.abc import Iterator
from dataclasses import dataclass

from mailctl.core.naming import account_named, message_named
from mailctl.domain.messages import Message
from mailctl.errors import NotFound
from mailctl.store import messages, sources
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
