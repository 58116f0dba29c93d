"""One line of the table: a command beside its peer."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Measured:
    """Medians in seconds of a command and of its peer, and the ratio of the two."""

    command: str
    peer: str
    command_s: float
    peer_s: float
    ratio: float
    limit: float | None

    @property
    def is_over(self) -> bool:
        """Whether the command takes longer than it may."""
        return self.limit is not None and self.ratio > self.limit

    @property
    def row(self) -> str:
        """The line of the table."""
        limit = "" if self.limit is None else f"{self.limit:.2f}"
        return (
            f"| `{self.command}` | {self.peer} | {self.command_s:.3f} s "
            f"| {self.peer_s:.3f} s | {self.ratio:.2f} | {limit} |"
        )
