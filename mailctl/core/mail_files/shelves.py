"""Where exported messages are put: a stream, a directory of files, an mbox."""

import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Protocol

from mailctl.core.targets import alone, writable
from mailctl.domain.mail_files import Fate, FileFormat
from mailctl.errors import BadUsage, Conflict
from mailctl.mail.mbox import boxed
from mailctl.store.exports import Leaving

_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


Source = Callable[[], bytes]
"""Gives the bytes of a message, for whoever needs them."""


Write = Callable[[bytes], object]
"""Takes bytes, all of them."""


class Shelf(Protocol):
    """Where messages are put."""

    is_by_place: bool
    """Whether each copy of a message is put there, or one for all."""

    def put(self, leaving: Leaving, source: Source) -> Iterator[Fate]:
        """Put a message there, in each of its folders where those matter."""
        ...


class _Eml:
    """One message, as it is."""

    is_by_place = False

    def __init__(self) -> None:
        self.source: bytes | None = None

    def put(self, leaving: Leaving, source: Source) -> Iterator[Fate]:
        """Take the one message; nothing is written before it is known to be the only one."""
        if self.source is not None:
            raise BadUsage(
                "one message fits on standard output as it is",
                hint="write several with --format mbox, or into a directory: --to DIRECTORY",
            )
        self.source = source()
        yield Fate.WRITTEN


class _Mbox:
    """Messages one after the other."""

    is_by_place = False

    def __init__(self, write: Write) -> None:
        self._write = write

    def put(self, leaving: Leaving, source: Source) -> Iterator[Fate]:
        """Append a message."""
        self._write(boxed(source(), leaving.sender, leaving.date))
        yield Fate.WRITTEN


class _EmlFiles:
    """A file a message, called by its id; what is there whole already stays."""

    is_by_place = False

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def put(self, leaving: Leaving, source: Source) -> Iterator[Fate]:
        """Write a file unless it is there."""
        path = self._directory / f"{leaving.message}.eml"
        with writable(path):
            if _size(path) == leaving.size_bytes:
                yield Fate.KNOWN
                return
            put_whole(path, self._directory / f".{path.name}.partial", source(), leaving)
        yield Fate.WRITTEN


def put_whole(path: Path, partial: Path, octets: bytes, leaving: Leaving) -> None:
    """Let a file appear whole or not at all, dated as the message is."""
    with suppress(FileNotFoundError):  # of a run that was killed
        partial.unlink()
    try:
        with os.fdopen(os.open(partial, _NEW, 0o600), "wb") as file:
            file.write(octets)
        seconds = leaving.date.timestamp()
        os.utime(partial, (seconds, seconds))
        partial.rename(path)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise


def _size(path: Path) -> int | None:
    try:
        found = path.lstat()
    except FileNotFoundError:
        return None
    return found.st_size if stat.S_ISREG(found.st_mode) else None


@contextmanager
def stream_shelf(write: Write, format_: FileFormat) -> Iterator[Shelf]:
    """Give a shelf that is a stream."""
    if format_ is not FileFormat.EML:
        yield _Mbox(write)
        return
    shelf = _Eml()
    yield shelf
    write(shelf.source or b"")


@contextmanager
def eml_shelf(target: Path) -> Iterator[Shelf]:
    """Give a directory of files."""
    with alone(target):
        yield _EmlFiles(target)


@contextmanager
def mbox_shelf(target: Path, *, overwrites: bool) -> Iterator[Shelf]:
    """Give an mbox, which appears when it is whole; a pipe or a device is written to as it is.

    Raises Conflict where a file is there already, unless `overwrites`.
    """
    if target.exists() and not target.is_file():
        with writable(target), target.open("wb") as stream:
            yield _Mbox(stream.write)
        return
    if target.exists() and not overwrites:
        raise Conflict(f"{target} is there already", hint="replace it: --overwrite")
    partial = target.with_name(f".{target.name}.{os.getpid()}.partial")
    try:
        with writable(target):
            with os.fdopen(os.open(partial, _NEW, 0o600), "wb") as stream:
                yield _Mbox(stream.write)
                stream.flush()
                os.fsync(stream.fileno())
            partial.rename(target)
    except BaseException:
        with suppress(OSError):
            partial.unlink()
        raise
