"""A folder of a mailbox and how far we have read it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from mailctl.domain.ids import AccountId, FolderId


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


@dataclass(frozen=True)
class Folder:
    """A folder as we know it, with the sync cursor that only its protocol can read."""

    id: FolderId
    account: AccountId
    path: str
    special_use: SpecialUse | None
    is_synced: bool
    cursor: str | None
    state: str | None
    since: datetime | None
    """The start of the period that `cursor` covers."""
