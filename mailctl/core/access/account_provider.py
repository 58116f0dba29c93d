"""The provider of an account, found without a look at all the others."""

from collections.abc import Iterable

from mailctl.domain.accounts import Account
from mailctl.domain.near_names import meant
from mailctl.domain.providers import Provider
from mailctl.errors import BadUsage, NotFound
from mailctl.store import accounts, providers
from mailctl.store.connection import Store


def provider_of(store: Store, account: Account) -> Provider:
    """Return the account's provider: one's own, or the preset of that name.

    Raises NotFound, and BadUsage for what holds imported mail.
    """
    if account.provider == accounts.NO_PROVIDER:
        raise no_server(account)
    with store.reading() as tx:
        own = providers.by_name(tx, account.provider)
    if own is not None:
        return own
    from mailctl.resolve.catalogue import load  # 3 ms, for who is at a preset

    preset = load().by_name(account.provider)
    if preset is None:
        raise no_such_provider(account.provider, ())
    return preset


def no_server(account: Account) -> BadUsage:
    """Return the error for an account whose mail was imported."""
    return BadUsage(
        f"{account.address} holds imported mail, which no server has",
        hint="leave it out: name an account of mailctl account list",
    )


def no_such_provider(name: str, known: Iterable[Provider]) -> NotFound:
    """Return the error for a name that no provider has."""
    near = meant(name, (each.name for each in known))
    return NotFound(
        f"there is no provider named {name!r}", hint=f"{near}see the names: mailctl provider list"
    )
