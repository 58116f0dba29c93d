"""Finds messages in files: single ones, mboxes, Maildirs, and directories of all of these."""

import errno
import os
import re
import stat
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from mailctl.core.mail_files.local_mailbox import LOCAL
from mailctl.domain.mail_files import FileFormat
from mailctl.domain.syncing import LARGEST_BYTES, Flags
from mailctl.errors import BadUsage
from mailctl.mail import maildirs
from mailctl.mail.mbox import read_mbox
from mailctl.mail.status import status_flags
from mailctl.records import dataclass

STDIN = "-"
INBOX, IMPORTED = "INBOX", "Imported"
_HEAD, _PIECE = 4096, 1 << 20
_DEEPEST = 100
_FIELD = re.compile(
    rb"^(?:from|to|date|subject|message-id|received|return-path|mime-version|content-type"
    rb"|delivered-to|x-[\w-]+)[ \t]*:",
    re.IGNORECASE | re.MULTILINE,
)
_EMPTY_LINE = re.compile(rb"\n\r?\n")
_TOO_LARGE = f"larger than {LARGEST_BYTES >> 20} MiB"
_LINK = "a link, which is not followed here"
_READ = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC


@dataclass(frozen=True, slots=True)
class Found:
    """A message in a file, or why there is none."""

    path: str
    source: bytes | None = None
    reason: str = ""
    """A word for why there is none: `unreadable`, `too-large`, `too-deep`, `no-file`,
    `no-mail`."""
    detail: str = ""
    owner: str | None = None
    """The address under whose name it lies in an exported tree."""
    folder: str = IMPORTED
    flags: Flags = frozenset()
    received_at: datetime | None = None
    """None where only the message itself can say."""
    changed_at: datetime | None = None
    """When the file was written last."""


@dataclass(frozen=True)
class _Place:
    """A directory on the way down, and the names of those between it and what was named."""

    path: Path
    parts: tuple[str, ...] = ()

    @property
    def owner(self) -> str | None:
        """The address that an exported tree says first."""
        is_address = bool(self.parts) and "@" in self.parts[0]
        return _text(maildirs.folder_path(self.parts[:1])) if is_address else None

    @property
    def folder(self) -> str:
        """The folder that an exported tree says, empty where it says none."""
        inner = self.parts[1:] if self.owner or self.parts[:1] == (LOCAL,) else self.parts
        # Thunderbird keeps the folders below Archive in Archive.sbd
        return _text(maildirs.folder_path(part.removesuffix(".sbd") for part in inner))


def mail_files(
    paths: Sequence[str], stdin: BinaryIO, format_: FileFormat | None
) -> Iterator[Found]:
    """Return every message at the paths, one in memory at a time; `-` is standard input.

    Links are followed where they are named, and not below. Raises BadUsage at once for a
    path that is not there.
    """
    for path in paths:
        if path != STDIN and not (path and os.path.lexists(path)):
            raise BadUsage(f"there is no {_text(path)!r}", hint="name a file or directory")
    return (found for path in paths for found in _at(path, stdin, format_))


class _Ahead:
    """A stream whose beginning was read already."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.head = file.read(_HEAD)
        self._left = BytesIO(self.head)

    def readline(self, size: int, /) -> bytes:
        line = self._left.readline(size)
        if line.endswith(b"\n") or len(line) == size:
            return line
        return line + self._file.readline(size - len(line))

    def up_to(self, size: int) -> bytes:
        """Return the whole of it, or a little more than `size` where there is more."""
        pieces = [self._left.read()]
        held = len(pieces[0])
        while held <= size and (piece := self._file.read(_PIECE)):
            pieces.append(piece)
            held += len(piece)
        return b"".join(pieces)


def _at(path: str, stdin: BinaryIO, format_: FileFormat | None) -> Iterator[Found]:
    if path == STDIN:
        try:
            yield from _in_stream(Found(STDIN), stdin, "", format_)
        except OSError as error:
            yield Found(STDIN, reason="unreadable", detail=error.strerror or "")
    elif os.path.isdir(path):  # noqa: PTH112 (which never raises)
        yield from _below(_Place(Path(path)), format_)
    else:
        yield from _in_file(_Place(Path(path).parent), Path(path), format_, is_named=True)


def _below(place: _Place, format_: FileFormat | None) -> Iterator[Found]:
    """Yield what is in a directory and below, by name; what is hidden is no part of it."""
    try:
        names = sorted(os.listdir(place.path))  # noqa: PTH208 (a list of names is meant)
    except OSError as error:
        yield _failed(place.path, "unreadable", error.strerror or "")
        return
    is_maildir = _is_directory(place.path / "cur")
    if is_maildir and format_ in {None, FileFormat.MAILDIR}:
        yield from _in_maildir(place)
        names = [name for name in names if name not in maildirs.PARTS]
    for name in names:
        path = place.path / name
        if os.path.islink(path):  # noqa: PTH114 (which never raises)
            yield _failed(path, "no-file", _LINK)
        elif _is_directory(path):
            yield from _deeper(place, name, format_, is_maildir=is_maildir)
        elif not is_maildir and not name.startswith(".") and format_ is not FileFormat.MAILDIR:
            yield from _in_file(place, path, format_, is_named=False)


def _deeper(
    place: _Place, name: str, format_: FileFormat | None, *, is_maildir: bool
) -> Iterator[Found]:
    parts = (*place.parts, name)
    if len(parts) > _DEEPEST:
        yield _failed(place.path / name, "too-deep", f"more than {_DEEPEST} directories down")
        return
    if name.startswith("."):
        if not (is_maildir and _is_directory(place.path / name / "cur")):
            return
        parts = (*place.parts, *maildirs.plus_parts(name))
    yield from _below(_Place(place.path / name, parts), format_)


def _in_maildir(place: _Place) -> Iterator[Found]:
    keywords = maildirs.Keywords.read(_keywords_text(place.path / maildirs.KEYWORDS_FILE))
    for part in ("cur", "new"):
        try:
            names = sorted(os.listdir(place.path / part))  # noqa: PTH208
        except FileNotFoundError:
            continue
        except OSError as error:
            yield _failed(place.path / part, "unreadable", error.strerror or "")
            continue
        for name in names:
            if not name.startswith("."):
                letters = maildirs.parted(name)[1]
                yield _whole(
                    place.path / part / name,
                    Found(
                        path="",
                        owner=place.owner,
                        folder=place.folder or INBOX,
                        flags=keywords.flags(letters),
                    ),
                )


def _whole(path: Path, found: Found) -> Found:
    """Return the message that a file of a Maildir is; when it was written is when it came."""
    try:
        with _opened(path, follows=False) as file:
            return _one(_Ahead(file), _dated(found, path, file, is_receipt=True))
    except _Refused as refused:
        return refused.found
    except OSError as error:
        return _failed(path, "unreadable", error.strerror or "")


def _in_file(
    place: _Place, path: Path, format_: FileFormat | None, *, is_named: bool
) -> Iterator[Found]:
    """Yield what is in a file, whose name is that of a folder where it is an mbox."""
    try:
        with _opened(path, follows=is_named) as file:
            found = Found(path="", owner=place.owner, folder=place.folder or IMPORTED)
            names = (place.folder, _text(path.name.removesuffix(".mbox")))
            dated = _dated(found, path, file, is_receipt=False)
            yield from _in_stream(dated, file, "/".join(filter(None, names)), format_)
    except _Refused as refused:
        yield refused.found
    except OSError as error:
        yield _failed(path, "unreadable", error.strerror or "")


def _in_stream(
    found: Found, file: BinaryIO, mbox_folder: str, format_: FileFormat | None
) -> Iterator[Found]:
    ahead = _Ahead(file)
    head = ahead.head
    is_mbox = head.startswith(b"From ") and format_ in {None, FileFormat.MBOX}
    if is_mbox:
        yield from _in_mbox(found, ahead, mbox_folder)
    elif not head:
        yield replace(found, reason="no-mail", detail="empty")
    elif format_ is FileFormat.MBOX:
        yield replace(found, reason="no-mail", detail="an mbox begins with From and a space")
    elif format_ is FileFormat.EML or _FIELD.search(_EMPTY_LINE.split(head, 1)[0]):
        yield _one(ahead, found)
    else:
        yield replace(found, reason="no-mail", detail="no header of a mail")


def _in_mbox(found: Found, file: _Ahead, folder: str) -> Iterator[Found]:
    for boxed in read_mbox(file, most_bytes=LARGEST_BYTES):
        path = f"{found.path}:{boxed.place}"
        if boxed.source is None:
            yield replace(found, path=path, reason="too-large", detail=_TOO_LARGE)
        else:
            yield replace(
                found,
                path=path,
                source=boxed.source,
                folder=folder or IMPORTED,
                flags=status_flags(boxed.source),
                received_at=boxed.received_at,
            )


def _one(file: _Ahead, found: Found) -> Found:
    source = file.up_to(LARGEST_BYTES)
    if len(source) > LARGEST_BYTES:
        return replace(found, reason="too-large", detail=_TOO_LARGE)
    if not source:
        return replace(found, reason="no-mail", detail="empty")
    return replace(found, source=source)


class _Refused(Exception):
    def __init__(self, found: Found) -> None:
        super().__init__(found.detail)
        self.found = found


def _opened(path: Path, *, follows: bool) -> BinaryIO:
    """Open a regular file, waiting for nobody; a link is followed where that is said."""
    try:
        descriptor = os.open(path, _READ if follows else _READ | os.O_NOFOLLOW)
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise _Refused(_failed(path, "no-file", _LINK)) from error
        raise _Refused(_failed(path, "unreadable", error.strerror or "")) from error
    if not stat.S_ISREG(os.fstat(descriptor).st_mode) and not follows:
        os.close(descriptor)
        raise _Refused(_failed(path, "no-file", "no regular file"))
    os.set_blocking(descriptor, True)
    return os.fdopen(descriptor, "rb", buffering=1 << 18)


def _dated(found: Found, path: Path, file: BinaryIO, *, is_receipt: bool) -> Found:
    changed = _moment(os.fstat(file.fileno()).st_mtime)
    return replace(
        found,
        path=_text(path),
        changed_at=changed,
        received_at=changed if is_receipt else None,
    )


def _moment(seconds: float) -> datetime | None:
    try:
        return datetime.fromtimestamp(int(seconds), UTC)
    except (ValueError, OverflowError, OSError):  # a disk may hold any number
        return None


def _is_directory(path: Path) -> bool:
    return os.path.isdir(path)  # noqa: PTH112 (which never raises)


def _keywords_text(path: Path) -> str:
    try:
        with _opened(path, follows=False) as file:
            return file.read(1 << 16).decode("utf-8", "replace")
    except (_Refused, OSError):
        return ""


def _failed(path: Path, reason: str, detail: str) -> Found:
    return Found(_text(path), reason=reason, detail=detail)


def _text(path: Path | str) -> str:
    """Return a path as text that can be stored and shown."""
    return os.fsencode(path).decode("utf-8", "replace")
