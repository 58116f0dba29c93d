"""Asks a store a question again and again, and prints the median of the seconds.

usage: python -m benchmarks.asker HOME QUERY LIMIT ROUNDS
"""

import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from mailctl.core.messages.search import Wanted, search_messages
from mailctl.domain.query_language import Asker
from mailctl.store.connection import Store


def main(home: str, query: str, limit: str, rounds: str) -> None:
    """Ask for the first page so often, each time in a transaction of its own."""
    store = Store(Path(home) / "mailctl.db")
    asker = Asker(datetime.now(UTC))
    taken = []
    for _ in range(int(rounds)):
        began = time.perf_counter()
        with store.reading() as tx:
            found = list(search_messages(tx, query, asker, Wanted(limit=int(limit))))
        taken.append(time.perf_counter() - began)
        assert found
    sys.stdout.write(f"{median(taken)}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
