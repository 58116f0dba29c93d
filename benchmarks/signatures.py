"""How long it takes to find what signatures say."""

import sys
from collections.abc import Iterator
from statistics import median

from benchmarks.children import took
from benchmarks.measured import Measured

COUNT = 4_000
ROUNDS = 3
FACTS_LIMIT_S = COUNT / 1_000


def measure() -> Iterator[Measured]:
    """Measure signed mail read into facts, and its own words parted from quotes beside a peer."""
    yield Measured(
        command=f"{COUNT:,} signed mails: from octets to facts",
        peer="",
        value=median(_seconds("facts") for _ in range(ROUNDS)),
        peer_value=None,
        ratio=None,
        limit=FACTS_LIMIT_S,
        unit="CPU s",
    )
    pairs = [(_seconds("own"), _seconds("reply-parser")) for _ in range(ROUNDS)]
    yield Measured(
        command=f"{COUNT:,} texts: own words parted from quotes",
        peer="`email-reply-parser`",
        value=median(ours for ours, _ in pairs),
        peer_value=median(theirs for _, theirs in pairs),
        ratio=median(ours / theirs for ours, theirs in pairs),
        limit=None,
        unit="CPU s",
    )


def _seconds(reader: str) -> float:
    words = [sys.executable, "-m", "benchmarks.signature_reader", reader, str(COUNT)]
    return float(took(words, {}).out)
