"""Tables for people: ruled and fitted to a terminal, aligned and in full for a pipe."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, islice

from mailctl.output.columns import aligned, fitted, row_line, shorten, width
from mailctl.output.values import cell, plain

_CELL_MAX = 60
_SAMPLE = 200
"""So many rows say how wide the columns are; those that follow have to fit."""


@dataclass(frozen=True)
class Table:
    """The columns of a table, and which of them must not be cut."""

    columns: Sequence[str]
    whole: frozenset[str]

    @property
    def _headers(self) -> list[str]:
        return [name.replace("_", " ").upper() for name in self.columns]

    def lines(self, rows: Iterable[Sequence[object]]) -> Iterator[str]:
        """Yield all of it, in full, at once: a pipe has no width. No rows, no table."""
        cells = [[cell(plain(value)) for value in row] for row in rows]
        if cells:
            yield aligned([self._headers, *cells])

    def ruled(self, rows: Iterable[Sequence[object]], places: int) -> Iterator[str]:
        """Yield lines that fit a terminal of so many places, in bounded memory."""
        lines = ([_shown(value) for value in row] for row in rows)
        sample = list(islice(lines, _SAMPLE))
        if not sample:
            return
        widths = self._widths(sample, places)
        yield row_line([*map(shorten, self._headers, widths)], widths)
        yield row_line(["-" * each for each in widths], widths)
        for row in chain(sample, lines):
            yield row_line([*self._cut(row, widths)], widths)

    def _cut(self, row: Sequence[str], widths: Sequence[int]) -> Iterator[str]:
        for name, text, places in zip(self.columns, row, widths, strict=True):
            yield text if name in self.whole else shorten(text, places)

    def _widths(self, sample: Sequence[Sequence[str]], places: int) -> list[int]:
        natural = [max(map(width, column)) for column in zip(self._headers, *sample, strict=True)]
        is_whole = [name in self.whole for name in self.columns]
        most = [
            each if whole else min(each, _CELL_MAX)
            for each, whole in zip(natural, is_whole, strict=True)
        ]
        return fitted(most, places, whole=is_whole)


def _shown(value: object) -> str:
    return local_time(value) if isinstance(value, datetime) else cell(plain(value))


def local_time(moment: datetime) -> str:
    """Return the minute by the clock on the wall."""
    with suppress(OverflowError, ValueError):  # the year 1 or 9999, in another zone
        moment = moment.astimezone()
    return moment.replace(tzinfo=None).isoformat(" ", "minutes")
