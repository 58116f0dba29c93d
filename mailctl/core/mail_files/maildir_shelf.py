"""Maildirs that exported messages are put into: again and again, nothing twice."""

import os
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mailctl.core.mail_files.local_mailbox import LOCAL, owner_address
from mailctl.core.mail_files.shelves import Shelf, Source, put_whole
from mailctl.core.targets import alone, writable
from mailctl.domain.mail_files import Fate
from mailctl.mail import maildirs
from mailctl.mail.maildirs import Keywords
from mailctl.store.exports import Leaving

NO_FOLDER = "Unfiled"
"""Where messages go that lie in no folder."""
_OPEN_MAX = 64


class _Maildir:
    """One folder."""

    def __init__(self, path: Path) -> None:
        self._path = path
        for part in maildirs.PARTS:
            (path / part).mkdir(mode=0o700, parents=True, exist_ok=True)
        self._keywords = Keywords.read(_text(path / maildirs.KEYWORDS_FILE))
        self._names: dict[str, str] | None = None

    def put(self, leaving: Leaving, source: Source) -> Fate:
        """Put a message there, or see to its flags."""
        unique = maildirs.unique_name(
            leaving.message, leaving.digest, leaving.date, leaving.size_bytes
        )
        letters = self._keywords.letters(leaving.flags)
        if self._keywords.has_grown:
            self._write_keywords()
        wanted = self._path / "cur" / maildirs.with_letters(unique, letters)
        if _has_size(wanted, leaving.size_bytes):
            return Fate.KNOWN
        held = self._held().get(unique)
        if held is not None and _has_size(self._path / held, leaving.size_bytes):
            (self._path / held).rename(wanted)
            return Fate.UPDATED
        put_whole(wanted, self._path / "tmp" / unique, source(), leaving)
        return Fate.WRITTEN

    def _held(self) -> dict[str, str]:
        """Return the files that have other flags than ours, by their names without them."""
        if self._names is None:
            self._names = {
                maildirs.parted(name)[0]: f"{part}/{name}"
                for part in ("cur", "new")
                for name in os.listdir(self._path / part)  # noqa: PTH208 (half the time)
            }
        return self._names

    def _write_keywords(self) -> None:
        partial = self._path / f".{maildirs.KEYWORDS_FILE}.partial"
        partial.write_text(self._keywords.written(), encoding="utf-8")
        partial.rename(self._path / maildirs.KEYWORDS_FILE)
        self._keywords.has_grown = False


class _Maildirs:
    """A tree of folders, below a directory for each account where there may be several."""

    is_by_place = True

    def __init__(self, root: Path, *, has_accounts: bool) -> None:
        self._root = root
        self._has_accounts = has_accounts
        self._open: OrderedDict[Path, _Maildir] = OrderedDict()

    def put(self, leaving: Leaving, source: Source) -> Iterator[Fate]:
        """Put a message into each folder in which people see it."""
        account = self._root
        if self._has_accounts:
            (name,) = maildirs.directory_parts(owner_address(leaving.account or LOCAL) or LOCAL)
            account /= name
        for folder in leaving.folders or (NO_FOLDER,):
            path = account.joinpath(*maildirs.directory_parts(folder))
            with writable(path):
                yield self._opened(path).put(leaving, source)

    def _opened(self, path: Path) -> _Maildir:
        """Return a folder; of those used last the names are in memory."""
        found = self._open.pop(path, None) or _Maildir(path)
        self._open[path] = found
        if len(self._open) > _OPEN_MAX:
            self._open.popitem(last=False)
        return found


@contextmanager
def maildir_shelf(root: Path, *, has_accounts: bool) -> Iterator[Shelf]:
    """Give a tree of Maildirs. Raises Locked where another export writes to it."""
    with alone(root):
        yield _Maildirs(root, has_accounts=has_accounts)


def _has_size(path: Path, size_bytes: int) -> bool:
    try:
        return path.lstat().st_size == size_bytes
    except FileNotFoundError:
        return False


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return ""
