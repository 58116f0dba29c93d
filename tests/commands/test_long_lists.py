"""A listing of very many messages: its first page costs what any page costs, its rows no memory."""

import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.children import Took, took
from benchmarks.store_filling import fill
from mailctl.store.connection import Store
from tests.conftest import Spawn
from tests.soak import count

COUNT = count(10_000, 1_000_000)
SHOWN = 0.95
"""At least so many are still on a server."""
MEGABYTE = 1 << 20


@pytest.fixture(scope="module")
def long_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A home with very many messages."""
    home = tmp_path_factory.mktemp("long")
    store = Store(home / "mailctl.db")
    fill(store, COUNT)
    store.close()
    yield home
    (home / "mailctl.db").unlink()


@pytest.fixture
def measured(spawn: Spawn, long_home: Path) -> "Measured":
    return Measured(spawn, long_home)


class Measured:
    """Runs a command on the home, through a program that reads what it says."""

    def __init__(self, spawn: Spawn, home: Path) -> None:
        self._spawn, self._home = spawn, home

    def __call__(self, *words: str, reader: str = "wc -l") -> Took:
        line = f"{shlex.join(self._spawn.words(*words))} | {reader}"
        return took(["bash", "-c", f"set -o pipefail; {line}"], {"MAILCTL_HOME": str(self._home)})


@pytest.mark.parametrize("format_", ["ndjson", "csv", "json", "table"])
def test_rows_stream_in_flat_memory(measured: Measured, format_: str) -> None:
    one = measured("message", "list", "-o", format_, "--limit", "1")
    whole = measured("message", "list", "-o", format_)
    assert int(whole.out) > COUNT * SHOWN
    assert whole.peak_bytes - one.peak_bytes < 50 * MEGABYTE  # of which SQLite caches 32


@pytest.mark.parametrize(
    "words", [(), ("--folder", "INBOX"), ("--account", "zoe@startup.example", "--unread")]
)
def test_the_first_page_takes_at_most_three_times_as_long_as_the_accounts(
    measured: Measured, words: tuple[str, ...]
) -> None:
    pages = [measured("message", "list", "--limit", "50", *words) for _ in range(5)]
    accounts = [measured("account", "list") for _ in range(5)]
    assert {page.out for page in pages} == {"51\n"}
    assert min(page.cpu_s for page in pages) < 3 * min(each.cpu_s for each in accounts)
