"""A conversation as a whole."""

from collections.abc import Iterator

from mailctl.core.naming import message_named
from mailctl.domain.threads import Placed, arranged, thread_number
from mailctl.errors import NotFound
from mailctl.store import messages, threads
from mailctl.store.connection import Reading


def read_thread(tx: Reading, name: str) -> Iterator[Placed]:
    """Yield the messages of a conversation, each below what it answers.

    It is named by its id, also by one that it had before it was joined with another, or by
    one of its messages. Raises NotFound, NameAmbiguous.
    """
    is_thread = thread_number(name.strip().lower()) is not None
    thread = name.strip().lower() if is_thread else threads.of_message(tx, message_named(tx, name))
    found = threads.messages(tx, threads.known_as(tx, thread))
    if not found:
        raise NotFound(
            f"there is no conversation {name!r}", hint="see their ids: mailctl message list -o json"
        )
    return arranged(messages.by_ids(tx, found))
