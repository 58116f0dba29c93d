"""A folder of a mailbox and how far we have read it."""

import re
from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Protocol, TypeVar

from mailctl.domain.ids import AccountId, FolderId
from mailctl.errors import BadUsage
from mailctl.records import dataclass


class SpecialUse(StrEnum):
    """What a folder is for, whatever it is called (RFC 6154)."""

    ALL = "all"
    ARCHIVE = "archive"
    DRAFTS = "drafts"
    FLAGGED = "flagged"
    IMPORTANT = "important"
    INBOX = "inbox"
    JUNK = "junk"
    SENT = "sent"
    TRASH = "trash"


# Drafts are not mail yet; junk and trash are not wanted; All Mail, Starred and
# Important hold second copies of what other folders have.
_NOT_WANTED = {
    SpecialUse.ALL,
    SpecialUse.DRAFTS,
    SpecialUse.FLAGGED,
    SpecialUse.IMPORTANT,
    SpecialUse.JUNK,
    SpecialUse.TRASH,
}


def is_synced_by_default(special_use: SpecialUse | None) -> bool:
    """Whether a folder of that use is read unless a person says otherwise."""
    return special_use not in _NOT_WANTED


class _Folder(Protocol):
    """A folder, whoever tells of it."""

    @property
    def path(self) -> str: ...
    @property
    def special_use(self) -> SpecialUse | None: ...
    @property
    def has_labels(self) -> bool: ...


AnyFolder = TypeVar("AnyFolder", bound=_Folder)


@dataclass(frozen=True)
class FolderChoice:
    """Which folders are read, in words of which the last that fits a folder counts.

    `default` is all but drafts, junk, trash and second copies, or, by itself, the folder whose
    messages have labels; `all` is everything; a name
    may hold `*`; \\Sent names a use (RFC 6154); `!` in front leaves out.
    """

    words: tuple[str, ...] = ("default",)

    @classmethod
    def read(cls, text: str) -> "FolderChoice":
        """Return the choice that words with commas between them make. Raises BadUsage."""
        import csv

        (row,) = csv.reader([" ".join(text.split("\n"))], skipinitialspace=True)
        words = tuple(word.strip() for word in row if word.strip())
        if not any(not word.startswith("!") for word in words):
            raise BadUsage(
                "no folder is chosen",
                hint="write default, all, or names such as INBOX,Sent; !NAME leaves one out",
            )
        for word in words:
            bare = word.removeprefix("!")
            if bare.startswith("\\") and bare[1:].lower() not in set(SpecialUse):
                raise BadUsage(
                    f"{bare} is no use of a folder",
                    hint=f"choose one of {', '.join(chr(92) + use.title() for use in SpecialUse)}",
                )
        return cls(words)

    def __str__(self) -> str:
        return ",".join(_quoted(word) if set(word) & {",", '"'} else word for word in self.words)

    def wants(self, path: str, special_use: SpecialUse | None) -> bool:
        """Whether the folder is read."""
        is_wanted = False
        for word in self.words:
            if _fits(word.removeprefix("!"), path, special_use):
                is_wanted = not word.startswith("!")
        return is_wanted

    def among(self, folders: Iterable[AnyFolder]) -> list[AnyFolder]:
        """Return those of a mailbox's folders that are read.

        By default that is one alone where its messages say in which others people see them.
        """
        there = list(folders)
        labelled = [folder for folder in there if folder.has_labels]
        if labelled and self.words == FolderChoice.words:
            return labelled
        return [folder for folder in there if self.wants(folder.path, folder.special_use)]

    def changed(
        self, words: Iterable[str], folders: Iterable[AnyFolder], *, wanted: bool
    ) -> "FolderChoice":
        """Return the choice that reads, or leaves out, the folders that these words name too.

        What else is read stays. A word that is the path of a folder means that one alone. Raises
        BadUsage where no folder would be left, and for what words cannot say.
        """
        there, made = list(folders), self
        if made.words == FolderChoice.words and any(each.has_labels for each in there):
            made = FolderChoice(tuple(each.path for each in made.among(there)))
        for word in words:
            made = made._with(word, there, wanted=wanted)
        is_same = made.among(there) == self.among(there)
        return self if is_same else made

    def _with(self, word: str, there: list[AnyFolder], *, wanted: bool) -> "FolderChoice":
        meant = {folder.path for folder in fitting(word, there)}
        read = {folder.path for folder in self.among(there)}
        aim = read | meant if wanted else read - meant
        if not aim:
            raise BadUsage("no folder would be read", hint="let the account rest, or read another")
        if aim == read:
            return self
        said, taken_back = (word, f"!{word}") if wanted else (f"!{word}", word)
        kept = tuple(each for each in self.words if each not in {said, taken_back})
        for choice in (FolderChoice(kept), FolderChoice((*kept, said))):
            if kept and _says(choice, aim, there):
                return choice
        raise BadUsage(
            f"no word names the folder {word!r} and no other",
            hint="choose it by a pattern: mailctl account set ACCOUNT folders=...",
        )

    @property
    def named(self) -> tuple[str, ...]:
        """The folders that are wanted by their whole name."""
        return tuple(
            word
            for word in self.words
            if word not in {"default", "all"} and not re.search(r"^[!\\]|\*", word)
        )


def _says(choice: FolderChoice, paths: set[str], there: list[AnyFolder]) -> bool:
    """Whether just these are read, also when the choice has been written and read again."""
    try:
        again = FolderChoice.read(str(choice))
    except BadUsage:
        return False
    return again == choice and {each.path for each in choice.among(there)} == paths


def _quoted(word: str) -> str:
    return '"' + word.replace('"', '""') + '"'


def fitting(word: str, folders: Iterable[AnyFolder]) -> list[AnyFolder]:
    """Return the folders that a word names: that of the path, or those of the pattern or use."""
    there = list(folders)
    named = [folder for folder in there if folder.path == word]
    return named or [each for each in there if _fits(word, each.path, each.special_use)]


def _fits(word: str, path: str, special_use: SpecialUse | None) -> bool:
    if word == "all":
        return True
    if word == "default":
        return is_synced_by_default(special_use)
    if word.startswith("\\"):
        return special_use is not None and special_use == word[1:].lower()
    if word.upper() == "INBOX" or path.upper() == "INBOX":  # in any letter case (RFC 9051, 5.1)
        word, path = word.upper(), path.upper()
    pattern = ".*".join(map(re.escape, word.split("*")))
    return re.fullmatch(pattern, path, re.DOTALL) is not None


@dataclass(frozen=True)
class RemoteFolder:
    """A folder as the server lists it.

    `state` is a token that changes whenever the content may have changed, None where
    the server offers no such promise; equal tokens mean: nothing to read.
    """

    path: str
    delimiter: str | None
    special_use: SpecialUse | None
    is_selectable: bool
    state: str | None
    messages: int | None = None
    """How many messages it holds, where the server says so unasked."""
    has_labels: bool = False
    """Whether it holds all mail, and its messages say in which folders people see them."""


@dataclass(frozen=True)
class Folder:
    """A folder as we know it, with the sync cursor that only its protocol can read."""

    id: FolderId
    account: AccountId
    path: str
    special_use: SpecialUse | None
    cursor: str | None
    state: str | None
    since: datetime | None
    """The start of the period that `cursor` covers."""
    read_at: datetime | None = None
    """When all of it was last read."""
    gone_at: datetime | None = None
    """When the server was first seen without it."""
    numbering: int | None = None
    """Which numbering the UIDs belong to that wait or were left; None: nothing was read yet."""
    has_labels: bool = False
    """Whether it holds all mail, and its messages say in which folders people see them."""

    @property
    def was_at_server(self) -> bool:
        """Whether a server had it once, which is not so where all of its mail was imported."""
        return self.gone_at is None or self.read_at is not None or self.numbering is not None
