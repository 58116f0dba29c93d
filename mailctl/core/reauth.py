"""A new secret for an account whose old one is refused or lost."""

from mailctl.core import signin
from mailctl.core.accounts import Ask
from mailctl.core.naming import account_named
from mailctl.core.providers import directory, provider_named
from mailctl.core.services import Services
from mailctl.domain.accounts import Account, AccountState
from mailctl.domain.secret import SecretScheme
from mailctl.errors import BadUsage
from mailctl.resolve.addresses import parse_address
from mailctl.store import accounts

_A_PERSONS = {SecretScheme.COMMAND, SecretScheme.ENV, SecretScheme.FILE}


def renew_secret(services: Services, name: str, *, ask: Ask, is_handed_over: bool) -> Account:
    """Sign in with a new secret and keep it in the old one's place; the account is active then.

    A secret in a file, a variable or a command is a person's to change, and is tried as it
    is now. Raises NotFound, BadUsage, or why the sign-in failed; the old secret stays then.
    """
    with services.store.reading() as tx:
        account = account_named(tx, name)
    is_a_persons = account.secret.scheme in _A_PERSONS
    if is_a_persons and is_handed_over:
        raise BadUsage(
            f"the secret of {account.address} is read from {account.secret}",
            hint=f"change it there, then: mailctl account reauth {account.address}",
        )
    provider = provider_named(directory(services.store), account.provider)
    given = None if is_a_persons else ask(provider, parse_address(account.address))
    secret = services.secrets.read(account.secret) if given is None else given
    signin.verify(services, account, provider, secret)
    if given is not None:
        services.secrets.replace(account.secret, given)
    with services.store.writing(durable=True) as tx:
        accounts.record_sync(tx, account.id, state=AccountState.ACTIVE, at=None, error=None)
        return account_named(tx, account.id)
