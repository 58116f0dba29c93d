"""Changes, one after the other, made into bounded pages."""

from collections.abc import Callable, Iterable, Iterator
from itertools import islice

from mailctl.domain.syncing import Arrived, Page, Reflagged, Vanished

MOST_CHANGES = 500

Change = Arrived | Reflagged | Vanished


def pages(changes: Iterable[Change], cursor: Callable[[], str]) -> Iterator[Page]:
    """Yield the changes in pages, of which the last alone carries the cursor.

    `cursor` is asked once all changes have come.
    """
    remaining = iter(changes)
    while True:
        batch = list(islice(remaining, MOST_CHANGES))
        if len(batch) < MOST_CHANGES:
            yield _page(batch, cursor())
            return
        yield _page(batch, None)


def _page(batch: list[Change], cursor: str | None) -> Page:
    return Page(
        arrived=tuple(change for change in batch if isinstance(change, Arrived)),
        reflagged=tuple(change for change in batch if isinstance(change, Reflagged)),
        vanished=tuple(change for change in batch if isinstance(change, Vanished)),
        cursor=cursor,
    )
