"""Messages that could not be read: which they are, and another try."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from mailctl.core.access.due import next_due_at, receives
from mailctl.core.naming import account_named
from mailctl.core.services import Services
from mailctl.core.sync.after_storing import Watch
from mailctl.core.sync.folder_sync import QUICK_TRIES, SLOW_TRY
from mailctl.core.sync.sync import Describe, SyncRequest, SyncResult, run_sync
from mailctl.domain.accounts import Account, AccountState
from mailctl.errors import ExitCode
from mailctl.store import quarantine
from mailctl.store.connection import Store
from mailctl.store.quarantine import Quarantined


@dataclass(frozen=True)
class UnreadMessage:
    """A message that waits, and when it is tried again."""

    account: Account
    message: Quarantined
    next_try_at: datetime | None
    """None where nothing is tried by itself."""


def unread_messages(store: Store, names: Sequence[str]) -> list[UnreadMessage]:
    """Return what could not be read of the accounts named, or of all. Raises NotFound."""
    with store.reading() as tx:
        chosen = [account_named(tx, name).id for name in names]
        found = quarantine.of_accounts(tx, chosen)
        accounts = {each.account: account_named(tx, each.account) for each in found}
    return [_waiting(accounts[each.account], each) for each in found]


@dataclass(frozen=True)
class Retried:
    """What is left after another try of everything, and what the process should say."""

    left: list[UnreadMessage]
    sync: SyncResult | None
    """How the try went; None where there was nothing to try."""

    @property
    def exit_code(self) -> ExitCode:
        """3 where something is left, else how the sync ended."""
        if self.left:
            return ExitCode.PARTIAL
        return ExitCode.OK if self.sync is None else self.sync.exit_code


def retry(services: Services, names: Sequence[str], *, watch: Watch, describe: Describe) -> Retried:
    """Try all that could not be read of the accounts named, or of all, whenever it is due.

    What is due else in these accounts is synced with it. Raises NotFound.
    """
    waiting = unread_messages(services.store, names)
    chosen = sorted({each.message.address for each in waiting if names or _may_try(each.account)})
    if not chosen:
        return Retried(waiting, None)
    request = SyncRequest(accounts=chosen, retries_all=True)
    result = run_sync(services, request, watch=watch, describe=describe)
    return Retried(unread_messages(services.store, names), result)


def _may_try(account: Account) -> bool:
    """Whether the account is synced without being named."""
    return receives(account) and account.state is not AccountState.AUTH_REQUIRED


def _waiting(account: Account, message: Quarantined) -> UnreadMessage:
    next_try_at = next_due_at(account) if receives(account) else None
    if next_try_at is not None and message.attempts >= QUICK_TRIES:
        next_try_at = max(next_try_at, message.last_at + SLOW_TRY)
    return UnreadMessage(account, message, next_try_at)
