"""Queries: the database itself, checked, measured and copied."""

import os
import sqlite3
import time
from contextlib import suppress
from pathlib import Path

from mailctl.store.connection import Reading, Store
from mailctl.store.failures import RowUnreadable, translated
from mailctl.store.files import whole_copy

_STEPS = 10_000
"""How often SQLite asks whether to go on."""


def findings(tx: Reading) -> list[str]:
    """Return what is wrong with the file, nothing if it is sound."""
    try:
        return _findings(tx)
    except UnicodeDecodeError as error:  # SQLite quotes what it cannot read
        raise RowUnreadable("its schema is no text") from error


def _findings(tx: Reading) -> list[str]:
    broken = [row[0] for row in tx.execute("PRAGMA integrity_check") if row[0] != "ok"]
    dangling = [
        f"row {row[1]} of {row[0]} refers to a missing row of {row[2]}"
        for row in tx.execute("PRAGMA foreign_key_check")
    ]
    return broken + dangling


def findings_within(tx: Reading, limit_s: float) -> list[str] | None:
    """Return what is wrong with the file, None where it could not be read in that time."""
    ends = time.monotonic() + limit_s
    tx.set_progress_handler(lambda: time.monotonic() > ends, _STEPS)
    try:
        return findings(tx)
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode != sqlite3.SQLITE_INTERRUPT:
            raise
        return None
    finally:
        tx.set_progress_handler(None, 0)


def schema_version(tx: Reading) -> int:
    """Return the version of the schema."""
    version: int = tx.execute("PRAGMA user_version").fetchone()[0]
    return version


def counts(tx: Reading) -> dict[str, int]:
    """Return the number of rows of each table that a person has a word for."""
    row = tx.execute(
        """
        SELECT
            (SELECT count(*) FROM account WHERE provider <> '-') AS accounts,
            (SELECT count(*) FROM provider) AS custom_providers,
            (SELECT count(*) FROM domain_mapping) AS domain_mappings,
            (SELECT count(*) FROM folder) AS folders,
            (SELECT count(*) FROM message) AS messages,
            (SELECT count(*) FROM message_copy WHERE gone_at IS NULL) AS copies,
            (SELECT count(*) FROM message_copy WHERE gone_at IS NOT NULL) AS gone_copies,
            (SELECT count(*) FROM quarantine) AS quarantined,
            (SELECT count(*) FROM sync_run) AS sync_runs,
            (SELECT coalesce(sum(size_bytes), 0) FROM source) AS source_bytes,
            (SELECT coalesce(sum(length(packed)), 0) FROM source) AS stored_source_bytes
        """
    ).fetchone()
    return dict(row)


def file_bytes(store: Store) -> int:
    """Return what the database takes on the disk, its write-ahead log included."""
    size = 0
    for suffix in ("", "-wal", "-shm"):
        with suppress(FileNotFoundError):
            size += os.stat(f"{store.path}{suffix}").st_size  # noqa: PTH116 (a suffix, no path)
    return size


def back_up(store: Store, target: Path) -> None:
    """Copy the database to `target`, which appears whole or not at all, with mode 0600.

    Raises FileExistsError where there is something already.
    """
    with store.reading() as tx, translated(target), whole_copy(tx, target) as whole:
        os.link(whole, target)  # unlike a rename, it never replaces
