"""The mailboxes that no server has: what was imported from files lies there."""

from datetime import datetime

from mailctl.domain.accounts import Account, AccountState
from mailctl.domain.ids import AccountId
from mailctl.domain.secret import SecretRef, SecretScheme
from mailctl.domain.settings import settings_of
from mailctl.store import accounts
from mailctl.store.accounts import NO_PROVIDER
from mailctl.store.connection import Writing

LOCAL = "local"


def local_name(address: str | None) -> str:
    """Return what the local mailbox is called that holds mail of that address, or of nobody."""
    return f"{LOCAL}/{address}" if address else LOCAL


def owner_address(name: str) -> str | None:
    """Return whose mail a mailbox holds, by what it is called; None where nobody's."""
    return name.removeprefix(f"{LOCAL}/") if name != LOCAL else None


def ensure_mailbox(tx: Writing, name: str, *, at: datetime) -> Account:
    """Return the local mailbox of that name, made if it is new."""
    known = accounts.by_id(tx, name)
    if known is not None:
        return known
    made = Account(
        id=AccountId(name),
        address=name,
        provider=NO_PROVIDER,
        owner=None,
        username="",
        submission_username="",
        secret=SecretRef(SecretScheme.ENV, ""),
        state=AccountState.DISABLED,
        is_default=False,
        resolved_by="import",
        evidence="[]",
        created_at=at,
        settings=settings_of({"send": "false"}),
    )
    accounts.add(tx, made)
    return made
