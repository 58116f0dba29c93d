"""What changed in a folder, page by page, and the rules for believing it."""

from collections.abc import Mapping, Sequence
from dataclasses import field
from datetime import datetime
from typing import NewType

from mailctl.domain.ids import AccountId, RunId, SourceId
from mailctl.records import dataclass

Uid = NewType("Uid", int)
Flags = frozenset[str]
Labels = frozenset[str]
"""The paths of the folders in which people see a message that lies elsewhere."""

LARGEST_BYTES = 256 << 20
"""A source that is larger is not read: it would have to fit in memory."""
_GONE_AT_ONCE = 100
_GONE_SHARE = 0.10


@dataclass(frozen=True, slots=True)
class Arrived:
    """A message that the server has in a folder and we have not.

    `source` is what it says byte for byte; None where it was left on the server, is known
    already, or could not be read, which `trouble` explains.
    """

    uid: Uid
    flags: Flags
    internal_date: datetime
    size_bytes: int
    source: bytes | None = None
    server_id: str | None = None
    """What the server calls it wherever it lies (RFC 8474), None where it does not say."""
    same_as: SourceId | None = None
    """A source that we hold already: the message was moved or copied here."""
    trouble: str | None = None
    labels: Labels | None = None
    """None where the server has no labels, or the folder has none."""
    thread: str | None = None
    """Which conversation it belongs to by the server's word; None where it has none."""
    is_edited: bool = False
    """Whether it takes the place of what we hold under that UID: a draft was written on."""


@dataclass(frozen=True)
class Reflagged:
    """A message that we know whose flags or labels differ from ours."""

    uid: Uid
    flags: Flags
    labels: Labels | None = None
    """None where nothing is said of them."""


@dataclass(frozen=True)
class Vanished:
    """A message that we know and that the server positively no longer has."""

    uid: Uid
    evidence: str


@dataclass(frozen=True)
class Page:
    """A bounded part of the changes of a folder.

    `numbering` says which of a folder's numberings the UIDs belong to (UIDVALIDITY);
    copies of an older one that are nowhere in the new one are gone with the last page.
    `cursor` is what may be remembered once everything in this and all earlier pages
    is stored; it is None while remembering would skip something. `is_whole` is set on
    the last page if nothing of the folder was left out or put off.
    """

    folder: str = ""
    numbering: int = 0
    arrived: tuple[Arrived, ...] = ()
    reflagged: tuple[Reflagged, ...] = ()
    vanished: tuple[Vanished, ...] = ()
    cursor: str | None = None
    is_whole: bool = False


@dataclass(frozen=True)
class Recognised:
    """Messages of a folder, under one numbering, whose source we hold from another server."""

    numbering: int
    sources: Mapping[Uid, SourceId]


@dataclass(frozen=True)
class Fetched:
    """The source of a message, byte for byte as the server gave it."""

    uid: Uid
    source: bytes


@dataclass(frozen=True, slots=True)
class Entry:
    """A message as the server lists it; without a date where it says none that is one."""

    uid: Uid
    flags: Flags
    internal_date: datetime | None


@dataclass(frozen=True)
class Changes:
    """How our copies must change to match the server's."""

    arrived: tuple[Uid, ...]
    reflagged: tuple[Reflagged, ...]
    vanished: tuple[Uid, ...]


def changes(ours: Mapping[Uid, Flags], theirs: Mapping[Uid, Flags]) -> Changes:
    """Return what must happen to `ours` for it to match `theirs`, in UID order.

    Both sides must be complete listings of the same range: a UID missing from a
    partial answer would read as a deletion.
    """
    return Changes(
        arrived=tuple(sorted(theirs.keys() - ours.keys())),
        reflagged=tuple(
            Reflagged(uid, theirs[uid])
            for uid in sorted(theirs.keys() & ours.keys())
            if theirs[uid] != ours[uid]
        ),
        vanished=tuple(sorted(ours.keys() - theirs.keys())),
    )


def is_mass_disappearance(vanished: int, known: int) -> bool:
    """Whether so many copies vanished at once that a person should look first.

    More than a tenth or more than 100 of a folder's copies, whichever is larger, or
    all of more than one.
    """
    if known > 1 and vanished >= known:
        return True
    return vanished > max(_GONE_AT_ONCE, known * _GONE_SHARE)


@dataclass(frozen=True)
class Progress:
    """How far the reading of an account has come."""

    address: str
    folder: str
    """What was read last."""
    stored: int
    bytes: int
    expected: int | None
    """How many will be stored at most; None where the server or the period leaves that open."""
    seconds: float


@dataclass
class AccountRun:
    """What one run over one account saw and did."""

    account: AccountId
    address: str
    started_at: datetime
    state: str = "ok"
    folders: int = 0
    seen: int = 0
    stored: int = 0
    moved: int = 0
    """Of those stored, the ones whose source we held already."""
    updated: int = 0
    gone: int = 0
    skipped: dict[str, int] = field(default_factory=dict)
    failed: int = 0
    bytes: int = 0
    seconds: float = 0.0
    error: Mapping[str, object] | None = None
    id: RunId | None = None
    """Under which name it is recorded, None where it is not."""


@dataclass(frozen=True)
class SyncReport:
    """What one `sync run` did, account by account."""

    accounts: Sequence[AccountRun]
    seconds: float
    indexed: int = 0
    """Messages that were made searchable."""
    linked: int = 0
    """Links that were added."""
    outbox: Mapping[str, int] | None = None
    """How many mails that were to be sent are in which state now; None: there was nothing."""

    @property
    def stored(self) -> int:
        """Messages stored in all accounts."""
        return sum(run.stored for run in self.accounts)

    @property
    def failed(self) -> int:
        """Accounts that failed or that lack some of their messages."""
        return sum(1 for run in self.accounts if run.error or run.failed)

    @property
    def unhealthy(self) -> list[AccountRun]:
        """The accounts with an error of their own."""
        return [run for run in self.accounts if run.error]

    @property
    def lacking(self) -> list[AccountRun]:
        """The accounts without one that lack some of their messages."""
        return [run for run in self.accounts if run.failed and not run.error]
