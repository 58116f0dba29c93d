"""The ways a person may name an account: by its id, by its address."""

from typing import TYPE_CHECKING

from mailctl.errors import NotFound
from mailctl.store import accounts

if TYPE_CHECKING:
    from mailctl.domain.accounts import Account
    from mailctl.domain.addresses import Address
    from mailctl.store.connection import Reading


def account_named(tx: "Reading", name: str) -> "Account":
    """Return the account of that id or address. Raises NotFound."""
    account = accounts.by_id(tx, name)
    if account is None and "@" in name:
        from mailctl.resolve.addresses import parse_address

        account = accounts.by_address(tx, address_key(parse_address(name)))
    if account is None:
        raise NotFound(
            f"there is no account {name!r}", hint="see the accounts: mailctl account list"
        )
    return account


def address_key(address: "Address") -> str:
    """Return the form under which a mailbox is known once.

    Local parts are case-sensitive by RFC 5321, but no provider that people meet makes
    two mailboxes of Ada@ and ada@.
    """
    return f"{address.local_part.lower()}@{address.domain}"
