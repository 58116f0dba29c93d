"""Changes, one after the other, made into bounded pages."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from mailctl.domain.syncing import Arrived, Page, Reflagged, Vanished

MOST_CHANGES = 500

Change = Arrived | Reflagged | Vanished


@dataclass(frozen=True)
class Reached:
    """How far all changes together lead, and whether nothing was left out on the way."""

    cursor: str
    is_whole: bool


def pages(changes: Iterable[Change], reached: Callable[[], Reached]) -> Iterator[Page]:
    """Yield the changes in pages, of which the last alone carries the cursor.

    `reached` is asked once all changes have come.
    """
    remaining = iter(changes)
    while True:
        batch = list(islice(remaining, MOST_CHANGES))
        if len(batch) < MOST_CHANGES:
            yield _page(batch, reached())
            return
        yield _page(batch, None)


def _page(batch: list[Change], reached: Reached | None) -> Page:
    return Page(
        arrived=tuple(change for change in batch if isinstance(change, Arrived)),
        reflagged=tuple(change for change in batch if isinstance(change, Reflagged)),
        vanished=tuple(change for change in batch if isinstance(change, Vanished)),
        cursor=reached.cursor if reached else None,
        is_whole=reached.is_whole if reached else False,
    )
