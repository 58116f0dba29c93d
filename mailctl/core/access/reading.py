"""A mailbox opened to be read, signed in as its account does."""

from collections.abc import Callable
from typing import TypeVar

from mailctl.core.access import signin
from mailctl.core.access.account_provider import provider_of
from mailctl.core.access.credentials import Credential, signing_in
from mailctl.core.access.server_memos import keep
from mailctl.core.services import Services
from mailctl.domain.accounts import Account
from mailctl.ports.mail import MailSource

_Result = TypeVar("_Result")


def reading(services: Services, account: Account, use: Callable[[MailSource], _Result]) -> _Result:
    """Return what `use` makes of the account's mailbox, which is closed afterwards.

    It is called a second time where a token had to be renewed. Raises what a sign-in
    raises, and what `use` does.
    """
    provider = provider_of(services.store, account)

    def opened(credential: Credential) -> _Result:
        with services.mail.source(signin.receiving(account, provider, credential)) as source:
            keep(services, account, source)
            return use(source)

    return signing_in(services, account, opened)
