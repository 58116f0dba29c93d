"""One line of the table: a command beside its peer."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median

from benchmarks.children import Took

Pairs = Sequence[tuple[Took, Took]]

_DIGITS = {"s": 3, "CPU s": 3, "MB": 1, "round trips": 0, "requests": 0, "%": 2}


@dataclass(frozen=True)
class Measured:
    """A command and its peer: medians, and the ratio of the two.

    Without a peer the limit is for the value itself.
    """

    command: str
    peer: str
    value: float
    peer_value: float | None
    ratio: float | None
    limit: float | None
    unit: str = "s"

    @property
    def is_over(self) -> bool:
        """Whether the command takes more than it may."""
        judged = self.value if self.ratio is None else self.ratio
        return self.limit is not None and judged > self.limit

    @property
    def row(self) -> str:
        """The line of the table."""
        ratio = "" if self.ratio is None else f"{self.ratio:.2f}"
        cells = (
            f"`{self.command}`", self.peer, self._shown(self.value), self._shown(self.peer_value),
            ratio, self._shown_limit(),
        )  # fmt: skip
        return f"| {' | '.join(cells)} |"

    def _shown(self, value: float | None) -> str:
        return "" if value is None else f"{value:.{_DIGITS[self.unit]}f} {self.unit}"

    def _shown_limit(self) -> str:
        if self.limit is None or self.ratio is None:
            return self._shown(self.limit)
        return f"{self.limit:.2f}"


def compared(
    command: str,
    peer: str,
    pairs: Pairs,
    *,
    limit: float | None,
    of: Callable[[Took], float] = lambda took: took.seconds,
    unit: str = "s",
) -> Measured:
    """Return the medians of both, and the median of the ratios pair by pair."""
    return Measured(
        command=command,
        peer=peer,
        value=median(of(ours) for ours, _ in pairs),
        peer_value=median(of(theirs) for _, theirs in pairs),
        ratio=median(of(ours) / of(theirs) for ours, theirs in pairs),
        limit=limit,
        unit=unit,
    )
