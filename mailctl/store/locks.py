"""Locks between processes, which die with their holder."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from mailctl.errors import Locked
from mailctl.store.failures import translated
from mailctl.store.files import make_private_directory


@dataclass(frozen=True)
class FileLocks:
    """One lock file an account (ports.AccountLocks)."""

    directory: Path

    @contextmanager
    def hold(self, account: str, /, *, called: str = "") -> Iterator[None]:
        """Hold the account until the block ends. Raises Locked, naming the holder."""
        path = self.directory / f"{account}.lock"
        with translated(path):
            make_private_directory(self.directory)
            descriptor = os.open(path, os.O_CREAT | os.O_RDWR, 0o600)
        try:
            with translated(path):
                self._take(descriptor, called or account)
            yield
        finally:
            os.close(descriptor)

    def _take(self, descriptor: int, called: str) -> None:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            holder = os.pread(descriptor, 20, 0).decode(errors="replace").strip() or "unknown"
            raise Locked(
                f"another run works on {called} (process {holder})",
                hint="it needs no help: try again when it has ended",
                details={"holder_pid": holder},
            ) from error
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, str(os.getpid()).encode(), 0)
