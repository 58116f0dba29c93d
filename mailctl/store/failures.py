"""SQLite's failures said as ours: which of them is a full disk, a damaged file, a lock."""

import errno
import os
import sqlite3
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import ParamSpec, TypeVar

from mailctl.errors import StoreBusy, StoreDamaged, StoreFull, StoreUnusable

# A full disk shows as an I/O error where SQLite grows the shared memory of the WAL
# or writes a file that it cannot extend.
_WRITE_FAILURES = {
    sqlite3.SQLITE_IOERR_WRITE,
    sqlite3.SQLITE_IOERR_SHMSIZE,
    sqlite3.SQLITE_IOERR_SHMOPEN,
    sqlite3.SQLITE_IOERR_FSYNC,
}
_NO_ROOM_BYTES = 1 << 16

# Our statements are literal and tested: where a name does not fit, the schema is damaged.
_MISFITS = (
    "no such table",
    "no such column",
    "no such index",
    "has no column named",
    "foreign key mismatch",
    "unsupported file format",  # of the schema: a number in the head of the file
)

_Given = ParamSpec("_Given")
_Value = TypeVar("_Value")


class RowUnreadable(Exception):
    """A row holds what we never wrote; leaves the store as StoreDamaged."""


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Raise what SQLite or the file system says about `path` as a StoreUnusable."""
    try:
        yield
    except RowUnreadable as error:
        raise damaged(path, str(error)) from error
    except sqlite3.IntegrityError:
        raise  # a broken rule of the schema is a bug of ours, not a state of the file
    except sqlite3.Error as error:
        foreseen = _foreseen(error, path)
        if foreseen is None:
            raise
        raise foreseen from error
    except FileExistsError:
        raise  # said by whoever asked for the name
    except OSError as error:
        raise of_os_error(error, path) from error


def from_row(decode: Callable[_Given, _Value]) -> Callable[_Given, _Value]:
    """Let a value that `decode` cannot make sense of show as damage: no query wrote it."""

    @wraps(decode)
    def decoded(*args: _Given.args, **kwargs: _Given.kwargs) -> _Value:
        try:
            return decode(*args, **kwargs)
        except (ValueError, TypeError, zlib.error) as error:
            raise RowUnreadable(f"a row cannot be read: {error}") from error

    return decoded


def of_os_error(error: OSError, path: Path) -> StoreUnusable:
    """Return the file system's refusal as our error."""
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return _full(path)
    if error.errno in {errno.EROFS, errno.EACCES, errno.EPERM}:
        return _not_writable(path, error.strerror or "no permission")
    return StoreUnusable(
        f"{path} cannot be used: {error.strerror}",
        hint="name another place: MAILCTL_HOME=DIRECTORY mailctl …",
    )


def _foreseen(error: sqlite3.Error, path: Path) -> StoreUnusable | None:
    extended = getattr(error, "sqlite_errorcode", None)
    if extended is None:  # raised by Python's module, not by SQLite
        return damaged(path, "it holds text that is none") if "UTF-8" in str(error) else None
    match extended & 0xFF:
        case sqlite3.SQLITE_FULL:
            return _full(path)
        case (
            sqlite3.SQLITE_PERM
            | sqlite3.SQLITE_READONLY
            | sqlite3.SQLITE_CANTOPEN
            | sqlite3.SQLITE_AUTH
        ):
            return _not_writable(path, str(error))
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return StoreBusy(
                f"another process kept {path} locked for too long",
                hint="try again; see who has it open: fuser " + str(path),
            )
        case sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_NOTADB:
            return damaged(path, str(error))
        case sqlite3.SQLITE_ERROR if any(said in str(error) for said in _MISFITS):
            return damaged(path, str(error))
        case sqlite3.SQLITE_IOERR:
            return _io_failure(path, extended)
        case _:
            return None


def damaged(path: Path, why: str) -> StoreDamaged:
    """Return the error for a file that is no sound mailctl database."""
    return StoreDamaged(
        f"{path} is damaged or is not a mailctl database: {why}",
        hint=f"look at it with: mailctl db check; then put a backup in its place, or move it "
        f"away (mv {path} {path}.damaged, and its -wal and -shm likewise) and sync again; "
        "each step: mailctl doctor",
    )


def _full(path: Path) -> StoreFull:
    return StoreFull(
        f"no room left on the disk that holds {path}",
        hint=f"nothing half-written was kept; make room (df -h {path.parent}) and run it again",
    )


def _not_writable(path: Path, why: str) -> StoreUnusable:
    return StoreUnusable(
        f"{path} cannot be opened for writing: {why}",
        hint=f"check its owner and mode (ls -ld {path.parent} {path}), or name another place: "
        "MAILCTL_HOME=DIRECTORY mailctl …",
    )


def _io_failure(path: Path, extended: int) -> StoreUnusable:
    if extended in _WRITE_FAILURES and _has_no_room(path):
        return _full(path)
    return StoreUnusable(
        f"the disk failed while {path} was read or written",
        hint="check the disk (dmesg | tail), then: mailctl db check",
    )


def _has_no_room(path: Path) -> bool:
    try:
        room = os.statvfs(path.parent)
    except OSError:
        return False
    return room.f_bavail * room.f_frsize < _NO_ROOM_BYTES
