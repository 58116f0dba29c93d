"""Verbs on the database: where it is, whether it is sound, a copy of it."""

import os
from dataclasses import dataclass
from pathlib import Path

from mailctl.core.services import Services
from mailctl.errors import Conflict, StoreUnusable
from mailctl.store import maintenance
from mailctl.store.connection import Store
from mailctl.store.failures import damaged
from mailctl.store.files import backup_beside


@dataclass(frozen=True)
class Checked:
    """A database that was found sound."""

    path: Path
    schema_version: int
    size_bytes: int


@dataclass(frozen=True)
class Backup:
    """A copy of the database."""

    path: Path
    size_bytes: int


@dataclass(frozen=True)
class Stats:
    """What the database holds."""

    path: Path
    schema_version: int
    size_bytes: int
    counts: dict[str, int]


def check(store: Store) -> Checked:
    """Read every page of the database. Raises StoreDamaged with what is wrong."""
    with store.reading() as tx:
        findings = maintenance.findings(tx)
        version = maintenance.schema_version(tx)
    if findings:
        more = f" (and {len(findings) - 1} more findings)" if len(findings) > 1 else ""
        error = damaged(store.path, findings[0] + more)
        error.details["findings"] = findings[:100]
        raise error
    return Checked(store.path, version, maintenance.file_bytes(store))


def back_up(services: Services, target: Path | None) -> Backup:
    """Copy the database while it may be in use.

    Raises Conflict if the target exists, StoreUnusable where nothing can be made.
    """
    store = services.store
    if target is None:
        stamp = services.now().strftime("%Y%m%dT%H%M%SZ")
        target = backup_beside(store.path, stamp)
    else:
        _refuse_directory(target.absolute().parent)
    try:
        maintenance.back_up(store, target.absolute())
    except FileExistsError as error:
        raise Conflict(
            f"{target} exists already", hint="name another file: mailctl db backup PATH"
        ) from error
    return Backup(target.absolute(), target.stat().st_size)


def _refuse_directory(directory: Path) -> None:
    if not (os.access(directory, os.W_OK | os.X_OK) and directory.is_dir()):
        raise StoreUnusable(
            f"no backup can be made in {directory}: it is no directory, or not yours to write",
            hint="name a file elsewhere: mailctl db backup PATH",
        )


def stats(store: Store) -> Stats:
    """Return what the database holds and takes."""
    with store.reading() as tx:
        return Stats(
            path=store.path,
            schema_version=maintenance.schema_version(tx),
            size_bytes=maintenance.file_bytes(store),
            counts=maintenance.counts(tx),
        )
