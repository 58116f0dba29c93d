"""The ways a person may name an account or a message."""

import re
from typing import TYPE_CHECKING

from mailctl.domain.near_names import meant
from mailctl.errors import NameAmbiguous, NotFound
from mailctl.store import accounts

if TYPE_CHECKING:
    from mailctl.domain.accounts import Account
    from mailctl.domain.addresses import Address
    from mailctl.domain.ids import MessageId
    from mailctl.store.connection import Reading

_BEGINNING = re.compile(r"msg_[0-9a-z]{4,}")
_MESSAGE_ID = re.compile(r"<([^<>\s]+)>|([^<>\s]+@[^<>\s]+)")
_CANDIDATES_MAX = 10


def account_named(tx: "Reading", name: str) -> "Account":
    """Return the account of that id or address. Raises NotFound."""
    account = accounts.by_id(tx, name)
    if account is None and "@" in name:
        from mailctl.resolve.addresses import parse_address

        account = accounts.by_address(tx, address_key(parse_address(name)))
    if account is None:
        known = (each.address for each in accounts.all_(tx))
        raise NotFound(
            f"there is no account {name!r}",
            hint=f"{meant(name, known)}see the accounts: mailctl account list",
        )
    return account


def address_key(address: "Address") -> str:
    """Return the form under which a mailbox is known once.

    Local parts are case-sensitive by RFC 5321, but no provider that people meet makes
    two mailboxes of Ada@ and ada@.
    """
    return f"{address.local_part.lower()}@{address.domain}"


def written_key(address: str) -> str:
    """Return what `address_key` would of an address as it stands in mail, which may be none."""
    if address.isascii() and not address.endswith("."):
        return address.lower()
    from mailctl.errors import BadUsage
    from mailctl.resolve.addresses import parse_address

    try:
        return address_key(parse_address(address))
    except BadUsage:
        return address.lower()


def message_named(tx: "Reading", name: str) -> "MessageId":
    """Return the message of that id, of an id that begins so, or of that Message-ID.

    A beginning has at least four letters after `msg_`. Raises NotFound, and NameAmbiguous
    with the first candidates where several messages are meant.
    """
    from mailctl.store import message_names  # for messages alone: accounts have names too

    word = name.strip()
    found: list[MessageId] = []
    if _BEGINNING.fullmatch(word.lower()):
        found = message_names.beginning_with(tx, word.lower(), limit=_CANDIDATES_MAX)
    elif named := _MESSAGE_ID.fullmatch(word):
        found = message_names.called(tx, named[1] or named[2], limit=_CANDIDATES_MAX)
    if not found:
        raise NotFound(f"there is no message {name!r}", hint="see their ids: mailctl message list")
    if len(found) > 1:
        raise NameAmbiguous(
            f"{name!r} may mean several messages",
            hint=f"name one of them in full: mailctl message show {found[0]}",
            details={"candidates": found},
        )
    return found[0]
