"""The database as it lies there, for who must not change anything: not even its version."""

import errno
import fcntl
import os
import sqlite3
from pathlib import Path

from mailctl.errors import StoreUnusable
from mailctl.store.connection import Store
from mailctl.store.failures import damaged
from mailctl.store.migrations import LATEST, version_of

_WRITE_LOCK = 120
"""The byte of the shared memory that a writer locks (https://sqlite.org/walformat.html, 2.3.1)."""
_FEATURES = ("CREATE VIRTUAL TABLE words USING fts5 (text)", "CREATE TABLE kept (n INTEGER) STRICT")


class UntouchedStore(Store):
    """A database that is only read: nothing is made, migrated or written, nor beside it.

    Where no process has it open it is taken as a file that nobody changes; else the other's
    write-ahead log is read along (https://sqlite.org/uri.html, `immutable` and `readonly_shm`).
    """

    @property
    def is_there(self) -> bool:
        """Whether there is a file at all."""
        return self.path.exists()

    @property
    def is_in_use(self) -> bool:
        """Whether some process has it open, or died while it had."""
        log = _beside(self.path, "-wal")
        return log.exists() and log.stat().st_size > 0

    def version(self) -> int:
        """Return the version of its schema. Raises StoreUnusable, also for what is newer."""
        with self.reading() as tx:
            return version_of(tx, self.path)

    def is_being_written(self) -> bool:
        """Whether another process holds the write lock now; to be asked before anything is read.

        To close the file would let go of locks that this process has on it itself
        (https://sqlite.org/lockingv3.html, "how to corrupt" 2.2).
        """
        try:
            descriptor = os.open(_beside(self.path, "-shm"), os.O_RDONLY)
        except OSError:
            return False
        try:
            fcntl.lockf(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB, 1, _WRITE_LOCK)
        except OSError as error:
            return error.errno in {errno.EACCES, errno.EAGAIN}
        finally:
            os.close(descriptor)
        return False

    @property
    def is_of_today(self) -> bool:
        """Whether its schema is the one that the queries are written for."""
        return self.version() == LATEST

    def _connect(self) -> sqlite3.Connection:
        if not self.is_there:
            raise StoreUnusable(f"there is no database {self.path}")
        if not self.is_in_use:
            way = "immutable=1"
        elif _beside(self.path, "-shm").exists():
            way = "readonly_shm=1"
        else:
            raise StoreUnusable(
                f"{self.path} has changes in its log that only a command can take over "
                "which opens it for writing",
                hint="let one do so: mailctl db check",
            )
        connection = sqlite3.connect(
            f"{self.path.absolute().as_uri()}?mode=ro&{way}",
            uri=True,
            isolation_level=None,
            check_same_thread=False,
        )
        connection.row_factory = sqlite3.Row
        try:
            connection.execute("PRAGMA temp_store = MEMORY")
            version_of(connection, self.path)
        except UnicodeDecodeError as error:  # SQLite quotes what it cannot read
            connection.close()
            raise damaged(self.path, "its schema is no text") from error
        except BaseException:
            connection.close()
            raise
        return connection


def lacking_features() -> list[str]:
    """Return what the SQLite library cannot do that the schema needs."""
    connection = sqlite3.connect(":memory:")
    lacking = []
    for statement in _FEATURES:
        try:
            connection.execute(statement)
        except sqlite3.Error:
            lacking.append("FTS5" if "fts5" in statement else "STRICT tables")
    connection.close()
    return lacking


def _beside(path: Path, suffix: str) -> Path:
    return path.with_name(path.name + suffix)
