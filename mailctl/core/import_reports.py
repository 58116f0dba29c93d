"""What imports of rows have in common: batches, dry runs, and what became of the rows."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import TypeVar

from mailctl.errors import ExitCode

_MOST_ERRORS = 1_000
_BATCH = 500
_Row = TypeVar("_Row")


class Undone(Exception):
    """A dry run keeps nothing of what it did: it ends each transaction with this."""


def batches(rows: Iterable[_Row]) -> Iterator[list[_Row]]:
    """Yield the rows that one transaction stores."""
    iterator = iter(rows)
    while batch := list(islice(iterator, _BATCH)):
        yield batch


@dataclass(frozen=True)
class RowError:
    """A row that was left out, and why."""

    line: int
    message: str


@dataclass
class ImportReport:
    """How many rows did what."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    failed: int = 0
    errors: list[RowError] = field(default_factory=list)
    """The first of them."""
    ignored: dict[str, None] = field(default_factory=dict)
    """Columns that mean nothing to us, in order."""
    is_dry: bool = False

    @property
    def exit_code(self) -> ExitCode:
        """What the process says: 3 where some rows were left out, 2 where all were."""
        if not self.failed:
            return ExitCode.OK
        is_partial = self.created or self.updated or self.unchanged
        return ExitCode.PARTIAL if is_partial else ExitCode.USAGE

    def leave_out(self, line: int, why: str) -> None:
        """Note that a row was left out."""
        self.failed += 1
        if len(self.errors) < _MOST_ERRORS:
            self.errors.append(RowError(line, why))
