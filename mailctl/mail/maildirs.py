"""Maildir: how messages, flags and folders are called on a disk (cr.yp.to/proto/maildir.html).

Keywords follow Dovecot: small letters, and a file beside the messages that says what they mean.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from string import ascii_lowercase

KEYWORDS_FILE = "dovecot-keywords"
PARTS = ("cur", "new", "tmp")
_LETTERS = {
    "\\Draft": "D",
    "\\Flagged": "F",
    "$Forwarded": "P",
    "\\Answered": "R",
    "\\Seen": "S",
    "\\Deleted": "T",
}
_FLAGS = {letter: flag for flag, letter in _LETTERS.items()}
_INFO = ":2,"
_SIZE = re.compile(r",S=(\d{1,19})(?:,|\Z)")
_NAME_BYTES_MAX = 255
_UNFIT = re.compile(r"[%\x00-\x1f\x7f]")
_NOTHING = "%_"
_ESCAPED = re.compile(r"%([0-9A-F]{2})")
_KEYWORD_LINE = re.compile(r"(\d{1,2}) (\S+)")


def unique_name(message: str, digest: str, received_at: datetime, size_bytes: int) -> str:
    """Return the name of a message in a folder, the same whenever and wherever it is made.

    Another source of the same message has another one; the size is where Maildir++ has it.
    """
    seconds = int(received_at.timestamp())
    return f"{seconds}.{message}_{digest[:16]}.mailctl,S={size_bytes}"


def parted(name: str) -> tuple[str, str]:
    """Return the name without its flags, and the letters of these."""
    unique, _, letters = name.partition(_INFO)
    return unique, letters


def with_letters(unique: str, letters: str) -> str:
    """Return the file name of a message with these letters."""
    return f"{unique}{_INFO}{letters}"


def size_in(name: str) -> int | None:
    """Return the size that a name says, None where it says none."""
    found = _SIZE.search(parted(name)[0])
    return None if found is None else int(found[1])


class Keywords:
    """What the small letters of a folder mean; there are 26, further keywords have none."""

    def __init__(self, known: Sequence[str] = ()) -> None:
        self._known = list(known[: len(ascii_lowercase)])
        self.has_grown = False

    @classmethod
    def read(cls, text: str) -> "Keywords":
        """Read the file of a folder; lines that make no sense are passed over."""
        known = [""] * len(ascii_lowercase)
        for line in text.splitlines():
            found = _KEYWORD_LINE.fullmatch(line)
            if found and int(found[1]) < len(known):
                known[int(found[1])] = found[2]
        while known and not known[-1]:
            known.pop()
        return cls(known)

    def written(self) -> str:
        """Write the file of the folder."""
        return "".join(f"{place} {name}\n" for place, name in enumerate(self._known) if name)

    def letters(self, flags: Iterable[str]) -> str:
        """Return the letters of a message, in the order that the convention wants."""
        found = (_LETTERS.get(flag) or self._letter(flag) for flag in sorted(flags))
        return "".join(sorted(filter(None, found)))

    def flags(self, letters: str) -> frozenset[str]:
        """Return the flags that letters stand for; what stands for none is passed over."""
        return frozenset(filter(None, map(self._flag, letters)))

    def _flag(self, letter: str) -> str:
        place = ascii_lowercase.find(letter)
        if 0 <= place < len(self._known):
            return self._known[place]
        return _FLAGS.get(letter, "")

    def _letter(self, flag: str) -> str:
        if flag.startswith("\\") or not _KEYWORD_LINE.fullmatch(f"0 {flag}"):
            return ""
        if flag not in self._known:
            if len(self._known) == len(ascii_lowercase):
                return ""
            self._known.append(flag)
            self.has_grown = True
        return ascii_lowercase[self._known.index(flag)]


def directory_parts(path: str) -> tuple[str, ...]:
    """Return the directories, one in the other, in which a folder lies.

    None of them can lead elsewhere, is hidden, or is taken for a part of a Maildir. What a disk
    cannot take is written as %XX; a name that is too long is cut.
    """
    return tuple(_directory(part) for part in path.split("/"))


def folder_path(parts: Iterable[str]) -> str:
    """Return the folder that lies in these directories."""
    return "/".join(_folder(part) for part in parts)


def _directory(name: str) -> str:
    if not name:
        return _NOTHING
    fit = _UNFIT.sub(lambda found: f"%{ord(found[0]):02X}", name)
    if fit[0] == "." or fit in {*PARTS, KEYWORDS_FILE}:
        fit = f"%{ord(fit[0]):02X}{fit[1:]}"
    if len(fit.encode()) > _NAME_BYTES_MAX:
        return _cut(fit)
    return fit


def _cut(name: str) -> str:
    from hashlib import sha256

    digest = sha256(name.encode()).hexdigest()[:12]
    beginning = name.encode()[: _NAME_BYTES_MAX - len(digest) - 1].decode("utf-8", "ignore")
    return f"{beginning.rpartition('%')[0] or beginning}~{digest}"


def _folder(part: str) -> str:
    if part == _NOTHING:
        return ""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), part)


def plus_parts(name: str) -> tuple[str, ...]:
    """Return the names of the folders that a directory of Maildir++ says: .Archive.2024."""
    return tuple(name.removeprefix(".").split("."))


def received_in(name: str) -> datetime | None:
    """Return the time with which a name begins, None where it begins with none."""
    seconds, dot, _ = name.partition(".")
    if not dot or not seconds.isdecimal() or len(seconds) > 10:
        return None
    return datetime.fromtimestamp(int(seconds), UTC)
