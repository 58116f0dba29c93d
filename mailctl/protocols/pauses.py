"""Until when servers want to be left alone, by the sign-in to which they said so."""

import time
from collections.abc import Hashable
from threading import Lock

LONGEST_S = 3600.0
"""No server is believed when it asks for more."""


class Pauses:
    """The pauses that were asked for in this run, for all connections of a sign-in together."""

    def __init__(self) -> None:
        self._until: dict[Hashable, float] = {}
        self._lock = Lock()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Pauses) and self._until == other._until

    __hash__ = object.__hash__

    def begin(self, whose: Hashable, pause_s: float) -> None:
        """Note that a pause begins now; one that ends later stays."""
        until = time.monotonic() + min(pause_s, LONGEST_S)
        with self._lock:
            self._until[whose] = max(until, self._until.get(whose, 0.0))

    def left_s(self, whose: Hashable) -> float:
        """Return how long the pause still lasts, 0 where there is none."""
        with self._lock:
            return max(self._until.get(whose, 0.0) - time.monotonic(), 0.0)
