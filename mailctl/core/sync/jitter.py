"""Lets machines that have one and the same crontab begin at different moments."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from hashlib import sha256

from mailctl.core.access.due import chosen, is_account_due
from mailctl.core.services import Services
from mailctl.domain.accounts import Account


def begin_apart(
    services: Services,
    most_s: float,
    names: Sequence[str],
    *,
    owners: Sequence[str],
    is_due: bool,
    told: Callable[[float], object],
    sleep: Callable[[float], object],
) -> None:
    """Wait up to so many seconds, each store its own span of them, unless nothing will be due.

    Nothing is locked meanwhile. `told` hears how long it takes. Raises what `chosen` does, first.
    """
    accounts = chosen(services, names, owners=owners)
    wait_s = share_of(accounts) * most_s
    begin = services.now() + timedelta(seconds=wait_s)
    if any(not is_due or is_account_due(account, now=begin) for account in accounts):
        told(wait_s)
        sleep(wait_s)


def share_of(accounts: Sequence[Account]) -> float:
    """Return a number from 0 to 1, by chance and yet the same for the same accounts.

    Were it another one in each run, an account would not be due whenever a run that began late is
    followed by one that begins early, and wait for the one after that.
    """
    ids = " ".join(sorted(account.id for account in accounts))
    return int.from_bytes(sha256(ids.encode()).digest()[:8]) / 2**64
