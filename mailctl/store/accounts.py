"""Queries: accounts."""

import sqlite3
from datetime import datetime, timedelta

from mailctl.domain.accounts import Account, AccountState
from mailctl.domain.ids import AccountId, ProviderName
from mailctl.domain.secret import SecretRef, SecretScheme
from mailctl.store.columns import (
    from_endpoint,
    from_text,
    from_text_or_none,
    to_endpoint,
    to_text,
)
from mailctl.store.connection import Reading, Writing
from mailctl.store.failures import from_row


def add(tx: Writing, account: Account) -> None:
    """Store a new account; its id and address must be free."""
    tx.execute(
        """
        INSERT INTO account (
            id, address, provider, owner, username, submission_username, incoming, submission,
            secret, state, is_default, can_receive, can_send, period_s, resolved_by, evidence,
            created_at
        ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
        (
            account.id,
            account.address,
            account.provider,
            account.owner,
            account.username,
            account.submission_username,
            to_endpoint(account.incoming),
            to_endpoint(account.submission),
            str(account.secret),
            account.state,
            account.is_default,
            account.can_receive,
            account.can_send,
            None if account.period is None else int(account.period.total_seconds()),
            account.resolved_by,
            account.evidence,
            to_text(account.created_at),
        ),
    )


def by_address(tx: Reading, address: str) -> Account | None:
    """Return the account of exactly this address."""
    row = tx.execute(_SELECT + " WHERE address = ?", (address,)).fetchone()
    return None if row is None else _account(row)


def by_id(tx: Reading, account_id: str) -> Account | None:
    """Return the account of this id."""
    row = tx.execute(_SELECT + " WHERE id = ?", (account_id,)).fetchone()
    return None if row is None else _account(row)


def all_(tx: Reading) -> list[Account]:
    """Return every account, by address."""
    return [_account(row) for row in tx.execute(_SELECT + " ORDER BY address")]


def are_none(tx: Reading) -> bool:
    """Return whether there is no account yet."""
    return bool(tx.execute("SELECT NOT EXISTS (SELECT 1 FROM account)").fetchone()[0])


def using(tx: Reading, provider: str) -> list[str]:
    """Return the addresses of the accounts at that provider."""
    rows = tx.execute(
        "SELECT address FROM account WHERE provider = ? ORDER BY address", (provider,)
    )
    return [row["address"] for row in rows]


def record_sync(
    tx: Writing,
    account: AccountId,
    *,
    state: AccountState,
    at: datetime | None,
    error: str | None,
) -> None:
    """Note how a run ended; `at` is None where it did not get to the end."""
    tx.execute(
        """
        UPDATE account
        SET state = ?, last_sync_at = coalesce(?, last_sync_at), last_error = ?
        WHERE id = ?
        """,
        (state, None if at is None else to_text(at), error, account),
    )


_SELECT = """
    SELECT id, address, provider, owner, username, submission_username, incoming, submission,
        secret, state,
        is_default, can_receive, can_send, period_s, resolved_by, evidence, created_at,
        last_sync_at, last_error
    FROM account
"""


@from_row
def _account(row: sqlite3.Row) -> Account:
    scheme, _, name = row["secret"].partition(":")
    period = row["period_s"]
    return Account(
        id=AccountId(row["id"]),
        address=row["address"],
        provider=ProviderName(row["provider"]),
        owner=row["owner"],
        username=row["username"],
        submission_username=row["submission_username"],
        incoming=from_endpoint(row["incoming"]),
        submission=from_endpoint(row["submission"]),
        secret=SecretRef(SecretScheme(scheme), name),
        state=AccountState(row["state"]),
        is_default=bool(row["is_default"]),
        can_receive=bool(row["can_receive"]),
        can_send=bool(row["can_send"]),
        period=None if period is None else timedelta(seconds=period),
        resolved_by=row["resolved_by"],
        evidence=row["evidence"],
        created_at=from_text(row["created_at"]),
        last_sync_at=from_text_or_none(row["last_sync_at"]),
        last_error=row["last_error"],
    )
