"""Files written where a person said, and what a disk says to that."""

import errno
import fcntl
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from mailctl.errors import BadUsage, Locked, MailctlError, StoreFull

_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


def target(text: str) -> Path:
    """Return the place that a person names. Raises BadUsage for a variable that is not set."""
    if not text:  # Path would make it the current directory
        raise BadUsage("there is no place called ''", hint="name a file or directory")
    return Path(text)


@contextmanager
def writable(path: Path) -> Iterator[None]:
    """Raise what the file system says about `path` as BadUsage, or StoreFull."""
    try:
        yield
    except OSError as error:
        raise unwritable(path, error) from error


def unwritable(path: Path, error: OSError) -> MailctlError:
    """Return the error for a file that cannot be written."""
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return StoreFull(
            f"no room left on the disk that holds {path}",
            hint=f"make room (df -h {path.parent}) and run it again",
        )
    return BadUsage(
        f"{path} cannot be written: {error.strerror}", hint=f"ls -ld {path.parent} {path}"
    )


@contextmanager
def directory(path: Path) -> Iterator[int]:
    """Give a directory that is open, made with mode 0700 if it is new. Raises BadUsage."""
    with writable(path):
        with suppress(FileExistsError):
            path.mkdir(mode=0o700, parents=True)
        descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Hold a directory, made if it is new, until the block ends. Raises BadUsage, Locked."""
    with directory(path) as descriptor:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Locked(
                f"another run of mailctl writes to {path}", hint="try again when it has ended"
            ) from error
        yield


def write_new(directory: int, names: Iterable[str], octets: bytes) -> str:
    """Write a new file under the first of the names that is free there, and return that.

    What is there is neither replaced nor followed; the file has mode 0600. A file that
    cannot be written whole is not kept.
    """
    for name in names:
        with suppress(FileExistsError):
            descriptor = os.open(name, _NEW, 0o600, dir_fd=directory)
            _fill(descriptor, name, octets, directory)
            return name
    raise AssertionError("the names never end")


def replace(directory: int, name: str, octets: bytes) -> None:
    """Write a file of that name, in place of what is there; a link is replaced, not followed."""
    partial = f".{os.getpid()}.partial"
    write_new(directory, [partial], octets)
    os.rename(partial, name, src_dir_fd=directory, dst_dir_fd=directory)


def _fill(descriptor: int, name: str, octets: bytes, directory: int) -> None:
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(octets)
    except BaseException:
        os.unlink(name, dir_fd=directory)
        raise
