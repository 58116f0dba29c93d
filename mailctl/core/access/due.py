"""Which accounts a run is for: those named, those of an owner, those whose time has come."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from mailctl.core.access.account_provider import no_server
from mailctl.core.naming import account_named
from mailctl.core.services import Services
from mailctl.domain.accounts import Account, AccountState
from mailctl.domain.health import is_paused
from mailctl.errors import AuthenticationRefused, BadUsage, NotFound, ServerBusy
from mailctl.store import accounts

_MOST_EARLY = timedelta(minutes=1)


def chosen(
    services: Services, names: Sequence[str], *, owners: Sequence[str] = (), is_due: bool = False
) -> list[Account]:
    """Return the accounts that receive mail, each once.

    Raises NotFound for a name that is no account or an owner of none, BadUsage for an
    account that is named and does not receive or is disabled.
    """
    with services.store.reading() as tx:
        everyone = accounts.all_(tx)
        named = [account_named(tx, name) for name in names]
    _refuse_idle(named)
    if names and not owners:
        found = named
    else:
        found = named + [account for account in everyone if _is_of(account, owners)]
        if owners and not found:
            raise NotFound(
                f"nobody called {owners[0]} owns an account", hint="mailctl account list"
            )
    once = {account.id: account for account in found if receives(account)}.values()
    now = services.now()
    return [account for account in once if not is_due or is_account_due(account, now=now)]


def is_account_due(account: Account, *, now: datetime) -> bool:
    """Whether the account's next sync is due by itself, or almost.

    The interval counts from the end of a sync, and cron comes by the clock: a run that is
    seconds early would leave the account to the one after it.
    """
    due_at = next_due_at(account)
    if due_at is None:
        return False
    interval = account.settings.sync_interval
    is_paused = account.trouble is not None and account.trouble.next_try_at is not None
    early = timedelta(0) if interval is None or is_paused else min(interval / 20, _MOST_EARLY)
    return now >= due_at - early


def next_due_at(account: Account) -> datetime | None:
    """Return when the account's next sync is due by itself, None where it never is."""
    if account.state is AccountState.AUTH_REQUIRED:
        return None  # only a person can help
    trouble = account.trouble
    if trouble is not None and trouble.next_try_at is not None:
        return trouble.next_try_at
    interval = account.settings.sync_interval
    if interval is None:
        return None
    return account.created_at if account.last_sync_at is None else account.last_sync_at + interval


def refuse_known_bad(account: Account, *, now: datetime, is_named: bool) -> None:
    """Spare the server what it refused: repeated tries lock mailboxes, and lengthen pauses.

    An account that a person named is tried in spite of a refused sign-in.
    """
    trouble = account.trouble
    if trouble and is_paused(account, now=now):
        pause_s = (trouble.next_try_at - now).total_seconds() if trouble.next_try_at else 0
        raise ServerBusy(
            f"the server of {account.address} asked for a pause: {trouble.sentence}",
            hint="it is over at next_try_at: mailctl account status",
            retry_after_s=pause_s,
        )
    if account.state is AccountState.AUTH_REQUIRED and not is_named:
        raise AuthenticationRefused(
            f"{account.address} was refused at its last sign-in and is not tried again by itself",
            hint=f"sign in again: mailctl account reauth {account.address}",
        )


def _is_of(account: Account, owners: Sequence[str]) -> bool:
    return not owners or account.owner in owners


def receives(account: Account) -> bool:
    """Whether mail of the account is loaded as things are."""
    return account.can_receive and account.state is not AccountState.DISABLED


def _refuse_idle(named: Sequence[Account]) -> None:
    for account in named:
        if account.provider == accounts.NO_PROVIDER:
            raise no_server(account)
        if not account.can_receive:
            raise BadUsage(
                f"{account.address} only sends",
                hint="leave it out: it has no mail to load",
            )
        if account.state is AccountState.DISABLED:
            raise BadUsage(
                f"{account.address} is disabled",
                hint=f"mailctl account enable {account.address}",
            )
