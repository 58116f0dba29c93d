"""Steps that bring a database of any older version to today's schema, forward only."""

import fcntl
import os
import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from mailctl.errors import StoreTooNew
from mailctl.store.failures import damaged
from mailctl.store.files import PAGE_BYTES, backup_beside, connect, transaction, whole_copy

APPLICATION_ID = 0x6D61696C  # "mail": tells our files from other SQLite databases
_SCHEMA = Path(__file__).with_name("schema")


def steps() -> list[tuple[int, Path]]:
    """Return every migration as (version it leads to, file), oldest first."""
    numbered = re.compile(r"(\d{4})_\w+\.sql")
    found = [(match, path) for path in _SCHEMA.iterdir() if (match := numbered.match(path.name))]
    return sorted((int(match[1]), path) for match, path in found)


LATEST = 16
"""The version of the newest step; a test holds it against the files."""


def sqlite_version() -> str:
    """Return the version of the SQLite library."""
    return sqlite3.sqlite_version


def bring_up_to_date(path: Path) -> sqlite3.Connection:
    """Open the database at `path`, made or migrated first where needed.

    Raises StoreTooNew for a database of a newer mailctl and StoreDamaged for a file
    that is none of ours; neither is changed.
    """
    try:
        return _up_to_date(path)
    except UnicodeDecodeError as error:  # SQLite quotes what it cannot read
        raise damaged(path, "its schema is no text") from error


def _up_to_date(path: Path) -> sqlite3.Connection:
    was_there = path.exists()
    connection = connect(path)
    try:
        if version_of(connection, path) != LATEST:
            _migrate(connection, path, was_there=was_there)
    except BaseException:
        connection.close()
        raise
    return connection


def statements(script: str) -> Iterator[str]:
    """Split a script into statements; the last one must end in a semicolon too.

    Not executescript: it would commit the transaction that we are in.
    """
    pending = ""
    for line in script.splitlines(keepends=True):
        pending += line
        if sqlite3.complete_statement(pending):
            yield pending
            pending = ""


def version_of(connection: sqlite3.Connection, path: Path) -> int:
    """Return the version of the schema, 0 of a file in which nothing is yet.

    Raises StoreTooNew, and StoreDamaged for what is none of ours.
    """
    # one statement, one snapshot: another process may be making the schema right now
    version, application, is_empty = connection.execute(
        """
        SELECT
            (SELECT user_version FROM pragma_user_version),
            (SELECT application_id FROM pragma_application_id),
            NOT EXISTS (SELECT 1 FROM sqlite_schema)
        """
    ).fetchone()
    is_new = is_empty and application == 0
    if application != APPLICATION_ID and not is_new:
        raise damaged(path, "it is a database of another program")
    if version < 1 and not is_new:
        raise damaged(path, f"no schema has the version {version}")
    if version > LATEST:
        raise StoreTooNew(
            f"{path} has schema version {version}, this mailctl knows versions up to {LATEST}",
            hint="use the newer mailctl that wrote it: pip install --upgrade mailctl",
        )
    return int(version)


def _migrate(connection: sqlite3.Connection, path: Path, *, was_there: bool) -> None:
    # One process at a time: "PRAGMA journal_mode = WAL" does not wait for busy_timeout.
    with _exclusive(path.with_name(path.name + ".migration")) as note:
        version = version_of(connection, path)  # another process may have done it meanwhile
        if version == LATEST:
            return
        if version == 0 and was_there and os.pread(note, 1, 0):
            raise damaged(path, "it is empty and was not before")
        if version > 0:
            _back_up(connection, path, version)
        # for a new file alone: mail lies in fewer pages
        connection.execute(f"PRAGMA page_size = {PAGE_BYTES}")
        connection.execute("PRAGMA journal_mode = WAL")
        from mailctl.domain.mailboxes import domain_path_of, mailbox_of  # for this alone

        # SQLite has an unhex of its own from 3.41 on
        connection.create_function("bytes_of", 1, bytes.fromhex, deterministic=True)
        connection.create_function("mailbox_of", 1, mailbox_of, deterministic=True)
        connection.create_function("domain_path_of", 1, domain_path_of, deterministic=True)
        with transaction(connection, "BEGIN IMMEDIATE"):
            for number, step in steps():
                if number > version:
                    for statement in statements(step.read_text(encoding="utf-8")):
                        connection.execute(statement)
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            connection.execute(f"PRAGMA user_version = {LATEST}")
        # a file that is cut to nothing must not pass for a new one later
        os.pwrite(note, str(LATEST).encode(), 0)


@contextmanager
def _exclusive(path: Path) -> Iterator[int]:
    lock = os.open(path, os.O_CREAT | os.O_RDWR, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield lock
    finally:
        os.close(lock)


def _back_up(connection: sqlite3.Connection, path: Path, version: int) -> None:
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    copy = backup_beside(path, f"v{version}-{stamp}")
    with whole_copy(connection, copy) as whole:
        whole.replace(copy)  # a try of the same second that failed left the same
