"""How far the accounts have been synced, without asking any server."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from mailctl.core.access.due import next_due_at, receives
from mailctl.core.naming import account_named
from mailctl.core.services import Services
from mailctl.domain.accounts import Account
from mailctl.domain.folders import Folder
from mailctl.domain.ids import FolderId
from mailctl.domain.settings import span_text
from mailctl.errors import MailStale
from mailctl.store import accounts, folders, unindexed
from mailctl.store.connection import Reading
from mailctl.store.folders import Contents


@dataclass(frozen=True)
class FolderState:
    """How far a folder has been read, and what there is of it."""

    account: Account
    folder: Folder
    contents: Contents
    is_synced: bool
    """Whether the account's settings want it."""

    @property
    def is_complete(self) -> bool:
        """Whether all that is wanted of it was read when it was read last."""
        folder, since = self.folder, self.account.since
        is_covered = folder.since is None or (since is not None and folder.since <= since)
        is_read = folder.cursor is not None and folder.read_at is not None
        return is_read and is_covered and self.contents.quarantined == 0


@dataclass(frozen=True)
class SyncState:
    """How far an account has been synced."""

    account: Account
    next_due_at: datetime | None
    runner: int | None
    """The process that syncs it now."""
    age_s: int | None
    """Seconds since its last complete sync."""
    is_stale: bool
    unindexed: int
    """Messages that wait to be searchable."""
    folders: tuple[FolderState, ...]


def sync_states(
    services: Services, names: Sequence[str], *, max_age: timedelta | None
) -> tuple[list[SyncState], MailStale | None]:
    """Return how far the accounts named, or all, are, and which of them are too far behind.

    Behind is an account that loads mail and whose last complete sync is older than
    `max_age`, or never was. Raises NotFound.
    """
    with services.store.reading() as tx:
        chosen = [account_named(tx, name) for name in names] if names else accounts.all_(tx)
        contents = folders.contents(tx)
        waiting = unindexed.count_by_account(tx)
        found = [
            SyncState(
                account=account,
                next_due_at=next_due_at(account) if receives(account) else None,
                runner=services.locks.holder(account.id),
                age_s=_age_s(account, services.now()),
                is_stale=_is_stale(account, services.now(), max_age),
                unindexed=waiting.get(account.id, 0),
                folders=_folders(tx, account, contents),
            )
            for account in chosen
        ]
    stale = [state.account.address for state in found if state.is_stale]
    return found, _complaint(stale, max_age) if stale else None


def _folders(
    tx: Reading, account: Account, contents: dict[FolderId, Contents]
) -> tuple[FolderState, ...]:
    there = [folder for folder in folders.of_account(tx, account.id) if folder.was_at_server]
    wanted = {folder.id for folder in account.settings.folders.among(there)}
    return tuple(
        FolderState(account, folder, contents.get(folder.id, Contents()), folder.id in wanted)
        for folder in there
    )


def _age_s(account: Account, now: datetime) -> int | None:
    last = account.last_sync_at
    return None if last is None else int((now - last).total_seconds())


def _is_stale(account: Account, now: datetime, max_age: timedelta | None) -> bool:
    if max_age is None or not receives(account):
        return False
    return account.last_sync_at is None or now - account.last_sync_at > max_age


def _complaint(addresses: Sequence[str], max_age: timedelta | None) -> MailStale:
    age = "" if max_age is None else f" for {span_text(max_age)}"
    return MailStale(
        f"no sync was complete{age}: {', '.join(addresses)}",
        hint=f"see why: mailctl sync history {addresses[0]}",
        details={"accounts": list(addresses)},
    )
