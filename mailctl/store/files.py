"""The database as a file: made private, opened, copied whole; and a block that is one change."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

BUSY_TIMEOUT_MS = 5_000
_CACHE_KIB = 12_288
_WAL_PAGES = 2_000
PAGE_BYTES = 16_384
_BACKUP = ".backup.db"


def connect(path: Path) -> sqlite3.Connection:
    """Open the file, made with mode 0600 in a directory of mode 0700 if it is new."""
    make_private_directory(path.parent)
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    # each thread has its own; closing them all is left to one
    connection = sqlite3.connect(
        path, isolation_level=None, timeout=BUSY_TIMEOUT_MS / 1000, check_same_thread=False
    )
    connection.row_factory = sqlite3.Row
    try:
        connection.execute("PRAGMA foreign_keys = ON")
        # identities are random: their index is read and written everywhere at once
        connection.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
        connection.execute(f"PRAGMA wal_autocheckpoint = {_WAL_PAGES}")
        if not _has_temporary_room():
            connection.execute("PRAGMA temp_store = MEMORY")
    except BaseException:  # they read the schema, which may be damaged
        connection.close()
        raise
    return connection


def _has_temporary_room() -> bool:
    """Whether SQLite finds a directory for temporary files (https://sqlite.org/tempfiles.html).

    Else it would fail as if the disk did.
    """
    usual = (os.environ.get("SQLITE_TMPDIR"), os.environ.get("TMPDIR"), "/var/tmp", "/tmp")  # noqa: S108
    return any(each and os.access(each, os.W_OK | os.X_OK) for each in usual)


def make_private_directory(path: Path) -> None:
    """Make the directory and its parents; what is new gets mode 0700."""
    if path.is_dir():
        return
    make_private_directory(path.parent)
    with suppress(FileExistsError):
        path.mkdir(mode=0o700)


@contextmanager
def transaction(connection: sqlite3.Connection, begin: str) -> Iterator[None]:
    """Run the block between `begin` and COMMIT, or roll back."""
    connection.execute(begin)
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:  # SQLite may have rolled back already
            connection.execute("ROLLBACK")
        raise


def backup_beside(path: Path, mark: str) -> Path:
    """Return how a backup of the database is called that lies beside it."""
    return path.with_name(f"{path.stem}-{mark}{_BACKUP}")


def backups_beside(path: Path) -> list[Path]:
    """Return the backups that lie beside the database, the newest last."""
    found = path.parent.glob(f"{path.stem}-*{_BACKUP}")
    return sorted(found, key=lambda each: each.stat().st_mtime)


@contextmanager
def whole_copy(connection: sqlite3.Connection, target: Path) -> Iterator[Path]:
    """Give a finished copy beside `target`, mode 0600, which the block gives its name."""
    from tempfile import mkstemp  # 5 ms, for backups alone

    descriptor, name = mkstemp(prefix=f".{target.name}.", suffix=".partial", dir=target.parent)
    os.close(descriptor)
    partial = Path(name)
    try:
        with closing(sqlite3.connect(partial)) as copy:
            connection.backup(copy)
        _sync_to_disk(partial)
        yield partial
    finally:
        partial.unlink(missing_ok=True)


def _sync_to_disk(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
