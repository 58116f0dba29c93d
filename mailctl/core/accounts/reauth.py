"""A new secret for an account whose old one is refused or lost, or another way to sign in."""

from shlex import quote

from mailctl.core.access import signin
from mailctl.core.access.account_provider import provider_of
from mailctl.core.access.credentials import Ask, Consent, Wish, named_in_hints, obtain
from mailctl.core.naming import account_named
from mailctl.core.services import Services
from mailctl.domain.accounts import Account
from mailctl.domain.health import well
from mailctl.domain.providers import AuthMethod, Provider
from mailctl.domain.secret import SecretScheme
from mailctl.errors import BadUsage
from mailctl.resolve.addresses import parse_address
from mailctl.store import accounts

_A_PERSONS = {SecretScheme.COMMAND, SecretScheme.ENV, SecretScheme.FILE}


def renew_secret(
    services: Services, name: str, *, wish: Wish, ask: Ask, consent: Consent
) -> Account:
    """Sign in with a new secret and keep it in the old one's place; the account is well then.

    A secret in a file, a variable or a command is a person's to change, and is tried as it
    is now. An account that signs in by OAuth goes on so, unless a password is handed over.
    Raises NotFound, BadUsage, or why the sign-in failed; the old secret stays then.
    """
    with services.store.reading() as tx:
        account = account_named(tx, name)
    is_a_persons = account.secret.scheme in _A_PERSONS
    if is_a_persons and wish.is_password_handed_over:
        raise BadUsage(
            f"the secret of {account.address} is read from {account.secret}",
            hint=f"change it there, then: mailctl account reauth {quote(account.address)}",
        )
    provider = provider_of(services.store, account)
    with named_in_hints(account.address):
        obtained = obtain(
            services,
            provider,
            parse_address(account.address),
            account.secret,
            wish=_as_before(account, provider, wish),
            ask=(lambda *_: None) if is_a_persons else ask,
            consent=consent,
        )
        memo = signin.verify(services, account, provider, obtained.credential)
    if obtained.given is not None:
        services.secrets.replace(account.secret, obtained.given)
    with services.store.writing(durable=True) as tx:
        renewed = well(account_named(tx, account.id))
        accounts.set_oauth_app(tx, account.id, obtained.app)
        accounts.set_server_memo(tx, account.id, memo)
        accounts.record_health(tx, renewed)
        return account_named(tx, account.id)


def _as_before(account: Account, provider: Provider, wish: Wish) -> Wish:
    """Return the wish of a person who said nothing: to sign in as the account did."""
    if wish.oauth is not None or wish.app or wish.is_password_handed_over:
        return wish
    if account.oauth_app is None and provider.auth == (AuthMethod.OAUTH2,):
        return Wish(oauth=True)  # it was a password before the provider stopped taking them
    return Wish(oauth=account.oauth_app is not None, app=account.oauth_app)
