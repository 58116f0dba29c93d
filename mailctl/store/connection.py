"""One open database and its transactions."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NewType

from mailctl.store.failures import translated
from mailctl.store.files import transaction
from mailctl.store.migrations import bring_up_to_date

Reading = NewType("Reading", sqlite3.Connection)
Writing = NewType("Writing", Reading)  # whoever may write may also read


class _TakenBack(Exception):
    """Ends a transaction of which nothing is to stay."""


class Store:
    """The database of one mailctl home, opened and migrated at the first transaction.

    Each thread has a connection of its own. Every transaction is explicit. Failures of
    SQLite or the disk leave here as StoreUnusable or one of its children.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._opened: dict[threading.Thread, sqlite3.Connection] = {}

    @contextmanager
    def reading(self) -> Iterator[Reading]:
        """Give one consistent snapshot that blocks nobody; writing in it fails."""
        connection = self._connection
        with translated(self.path):
            connection.execute("PRAGMA query_only = ON")
            try:
                with transaction(connection, "BEGIN"):
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
            with transaction(connection, "BEGIN IMMEDIATE"):
                yield Writing(Reading(connection))

    @contextmanager
    def trying(self) -> Iterator[Writing]:
        """Give the write lock as `writing` does, and take back at the end whatever was written."""
        with suppress(_TakenBack), self.writing() as tx:
            yield tx
            raise _TakenBack

    def close(self) -> None:
        """Close the file, for this thread and those that have ended; one may open it again.

        Of a thread that is still at work nothing is closed: SQLite would fall over.
        """
        own = self._opened.pop(threading.current_thread(), None)
        if own is not None:
            own.close()
        self._close_left()

    @property
    def _connection(self) -> sqlite3.Connection:
        own = threading.current_thread()
        connection = self._opened.get(own)
        if connection is None:
            self._close_left()
            with translated(self.path):
                connection = self._opened[own] = bring_up_to_date(self.path)
        return connection

    def _close_left(self) -> None:
        """Close what threads left open that have ended: a run has one more for each account."""
        for thread in list(self._opened):
            if not thread.is_alive() and (left := self._opened.pop(thread, None)):
                left.close()
