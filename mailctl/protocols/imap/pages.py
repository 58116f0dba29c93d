"""Changes, one after the other, made into bounded pages."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import field

from mailctl.domain.syncing import Arrived, Page, Reflagged, Vanished
from mailctl.errors import MailctlError
from mailctl.records import dataclass

MOST_CHANGES = 500
_MOST_BYTES = 2 << 20

Change = Arrived | Reflagged | Vanished


@dataclass(frozen=True)
class Reached:
    """How far all changes together lead, and whether nothing was left out on the way."""

    cursor: str
    is_whole: bool


@dataclass
class _Sheet:
    """A page that is being filled."""

    folder: str
    numbering: int
    arrived: list[Arrived] = field(default_factory=list)
    reflagged: list[Reflagged] = field(default_factory=list)
    vanished: list[Vanished] = field(default_factory=list)
    count: int = 0
    bytes: int = 0

    def add(self, change: Change) -> None:
        self.count += 1
        match change:
            case Arrived():
                self.arrived.append(change)
                self.bytes += len(change.source or b"")
            case Reflagged():
                self.reflagged.append(change)
            case Vanished():
                self.vanished.append(change)

    @property
    def is_full(self) -> bool:
        return self.count >= MOST_CHANGES or self.bytes >= _MOST_BYTES

    def page(self, reached: Reached | None = None) -> Page:
        return Page(
            folder=self.folder,
            numbering=self.numbering,
            arrived=tuple(self.arrived),
            reflagged=tuple(self.reflagged),
            vanished=tuple(self.vanished),
            cursor=reached.cursor if reached else None,
            is_whole=reached.is_whole if reached else False,
        )


def pages(
    folder: str, numbering: int, changes: Iterable[Change], reached: Callable[[], Reached | None]
) -> Iterator[Page]:
    """Yield the changes in pages, of which the last alone carries the cursor.

    `reached` is asked once all changes have come. What came before a failure is a page too.
    """
    sheet = _Sheet(folder, numbering)
    try:
        for change in changes:
            sheet.add(change)
            if sheet.is_full:
                full = [sheet.page()]
                sheet = _Sheet(folder, numbering)
                yield full.pop()  # kept nowhere: it may be large
    except MailctlError:
        if sheet.count:
            yield sheet.page()
        raise
    last = reached()
    if sheet.count or last is not None:
        yield sheet.page(last)
