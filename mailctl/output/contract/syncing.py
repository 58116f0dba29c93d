"""Sync runs and how far they are, as JSON."""

from datetime import datetime
from typing import Annotated, Literal, TypedDict

from mailctl.domain.accounts import AccountState
from mailctl.domain.folders import SpecialUse
from mailctl.domain.ids import AccountId, RunId
from mailctl.domain.syncing import Uid
from mailctl.output.contract.failures import Failure


class RunNumbers(TypedDict):
    """What a run did."""

    state: str
    folders: int
    seen: int
    stored: int
    updated: int
    gone: int
    skipped: Annotated[dict[str, int], "what was left on the server, by reason"]
    failed: Annotated[int, "messages that could not be read"]
    bytes: int
    seconds: float
    error: Failure | None


class SyncedAccount(RunNumbers):
    """What a run did with one account."""

    account: str
    id: AccountId
    run: Annotated[RunId | None, "null where it did not come to a run"]


class Sums(TypedDict):
    """What a run did with all accounts."""

    stored: int
    failed: Annotated[int, "accounts that failed, or of which messages could not be read"]
    seconds: float
    indexed: int
    linked: int
    outbox: Annotated[dict[str, int] | None, "mail on its way out, by state"]


class SyncReport(Sums):
    """What a run did."""

    accounts: list[SyncedAccount]


class AccountLine(SyncedAccount):
    """A line of sync run -o ndjson, as soon as the account is done."""

    type: Literal["account"]


class SumSheet(Sums):
    """The sums of a run."""

    total: Annotated[int, "accounts"]


class SummaryLine(SumSheet):
    """The last line of sync run -o ndjson."""

    type: Literal["summary"]


class Happening(SyncedAccount):
    """A sync that changed something."""

    at: datetime
    cause: str
    indexed: int


class Run(RunNumbers):
    """A run over one account, as it is remembered."""

    id: RunId
    account: str
    account_id: AccountId
    started_at: datetime


class FolderState(TypedDict):
    """How far a folder is synced."""

    account: str
    path: str
    special_use: SpecialUse | None
    synced: bool
    complete: bool
    held: int
    gone: int
    quarantined: int
    left: int
    read_at: datetime | None
    since: datetime | None
    gone_at: datetime | None


class MailFolder(TypedDict):
    """A folder of a mailbox."""

    account: str
    path: str
    special_use: SpecialUse | None
    synced: Annotated[bool, "whether its mail is read"]
    through: Annotated[str | None, "the folder of labels by which it is read (Gmail)"]
    at_server: Annotated[bool, "false for one that was there once"]
    messages: Annotated[int | None, "how many the server says that it has"]
    held: Annotated[int, "how many of them are stored"]
    read_at: datetime | None


class SyncState(TypedDict):
    """How far an account is synced."""

    id: AccountId
    address: str
    state: AccountState
    last_sync_at: datetime | None
    age_seconds: int | None
    stale: bool
    next_due_at: datetime | None
    running: bool
    pid: int | None
    last_error: str | None
    error_code: str | None
    messages: int
    quarantined: int
    unindexed: int
    folders: list[FolderState]


class UnreadMessage(TypedDict):
    """A message that could not be read."""

    account: str
    account_id: AccountId
    folder: str
    uid: Uid
    reason: str
    attempts: int
    first_at: datetime
    last_at: datetime
    next_try_at: datetime | None


class VerifiedFolder(TypedDict):
    """A folder compared with the server's; the lists are of UIDs."""

    account: str
    path: str
    equal: bool
    messages: int
    held: int
    checked: int
    missing: list[Uid]
    extra: list[Uid]
    reflagged: list[Uid]
    different: list[Uid]
    not_given: list[Uid]
    quarantined: list[Uid]
    left: int
    outside_period: int
    renumbered: bool
    error: Failure | None


class VerifiedAccount(TypedDict):
    """An account compared with the server's."""

    account: str
    id: AccountId
    equal: bool
    folders: list[VerifiedFolder]
    error: Failure | None


class Verification(TypedDict):
    """Accounts compared with their servers."""

    accounts: list[VerifiedAccount]
    equal: bool
    seconds: float
