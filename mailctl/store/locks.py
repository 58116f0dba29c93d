"""Locks between processes, which die with their holder."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mailctl.errors import Locked
from mailctl.records import dataclass
from mailctl.store.failures import translated
from mailctl.store.files import make_private_directory

_LOOK_AGAIN_S = 0.05


@dataclass(frozen=True)
class FileLocks:
    """One lock file an account (ports.AccountLocks)."""

    directory: Path

    @contextmanager
    def hold(self, account: str, /, *, called: str = "", wait_s: float = 0) -> Iterator[None]:
        """Hold the account until the block ends. Raises Locked, naming the holder."""
        path = self.directory / f"{account}.lock"
        with translated(path):
            make_private_directory(self.directory)
            descriptor = os.open(path, os.O_CREAT | os.O_RDWR, 0o600)
        try:
            with translated(path):
                self._take(descriptor, called or account, time.monotonic() + wait_s)
            try:
                yield
            finally:
                os.ftruncate(descriptor, 0)  # so that `holder` need not knock at a free lock
        finally:
            os.close(descriptor)

    def holder(self, account: str, /) -> int | None:
        """Return the process that works on the account now, None where none does."""
        path = self.directory / f"{account}.lock"
        try:
            descriptor = os.open(path, os.O_RDONLY)
        except FileNotFoundError:
            return None
        try:
            noted = os.pread(descriptor, 20, 0).decode(errors="replace")
            # what a killed process noted stays: only then the lock is tried, for a moment
            is_held = noted.isdigit() and _is_alive(int(noted)) and not _is_free(descriptor)
            return int(noted) if is_held else None
        finally:
            os.close(descriptor)

    def _take(self, descriptor: int, called: str, until: float) -> None:
        while not _is_taken(descriptor):
            if time.monotonic() >= until:
                raise _held(descriptor, called)
            time.sleep(_LOOK_AGAIN_S)
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, str(os.getpid()).encode(), 0)


def _is_taken(descriptor: int) -> bool:
    """Whether the lock is ours now."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _is_free(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # somebody else's
        pass
    return True


def _held(descriptor: int, called: str) -> Locked:
    holder = os.pread(descriptor, 20, 0).decode(errors="replace").strip() or "unknown"
    return Locked(
        f"another run works on {called} (process {holder})",
        hint="it needs no help: try again when it has ended",
        details={"holder_pid": holder},
    )
