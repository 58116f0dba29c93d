"""What a kind of result looks like: the names of its fields are API, add, never rename."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from mailctl.domain.near_names import meant
from mailctl.errors import BadUsage
from mailctl.records import dataclass

if TYPE_CHECKING:
    from mailctl.output.lines import Line

Row = TypeVar("Row")
Field = Callable[[Row], object]


@dataclass(frozen=True)
class View(Generic[Row]):
    """The fields of a result, and those of them that a table has room for."""

    fields: Mapping[str, Field[Row]]
    table: tuple[str, ...] = ()
    whole: frozenset[str] = frozenset({"id", "name", "address", "account", "domain"})
    """What no terminal is too narrow for: it is copied from the screen."""
    stands_out: "Callable[[Row], bool] | None" = None
    """Which rows of a table a person should see first."""
    rows: "Rows[Row] | None" = None
    """Set where a table shows what the thing consists of rather than the thing."""
    prose: "Callable[[Row], str] | None" = None
    """Set where a person is told better by sentences than by fields."""
    page: "Callable[[Row, int | None], Iterable[Line]] | None" = None
    """The same, but for a terminal of so many places, or None for a pipe."""
    chart: "Callable[[Sequence[Row], int], Iterable[Line]] | None" = None
    """Set where a list is seen better as bars, on a terminal of so many places."""
    nothing: str = ""
    """What a person at a terminal is told where a list is empty."""

    def document(self, row: Row, chosen: tuple[str, ...] = ()) -> dict[str, object]:
        """Return the fields by name, all of them or those chosen, in that order."""
        return {name: self.fields[name](row) for name in chosen or self.fields}

    def check(self, chosen: tuple[str, ...]) -> None:
        """Raise BadUsage for a field that this result does not have."""
        unknown = [name for name in chosen if name not in self.fields]
        if unknown:
            raise BadUsage(
                f"there is no field {', '.join(unknown)} here",
                hint=f"{meant(unknown[0], self.fields)}--fields takes {','.join(self.fields)}",
            )


@dataclass(frozen=True)
class Rows(Generic[Row]):
    """The parts of a thing, and what they look like."""

    of: Callable[[Row], Iterable[Any]]
    view: View[Any]
    are_lines: bool = False
    """Whether each part is a line of NDJSON, written as soon as there is one."""


@dataclass(frozen=True)
class Results:
    """What a command may write as JSON: one thing of one of these views, or a list."""

    one: tuple[View[Any], ...] = ()
    many: tuple[View[Any], ...] = ()
