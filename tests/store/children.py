"""What other processes do to a store, one function each: python -m tests.store.children NAME …"""

import random
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from mailctl.domain.ids import ProviderName
from mailctl.domain.providers import MappingOrigin
from mailctl.errors import MailctlError
from mailctl.store import locks, mappings, migrations, sources
from mailctl.store.connection import Store

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def say(line: str) -> None:
    """Tell the test."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def wait() -> str:
    """Wait for the test to say something."""
    return sys.stdin.readline().rstrip("\n")


def hold_writing(path: str) -> None:
    """Hold the write lock until told to end."""
    with Store(Path(path)).writing() as tx:
        mappings.put(tx, "held.example", ProviderName("p"), origin=MappingOrigin.ADMIN, at=NOW)
        say("held")
        wait()
    say("committed")


def hold_reading(path: str) -> None:
    """Hold a snapshot until told to end."""
    with Store(Path(path)).reading() as tx:
        mappings.all_(tx)
        say("reading")
        wait()
        say(str(len(mappings.all_(tx))))


def open_together(_: str) -> None:
    """Open each store that is named, at the instant that is named."""
    say("ready")
    while line := wait():
        instant, path = line.split(" ", 1)
        while time.monotonic() < float(instant):
            pass
        store = Store(Path(path))
        try:
            with store.writing() as tx:
                tx.execute("SELECT count(*) FROM account")
            say("ok")
        except MailctlError as error:
            say(f"{error.kind}: {error.sentence}")
        store.close()


def open_once(path: str) -> None:
    """Open the store when told to, and say so; with a schema directory, up to its steps."""
    say("ready")
    wait()
    with Store(Path(path)).writing():
        say("opened")


def migrate(path: str, schema: str) -> None:
    """Open the store when told to, with the steps of another schema directory."""
    migrations._SCHEMA = Path(schema)
    migrations.LATEST = migrations.steps()[-1][0]
    open_once(path)


def fill(path: str, count: str, size: str) -> None:
    """Keep so many sources of that size, each in a transaction of its own."""
    numbers = random.Random(7)
    store = Store(Path(path))
    for _ in range(int(count)):
        packed = sources.pack(numbers.randbytes(int(size)))
        with store.writing() as tx:
            sources.put(tx, [packed])
    with store.reading() as tx:
        say(str(tx.execute("SELECT count(*) FROM source").fetchone()[0]))


def write_pairs(path: str) -> None:
    """Map domains, always two in one transaction, until killed."""
    store = Store(Path(path))
    number = 0
    while True:
        with store.writing() as tx:
            for twin in ("a", "b"):
                mappings.put(
                    tx,
                    f"{twin}{number}.example",
                    ProviderName("p"),
                    origin=MappingOrigin.ADMIN,
                    at=NOW,
                )
        number += 1
        if number == 20:
            say("writing")


def lose_copies(path: str, uid: str) -> None:
    """Forget the copies of that UID as if they had never come."""
    store = Store(Path(path))
    with store.writing() as tx:
        tx.execute("DELETE FROM message_copy WHERE uid = ?", (int(uid),))
    store.close()


def hold_lock(directory: str, account: str) -> None:
    """Hold an account until told to end."""
    with locks.FileLocks(Path(directory)).hold(account):
        say("held")
        wait()


def main(children: dict[str, Callable[..., None]]) -> int:
    """Run the function that is named and leave as mailctl would."""
    try:
        children[sys.argv[1]](*sys.argv[2:])
    except MailctlError as error:
        say(f"{error.kind}: {error.sentence}")
        return int(error.exit_code)
    return 0


if __name__ == "__main__":
    sys.exit(
        main(
            {
                child.__name__: child
                for child in (
                    hold_writing,
                    hold_reading,
                    open_together,
                    open_once,
                    migrate,
                    fill,
                    write_pairs,
                    lose_copies,
                    hold_lock,
                )
            }
        )
    )
