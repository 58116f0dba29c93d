"""How long it takes to read messages: header, text and names of files."""

import sys
from collections.abc import Iterator
from statistics import median

from benchmarks.children import took
from benchmarks.measured import Measured

COUNT = 4_000
ROUNDS = 3
_STANDARD = "standard"


def measure() -> Iterator[Measured]:
    """Measure what a sync and its index read of messages, and all that can be read of them."""
    for what, reader in (
        ("envelope", "header and parts, as a sync reads them"),
        ("words", "text and names of files, as the index reads them"),
        ("content", "all that `message show` tells"),
    ):
        pairs = [(_seconds(what), _seconds(_STANDARD)) for _ in range(ROUNDS)]
        yield Measured(
            command=f"{COUNT:,} messages: {reader}",
            peer="`email.policy.default`: header, text, names of files",
            value=median(ours for ours, _ in pairs),
            peer_value=median(theirs for _, theirs in pairs),
            ratio=median(ours / theirs for ours, theirs in pairs),
            limit=None,
        )


def _seconds(reader: str) -> float:
    return float(took([sys.executable, "-m", "benchmarks.reader", reader, str(COUNT)], {}).out)
