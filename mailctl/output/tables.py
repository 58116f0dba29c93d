"""Tables for people: ruled and fitted to a terminal, aligned and in full for a pipe."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain, islice

from mailctl.domain.addresses import Person
from mailctl.output.columns import fitted, padded, row_line, shorten, width
from mailctl.output.terminal import one_line
from mailctl.output.values import cell, plain

_CELL_MAX = 60
_EXACT = (int, float, datetime, timedelta)
_SAMPLE, _PIPED_SAMPLE = 200, 5_000
"""So many rows say how wide the columns are; at a terminal those that follow have to fit."""
_HEAD_LINES = 2


@dataclass(frozen=True)
class Table:
    """The columns of a table, and which of them must not be cut."""

    columns: Sequence[str]
    whole: frozenset[str]

    @property
    def _headers(self) -> list[str]:
        return [name.replace("_", " ").upper() for name in self.columns]

    def lines(self, rows: Iterable[Sequence[object]]) -> Iterator[str]:
        """Yield lines that have everything in full, in bounded memory, for a pipe.

        Columns are as wide as the first thousands of rows want them. No rows, no table.
        """
        lines = ([cell(plain(value)) for value in row] for row in rows)
        sample = list(islice(lines, _PIPED_SAMPLE))
        if not sample:
            return
        widths = [max(map(width, column)) for column in zip(self._headers, *sample, strict=True)]
        for row in chain([self._headers], sample, lines):
            yield row_line(row, widths)

    def ruled(self, rows: Iterable[Sequence[object]], places: int) -> Iterator[str]:
        """Yield lines that fit a terminal of so many places, in bounded memory.

        Only text is cut: half a number or half a time would say something else.
        """
        rows = iter(rows)
        sample = list(islice(rows, _SAMPLE))
        if not sample:
            return
        is_whole = [
            name in self.whole or _is_exact(column)
            for name, column in zip(self.columns, zip(*sample, strict=True), strict=True)
        ]
        widths = self._widths(sample, places, is_whole)
        head = [
            padded(shorten(each, most), most)
            for each, most in zip(self._headers, widths, strict=True)
        ]
        rows = chain(sample, rows)
        above = 0
        while batch := list(islice(rows, _SAMPLE)):
            cells = [
                [
                    padded(text if whole else shorten(text, most), most)
                    for text, most, whole in zip(map(_shown, row), widths, is_whole, strict=True)
                ]
                for row in batch
            ]
            yield from _drawn(head, cells)[above:]
            above = _HEAD_LINES

    def _widths(
        self, sample: Sequence[Sequence[object]], places: int, is_whole: Sequence[bool]
    ) -> list[int]:
        texts = [[*map(_shown, row)] for row in sample]
        natural = [max(map(width, column)) for column in zip(self._headers, *texts, strict=True)]
        most = [
            each if whole else min(each, _CELL_MAX)
            for each, whole in zip(natural, is_whole, strict=True)
        ]
        return fitted(most, places, whole=is_whole)


def _drawn(head: Sequence[str], cells: Sequence[Sequence[str]]) -> list[str]:
    """Return the lines of a table; cells that are padded keep the columns as wide as they are."""
    import tabulate  # 60 ms, for people alone

    tabulate.PRESERVE_WHITESPACE, tabulate.MIN_PADDING = True, 0
    drawn = tabulate.tabulate(cells, head, tablefmt="simple", disable_numparse=True)
    return [line.rstrip() + "\n" for line in drawn.split("\n")]


def _is_exact(values: Iterable[object]) -> bool:
    known = [value for value in values if value is not None]
    return bool(known) and all(isinstance(value, _EXACT) for value in known)


def _shown(value: object) -> str:
    match value:
        case datetime():
            return local_time(value)
        case Person(name, address):
            # a name that looks like an address may be meant to hide the true one
            return one_line(name if name and "@" not in name else address)
        case _:
            return cell(plain(value))


def local_time(moment: datetime) -> str:
    """Return the minute by the clock on the wall."""
    with suppress(OverflowError, ValueError):  # the year 1 or 9999, in another zone
        moment = moment.astimezone()
    return moment.replace(tzinfo=None).isoformat(" ", "minutes")
