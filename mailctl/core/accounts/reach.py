"""How an account signs in where it is: by another name, or with a secret from another place."""

from collections.abc import Callable
from dataclasses import replace

from mailctl.core.access import signin
from mailctl.core.access.account_provider import provider_of
from mailctl.core.access.credentials import Wish, named_in_hints, obtain
from mailctl.core.naming import account_named
from mailctl.core.services import Services
from mailctl.domain.accounts import Account, AccountState
from mailctl.domain.addresses import Address
from mailctl.domain.health import well
from mailctl.domain.oauth import OAuthApp
from mailctl.domain.secret import Secret, SecretRef
from mailctl.errors import BadUsage
from mailctl.resolve.addresses import parse_address
from mailctl.store import accounts


def reached_otherwise(
    services: Services, account: Account, *, username: str | None, ref: SecretRef, verify: bool
) -> Callable[[], Account]:
    """Sign in by another name or with another secret, and return what stores that.

    The old secret stays where it was. Raises BadUsage where tokens are renewed, SecretMissing,
    or why the sign-in failed.
    """
    if account.oauth_app is not None:
        raise BadUsage(
            f"{account.address} signs in by OAuth, and how it does stays",
            hint="let its person agree: mailctl account reauth ADDRESS --oauth; "
            "to move its secret: mailctl secrets move",
        )
    is_named_anew = username is not None and username != account.username
    moved = replace(
        account,
        secret=ref,
        username=username or account.username,
        submission_username=username if username and is_named_anew else account.submission_username,
    )
    provider = provider_of(services.store, account)
    with named_in_hints(account.address):
        obtained = obtain(
            services,
            provider,
            parse_address(account.address),
            ref,
            wish=Wish(oauth=False),
            ask=lambda *_: None,
            consent=_nobody,
        )
        if verify:
            memo = signin.verify(services, moved, provider, obtained.credential)
            moved = replace(moved, server_memo=memo)
    return lambda: _kept(services, moved, is_verified=verify)


def _kept(services: Services, moved: Account, *, is_verified: bool) -> Account:
    with services.store.writing(durable=True) as tx:
        healthy = well(account_named(tx, moved.id))
        if not is_verified and healthy.state is not AccountState.DISABLED:
            healthy = replace(healthy, state=AccountState.UNVERIFIED)
        accounts.move(tx, moved)
        accounts.set_server_memo(tx, moved.id, moved.server_memo)
        accounts.record_health(tx, healthy)
        return account_named(tx, moved.id)


def _nobody(app: OAuthApp, secret: Secret | None, address: Address) -> Secret:
    raise AssertionError(f"no app is asked for a password of {address}")
