"""What `--debug` tells of a conversation with a server."""

from collections.abc import Callable
from enum import StrEnum

from mailctl.records import dataclass


class Direction(StrEnum):
    """Who said it."""

    SENT = "sent"
    RECEIVED = "received"
    EVENT = "event"
    """Nobody: what became of the connection."""


@dataclass(frozen=True)
class TraceEvent:
    """One thing that was said or happened; nothing in it is a secret or of a message."""

    at_ms: float
    """Since the program began."""
    protocol: str
    server: str
    """HOST:PORT."""
    connection: int
    """Counts the connections of this run."""
    direction: Direction
    said: str
    ms: float | None = None
    """How long it took."""


Tell = Callable[[TraceEvent], None]
