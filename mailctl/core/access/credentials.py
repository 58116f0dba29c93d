"""How an account proves whose it is: a password, or a token that an OAuth app gets for it."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from shlex import quote
from typing import TYPE_CHECKING, TypeAlias, TypeVar

from mailctl.core.services import Services
from mailctl.domain.accounts import Account
from mailctl.domain.providers import AuthMethod, Provider
from mailctl.domain.secret import Secret, SecretRef
from mailctl.errors import AuthenticationRefused, MailctlError, SecretStoreUnusable
from mailctl.records import dataclass

if TYPE_CHECKING:
    from mailctl.domain.addresses import Address
    from mailctl.domain.oauth import OAuthApp

# core.oauth_apps is imported where it is used: most accounts have a password.

EARLY = timedelta(minutes=5)
"""How long before its end a token is renewed."""
_WAIT_S = 60.0
_AGAIN, _ADD = "mailctl account reauth ", "mailctl account add "
_PLACE = re.compile(r"\bADDRESS\b")

Ask: TypeAlias = "Callable[[Provider, Address], Secret | None]"
"""Gives the secret that a person hands over, None where it is read from its place."""
Consent: TypeAlias = "Callable[[OAuthApp, Secret | None, Address], Secret]"
"""Lets a person agree at the issuer and returns the grant; told the app and its secret."""
_Result = TypeVar("_Result")


@dataclass(frozen=True)
class Credential:
    """What a sign-in is made with."""

    secret: Secret
    is_token: bool = False
    expires_at: datetime | None = None
    is_new: bool = False
    """Whether the token was made just now, so that another would be no better."""


@dataclass(frozen=True)
class Wish:
    """What a person said of how the account signs in; None: nothing."""

    oauth: bool | None = None
    app: str | None = None
    is_password_handed_over: bool = False


@dataclass(frozen=True)
class Obtained:
    """A credential, and what is to be kept of it."""

    credential: Credential
    given: Secret | None
    """What has to be written to the account's place; None where it lies there already."""
    app: str | None = None


def obtain(
    services: Services,
    provider: Provider,
    address: "Address",
    ref: SecretRef,
    *,
    wish: Wish,
    ask: Ask,
    consent: Consent,
) -> Obtained:
    """Return what the account signs in with, given by a person or by an app.

    Raises SecretMissing, OAuthAppMissing, SecretStoreUnusable, and what the issuer says.
    """
    app = _app(services, provider, wish)
    if app is None:
        given = ask(provider, address)
        secret = services.secrets.read(ref) if given is None else given
        return Obtained(Credential(secret), given)
    from mailctl.core.access import oauth_apps

    require_writable(services, ref)
    client_secret = oauth_apps.client_secret(services, app)
    if app.is_persons:
        grant = consent(app, client_secret, address)
    elif client_secret is None:
        raise AssertionError("an app that signs in by itself has a secret")
    else:
        grant = services.oauth.by_app(app, client_secret, address=str(address))
    token = services.oauth.access(grant)
    if not _lasts(token.expires_at, services.now()):
        grant = services.oauth.renewed(app, client_secret, grant)
        token = services.oauth.access(grant)
    credential = Credential(token.secret, is_token=True, expires_at=token.expires_at, is_new=True)
    return Obtained(credential, grant, app.name)


def require_writable(services: Services, ref: SecretRef) -> None:
    """Raise SecretStoreUnusable where tokens could not be renewed."""
    if not services.secrets.is_writable(ref):
        raise SecretStoreUnusable(
            f"OAuth tokens change, and {ref.scheme}: can only be read",
            hint="keep them in the keyring or the vault: --secret keyring or --secret vault",
        )


def signing_in(
    services: Services, account: Account, use: Callable[[Credential], _Result]
) -> _Result:
    """Return what `use` makes of the account's credential.

    A token that the server no longer takes is renewed once. Raises SecretMissing,
    SecretStoreUnusable, GrantRevoked, and what `use` raises.
    """
    with named_in_hints(account.address):
        if account.oauth_app is None:
            return use(Credential(services.secrets.read(account.secret)))
        first = _token(services, account)
        try:
            return use(first)
        except AuthenticationRefused:
            if first.is_new:
                raise
        return use(_token(services, account, refused=first))


@contextmanager
def named_in_hints(address: str, *, is_new: bool = False) -> Iterator[None]:
    """Let the commands in the hints of failures name the address, fit to be pasted.

    What says `reauth` says `add` where the account `is_new`, and so not there yet.
    """
    try:
        yield
    except MailctlError as error:
        if error.hint:
            hint = _PLACE.sub(lambda _: quote(address), error.hint)
            error.hint = hint.replace(_AGAIN, _ADD) if is_new else hint
        raise


def _app(services: Services, provider: Provider, wish: Wish) -> "OAuthApp | None":
    """Return the app that signs in, None where a password does. Raises OAuthAppMissing."""
    if wish.oauth is False or wish.is_password_handed_over:
        return None
    from mailctl.core.access import oauth_apps

    is_only_way = provider.auth == (AuthMethod.OAUTH2,)
    if wish.oauth or wish.app or is_only_way:
        return oauth_apps.serving(services, provider, wish.app)
    is_best_way = provider.auth[:1] == (AuthMethod.OAUTH2,)
    return oauth_apps.only_one_serving(services, provider) if is_best_way else None


def _token(
    services: Services, account: Account, *, refused: Credential | None = None
) -> Credential:
    kept = _kept(services, account, refused)
    if kept is not None:
        return kept
    with services.locks.hold(f"token-{account.id}", called=account.address, wait_s=_WAIT_S):
        kept = _kept(services, account, refused)  # another process may have renewed it
        if kept is not None:
            return kept
        from mailctl.core.access import oauth_apps

        app = oauth_apps.named(services, account.oauth_app or "")
        client_secret = oauth_apps.client_secret(services, app)
        grant = services.secrets.read(account.secret)
        renewed = services.oauth.renewed(app, client_secret, grant)
        # first of all: the old refresh token may be good for nothing from now on
        services.secrets.replace(account.secret, renewed)
        token = services.oauth.access(renewed)
        return Credential(token.secret, is_token=True, expires_at=token.expires_at, is_new=True)


def _kept(services: Services, account: Account, refused: Credential | None) -> Credential | None:
    """Return the token that is kept, None where it is at its end or the one refused."""
    token = services.oauth.access(services.secrets.read(account.secret))
    if not _lasts(token.expires_at, services.now()):
        return None
    if refused is not None and token.expires_at == refused.expires_at:
        return None
    return Credential(token.secret, is_token=True, expires_at=token.expires_at)


def _lasts(expires_at: datetime | None, now: datetime) -> bool:
    """Whether a token may be tried; one whose end is unknown may until it is refused."""
    return expires_at is None or now + EARLY < expires_at
