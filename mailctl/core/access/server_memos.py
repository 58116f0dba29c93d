"""What a sign-in found out of a server, kept with the account so that the next one need not ask."""

from mailctl.core.services import Services
from mailctl.domain.accounts import Account
from mailctl.ports.mail import MailSource
from mailctl.store import accounts


def keep(services: Services, account: Account, source: MailSource) -> None:
    """Keep what the source knows now, where the account does not."""
    memo = source.memo
    if memo is not None and memo != account.server_memo:
        with services.store.writing() as tx:
            accounts.set_server_memo(tx, account.id, memo)
