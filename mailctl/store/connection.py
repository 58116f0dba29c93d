"""One open database and its transactions."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
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
        self._together: set[threading.Thread] = set()

    @contextmanager
    def reading(self) -> Iterator[Reading]:
        """Give one consistent snapshot that blocks nobody; writing in it fails."""
        connection = self._connection
        with translated(self.path):
            connection.execute("PRAGMA query_only = ON")
            is_within = self.is_together and connection.in_transaction
            try:
                with nullcontext() if is_within else transaction(connection, "BEGIN"):
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
            if self.is_together:
                with _step(connection):
                    yield Writing(Reading(connection))
                return
            connection.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
            with transaction(connection, "BEGIN IMMEDIATE"):
                yield Writing(Reading(connection))

    @contextmanager
    def trying(self) -> Iterator[Writing]:
        """Give the write lock as `writing` does, and take back at the end whatever was written."""
        with suppress(_TakenBack), self.writing() as tx:
            yield tx
            raise _TakenBack

    @contextmanager
    def together(self) -> Iterator[None]:
        """Make one durable transaction of all that this thread writes until the block ends.

        It begins with the first `writing`, so that a block which writes nothing locks nothing.
        A `writing` that fails takes back its own part alone. Must not be held across the network.
        """
        own = threading.current_thread()
        connection = self._connection
        self._together.add(own)
        try:
            with translated(self.path):
                yield
                if connection.in_transaction:
                    connection.execute("COMMIT")
        finally:
            self._together.discard(own)
            if connection.in_transaction:
                connection.execute("ROLLBACK")

    @property
    def is_together(self) -> bool:
        """Whether this thread writes several things in one transaction."""
        return threading.current_thread() in self._together

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
                connection = self._opened[own] = self._connect()
        return connection

    def _connect(self) -> sqlite3.Connection:
        return bring_up_to_date(self.path)

    def _close_left(self) -> None:
        """Close what threads left open that have ended: a run has one more for each account."""
        for thread in list(self._opened):
            if not thread.is_alive() and (left := self._opened.pop(thread, None)):
                left.close()


@contextmanager
def _step(connection: sqlite3.Connection) -> Iterator[None]:
    """Run the block as a part of a transaction, which begins with its first part."""
    if not connection.in_transaction:
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("BEGIN IMMEDIATE")
    connection.execute("SAVEPOINT step")
    try:
        yield
        connection.execute("RELEASE step")
    except BaseException:
        if connection.in_transaction:  # SQLite may have rolled back all of it already
            connection.execute("ROLLBACK TO step")
            connection.execute("RELEASE step")
        raise
