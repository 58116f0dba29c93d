"""Asking for many messages although one of them may spoil the answer."""

from collections.abc import Callable, Iterator, Sequence

from mailctl.domain.syncing import Uid
from mailctl.errors import ServerRefused
from mailctl.protocols.imap.answers import Item
from mailctl.protocols.imap.sets import portions

_MOST_REFUSALS = 20


def asked(uids: Sequence[Uid], ask: Callable[[Sequence[Uid]], list[Item]]) -> Iterator[list[Item]]:
    """Yield what `ask` says of the messages, portion by portion, ascending.

    A portion that is refused is asked for again in halves, so that one message that the
    server cannot read is missing alone. Raises ServerRefused where many are refused.
    """
    waiting: list[Sequence[Uid]] = [*portions(uids)]
    waiting.reverse()
    refusals = 0
    while waiting:
        part = waiting.pop()
        try:
            found = ask(part)
        except ServerRefused:
            refusals += len(part) == 1
            if refusals > _MOST_REFUSALS:
                raise
            middle = len(part) // 2
            waiting += [
                half for half in (part[middle:], part[:middle]) if 0 < len(half) < len(part)
            ]
        else:
            yield found
