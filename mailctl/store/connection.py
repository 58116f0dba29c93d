"""One open database: its file, its pragmas and its transactions."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NewType

from mailctl.store.failures import translated

Reading = NewType("Reading", sqlite3.Connection)
Writing = NewType("Writing", Reading)  # whoever may write may also read

BUSY_TIMEOUT_MS = 5_000


class Store:
    """The database of one mailctl home, opened and migrated at the first transaction.

    Every transaction is explicit. Failures of SQLite or the disk leave here as
    StoreUnusable or one of its children.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._opened: sqlite3.Connection | None = None

    @contextmanager
    def reading(self) -> Iterator[Reading]:
        """Give one consistent snapshot that blocks nobody; writing in it fails."""
        connection = self._connection
        with translated(self.path):
            connection.execute("PRAGMA query_only = ON")
            try:
                with _transaction(connection, "BEGIN"):
                    yield Reading(connection)
            finally:
                connection.execute("PRAGMA query_only = OFF")

    @contextmanager
    def writing(self, *, durable: bool = False) -> Iterator[Writing]:
        """Give the write lock until the block ends; all of it happens or nothing.

        `durable` waits for the disk: for what no server could give us again. Must not
        be held across the network.
        """
        connection = self._connection
        with translated(self.path):
            connection.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
            with _transaction(connection, "BEGIN IMMEDIATE"):
                yield Writing(Reading(connection))

    def close(self) -> None:
        """Close the file; the next transaction opens it again."""
        if self._opened is not None:
            self._opened.close()
            self._opened = None

    @property
    def _connection(self) -> sqlite3.Connection:
        if self._opened is None:
            from mailctl.store.migrations import bring_up_to_date

            with translated(self.path):
                self._opened = bring_up_to_date(self.path)
        return self._opened


def connect(path: Path) -> sqlite3.Connection:
    """Open the file, made with mode 0600 in a directory of mode 0700 if it is new."""
    make_private_directory(path.parent)
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    connection = sqlite3.connect(path, isolation_level=None, timeout=BUSY_TIMEOUT_MS / 1000)
    connection.row_factory = sqlite3.Row
    connection.execute("PRAGMA foreign_keys = ON")
    return connection


def make_private_directory(path: Path) -> None:
    """Make the directory and its parents; what is new gets mode 0700."""
    if path.is_dir():
        return
    make_private_directory(path.parent)
    with suppress(FileExistsError):
        path.mkdir(mode=0o700)


@contextmanager
def _transaction(connection: sqlite3.Connection, begin: str) -> Iterator[None]:
    connection.execute(begin)
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:  # SQLite may have rolled back already
            connection.execute("ROLLBACK")
        raise
