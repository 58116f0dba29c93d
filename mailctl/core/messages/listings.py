"""A page of messages, and whether another one follows."""

from collections.abc import Iterator

from mailctl.domain.ids import MessageId
from mailctl.domain.messages import Message


class Listing:
    """Messages in their order, to be gone through once, and whether others follow them."""

    def __init__(self, found: Iterator[Message], limit: int | None) -> None:
        self._found, self._limit = found, limit
        self.last: MessageId | None = None
        """The last message of this page, when it is known that there is another page."""

    def __iter__(self) -> Iterator[Message]:
        for number, message in enumerate(self._found, start=1):
            yield message
            if number == self._limit:
                self.last = message.id if any(self._found) else None
                return


def one_more(limit: int | None) -> int | None:
    """Return how many to look for, so that it is known whether there are more than `limit`."""
    return None if limit is None else limit + 1
