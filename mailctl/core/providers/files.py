"""Finds the documents that describe providers, in files, directories and a stream."""

import errno
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from mailctl.errors import BadUsage
from mailctl.resolve.bounded_xml import DOCUMENT_MAX

STDIN = "-"
_NOT_THERE = {errno.ENOENT, errno.ENOTDIR}


@dataclass(frozen=True)
class Document:
    """What was read from a place, or why nothing could be; never more than is looked at."""

    source: str
    content: bytes
    error: str | None = None


def documents(paths: Sequence[str], stdin: BinaryIO) -> Iterator[Document]:
    """Return every document at the paths, those of a directory by name, `-` being one on stdin.

    In a directory and below, a document is what ends in .xml or in nothing, and whatever
    else holds a clientConfig; what is hidden is no part of it. Raises BadUsage at once for
    a path that is not there.
    """
    for path in paths:
        if path != STDIN:
            _refuse_absent(path)
    return (document for path in paths for document in _at(path, stdin))


def _refuse_absent(text: str) -> None:
    if not text:  # a variable that is not set; Path would make it the current directory
        raise BadUsage("there is no ''", hint="name a file or directory")
    path = Path(text)
    try:
        path.stat()
    except OSError as error:
        if error.errno in _NOT_THERE:
            raise BadUsage(
                f"there is no {_named(path)}", hint="name a file or directory"
            ) from error


def _at(path: str, stdin: BinaryIO) -> Iterator[Document]:
    if path == STDIN:
        yield Document(STDIN, stdin.read(DOCUMENT_MAX + 1))
    elif _is_directory(Path(path)):
        yield from _below(Path(path))
    else:
        yield _read(Path(path))


def _below(directory: Path) -> Iterator[Document]:
    unreadable: list[OSError] = []
    for place, directories, names in os.walk(directory, onerror=unreadable.append):
        directories[:] = sorted(name for name in directories if not name.startswith("."))
        for name in sorted(names):
            path = Path(place, name)
            if not name.startswith(".") and _is_plain_file(path):
                document = _read(path)
                if document.error or _is_named_so(path) or b"<clientConfig" in document.content:
                    yield document
    for error in unreadable:
        yield _unread(Path(error.filename), error)


def _is_named_so(path: Path) -> bool:
    return path.suffix.lower() == ".xml" or "." not in path.name


def _is_directory(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:  # no permission to look: reading it says so
        return False


def _is_plain_file(path: Path) -> bool:
    """Return whether it can be read without waiting; a link that leads nowhere is told of."""
    try:
        return path.is_file() or not path.exists()
    except OSError:
        return True


def _read(path: Path) -> Document:
    try:
        with path.open("rb") as file:
            return Document(_named(path), file.read(DOCUMENT_MAX + 1))
    except OSError as error:
        return _unread(path, error)


def _unread(path: Path, error: OSError) -> Document:
    return Document(_named(path), b"", f"it cannot be read: {error.strerror}")


def _named(path: Path) -> str:
    return os.fsencode(path).decode(errors="replace")
