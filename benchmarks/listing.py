"""Very many stored messages: the first page of them, all as a stream, and how many there are."""

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from benchmarks.children import Took, took
from benchmarks.measured import Measured, compared
from benchmarks.store_filling import fill
from mailctl.store.connection import Store
from tests.soak import count

MESSAGES = count(200_000, 1_000_000)
RUNS = 15
PAGE_LIMIT = 3.0
STATS_LIMIT = 2.0
ROWS_A_SECOND = 15_000
_MAILCTL = str(Path(sys.executable).parent / "mailctl")
_OF = f"of {MESSAGES:,} messages"


def measure() -> Iterator[Measured]:
    """Fill a store and measure what is asked of it; a table of accounts is the peer of a page."""
    with tempfile.TemporaryDirectory(prefix="bench-") as scratch:
        home = Path(scratch)
        store = Store(home / "mailctl.db")
        fill(store, MESSAGES)
        store.close()
        for page in ("", " --folder INBOX", " --unread", " --account zoe@startup.example"):
            yield _page(home, f"message list --limit 50{page}")
        yield from _stream(home)
        for by in ("month", "folder", "sender"):
            yield _counted(home, f"message stats --by {by}")


def _page(home: Path, command: str) -> Measured:
    pairs = [(_ran(home, command), _ran(home, "account list")) for _ in range(RUNS)]
    return compared(f"{command} {_OF}", "`account list`", pairs, limit=PAGE_LIMIT)


def _stream(home: Path) -> Iterator[Measured]:
    half = _ran(home, f"message list -o ndjson --limit {MESSAGES // 2}")
    whole = _ran(home, "message list -o ndjson")
    yield Measured(
        command=f"message list -o ndjson, all {_OF}",
        peer=f"{ROWS_A_SECOND:,} a second",
        value=whole.seconds,
        peer_value=MESSAGES / ROWS_A_SECOND,
        ratio=whole.seconds / (MESSAGES / ROWS_A_SECOND),
        limit=1.0,
    )
    yield Measured(
        command=f"message list -o ndjson, all {_OF}",
        peer="half of them",
        value=whole.peak_bytes / 1e6,
        peer_value=half.peak_bytes / 1e6,
        ratio=whole.peak_bytes / half.peak_bytes,
        limit=1.2,
        unit="MB",
    )


def _counted(home: Path, command: str) -> Measured:
    seconds = median(_ran(home, command).seconds for _ in range(3))
    return Measured(f"{command} {_OF}", "", seconds, None, None, STATS_LIMIT)


def _ran(home: Path, command: str) -> Took:
    """Run a command whose output a program reads, and does not keep."""
    line = f"set -o pipefail; {_MAILCTL} {command} | wc -c"
    return took(["bash", "-c", line], {"MAILCTL_HOME": str(home)})
