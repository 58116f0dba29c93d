"""Verbs on messages: list them, search them, show one."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mailctl.core.naming import account_named, message_named
from mailctl.domain.messages import Message
from mailctl.errors import BadUsage, NotFound
from mailctl.store import messages, search, sources
from mailctl.store.connection import Reading, Store

if TYPE_CHECKING:
    from mailctl.domain.content import Content
    from mailctl.domain.suspicions import Suspicion
    from mailctl.mail.header_list import HeaderField


@dataclass(frozen=True)
class ShownMessage:
    """A message with all that can be read of it."""

    message: Message
    content: "Content"
    headers: "tuple[HeaderField, ...]"
    suspicions: "tuple[Suspicion, ...]"

    @property
    def defects(self) -> tuple[str, ...]:
        """What could not be read as the standards want it, each once."""
        return tuple(dict.fromkeys((*self.message.envelope.defects, *self.content.defects)))


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
    """Return the message of this name and what it holds. Raises NotFound, NameAmbiguous."""
    from mailctl.domain.suspicions import suspicions
    from mailctl.mail.content import read_content  # 15 ms, for this command alone
    from mailctl.mail.header_list import header_list

    with store.reading() as tx:
        message_id = message_named(tx, name)
        message = messages.by_id(tx, message_id)
        source = sources.of_message(tx, message_id)
    if message is None or source is None:
        raise NotFound(f"there is no message {name!r}", hint="see their ids: mailctl message list")
    content = read_content(source)
    senders = () if message.envelope.sender is None else (message.envelope.sender,)
    return ShownMessage(
        message=message,
        content=content,
        headers=header_list(source),
        suspicions=tuple(suspicions((*senders, *message.envelope.reply_to), content.attachments)),
    )
