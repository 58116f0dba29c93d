"""Finds the files that declare things: by name, below a directory, and on standard input."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from shlex import quote
from typing import BinaryIO, NoReturn

from mailctl.errors import BadUsage
from mailctl.records import dataclass

STDIN = "-"
_MAX = 32 << 20
_SUFFIXES = {".yaml", ".yml", ".json"}


@dataclass(frozen=True)
class DeclaredFile:
    """A file and what is in it."""

    source: str
    content: bytes


def declared_files(paths: Sequence[str], stdin: BinaryIO) -> list[DeclaredFile]:
    """Return the files named, those below directories by name, `-` being standard input.

    In a directory, what ends in .yaml, .yml or .json and is not hidden counts, behind links too.
    A file that is come to twice is read once. Raises BadUsage for what is not there, cannot be
    read, is too large, or holds no such file: what is overlooked would be pruned.
    """
    if paths.count(STDIN) > 1:
        raise BadUsage("standard input is named twice", hint="it can be read once: -f -")
    found: dict[str, DeclaredFile] = {}
    for path in paths:
        if path == STDIN:
            found[STDIN] = _bounded("<stdin>", stdin.read(_MAX + 1))
            continue
        for each in _at(path):
            real = os.path.realpath(each)
            if real not in found:
                found[real] = _read(each)
    return [*found.values()]


def _at(path: str) -> Sequence[Path]:
    if not path:  # a variable that is not set; Path would make it the current directory
        raise BadUsage("there is no file ''", hint="name a file, a directory or -")
    if not Path(path).is_dir():
        return [Path(path)]
    found = sorted(_below(Path(path)))
    if not found:
        raise BadUsage(f"there is no .yaml, .yml or .json in {path}", hint=f"ls -l {quote(path)}")
    return found


def _below(directory: Path) -> Iterator[Path]:
    seen: set[str] = set()
    for place, directories, names in os.walk(directory, onerror=_unlisted, followlinks=True):
        seen.add(os.path.realpath(place))
        directories[:] = [
            name
            for name in directories
            if not name.startswith(".") and os.path.realpath(Path(place, name)) not in seen
        ]
        for name in names:
            path = Path(place, name)
            if not name.startswith(".") and path.suffix.lower() in _SUFFIXES and _counts(path):
                yield path


def _counts(path: Path) -> bool:
    """Whether it is a file, or a link that leads nowhere, of which reading tells."""
    return path.is_file() or (path.is_symlink() and not path.exists())


def _unlisted(error: OSError) -> NoReturn:
    path = str(error.filename)
    raise BadUsage(
        f"the directory {path} cannot be read: {error.strerror}", hint=f"ls -ld {quote(path)}"
    ) from error


def _read(path: Path) -> DeclaredFile:
    try:
        with path.open("rb") as file:
            return _bounded(str(path), file.read(_MAX + 1))
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        raise BadUsage(
            f"the file {path} cannot be read: {why}", hint=f"ls -l {quote(str(path))}"
        ) from error


def _bounded(source: str, content: bytes) -> DeclaredFile:
    if len(content) > _MAX:
        raise BadUsage(f"{source} is larger than {_MAX >> 20} MiB", hint="split it")
    return DeclaredFile(source, content)
