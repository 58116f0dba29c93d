"""How long it takes to list messages of a store that has a million."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.children import Took, took
from benchmarks.measured import Measured, compared
from benchmarks.peers import MAILCTL
from benchmarks.store_filling import fill
from mailctl.store.connection import Store

COUNT = 1_000_000
ROUNDS = 15
PAGE_LIMIT = 3.0
FLAT_LIMIT = 1.2


def measure() -> Iterator[Measured]:
    """Measure the first page, a page of an account, and all of it as a stream."""
    with tempfile.TemporaryDirectory(prefix="bench-") as home:
        store = Store(Path(home) / "mailctl.db")
        fill(store, COUNT)
        store.close()
        environment = {"MAILCTL_HOME": home, "MAILCTL_NO_INPUT": "1"}
        for options in ("", " --account ada@corp.example", " --folder Archive"):
            yield _page(f"message list --limit 50{options}", environment)
        yield from _stream(environment)


def _page(command: str, environment: dict[str, str]) -> Measured:
    ours = [MAILCTL, *command.split(), "-o", "json"]
    peer = [MAILCTL, "account", "list", "-o", "json"]
    took(ours, environment)
    pairs = [(took(ours, environment), took(peer, environment)) for _ in range(ROUNDS)]
    return compared(f"{command}, of {COUNT:,}", "`account list`", pairs, limit=PAGE_LIMIT)


def _stream(environment: dict[str, str]) -> Iterator[Measured]:
    """Stream all, and a tenth, which fills the cache of SQLite: beyond it memory must not grow."""
    all_, some = _streamed("", environment), _streamed(f" --limit {COUNT // 10}", environment)
    for of, unit, limit in (
        (lambda ran: ran.peak_bytes / 1e6, "MB", FLAT_LIMIT),
        (lambda ran: ran.seconds, "s", None),
    ):
        yield compared(
            f"message list -o ndjson: {COUNT:,}",
            f"the same with {COUNT // 10:,}",
            [(all_, some)],
            limit=limit,
            of=of,
            unit=unit,
        )


def _streamed(options: str, environment: dict[str, str]) -> Took:
    listing = f"'{MAILCTL}' message list -o ndjson{options} | wc -l"
    ran = took(["sh", "-c", listing], environment)
    if int(ran.out) < COUNT // 10 * 0.9:
        raise AssertionError(f"only {ran.out} messages were listed")
    return ran
