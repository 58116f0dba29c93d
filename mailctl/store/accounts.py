"""Queries: accounts."""

import sqlite3

from mailctl.domain.accounts import Account, AccountState, Trouble
from mailctl.domain.ids import AccountId, ProviderName
from mailctl.domain.secret import SecretRef, SecretScheme
from mailctl.domain.settings import SETTINGS, AccountSettings, settings_of, written
from mailctl.errors import BadUsage
from mailctl.store.columns import (
    from_endpoint,
    from_text,
    from_text_or_none,
    to_endpoint,
    to_text,
    to_text_or_none,
)
from mailctl.store.connection import Reading, Writing
from mailctl.store.failures import from_row

NO_PROVIDER = ProviderName("-")
"""What is noted of mailboxes that no server has; no provider can be called so."""


def add(tx: Writing, account: Account) -> None:
    """Store a new account and its settings; its id and address must be free."""
    tx.execute(
        """
        INSERT INTO account (
            id, address, provider, owner, username, submission_username, incoming, submission,
            secret, oauth_app, state, is_default, resolved_by, evidence, created_at, server_memo
        ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
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
            account.oauth_app,
            account.state,
            account.is_default,
            account.resolved_by,
            account.evidence,
            to_text(account.created_at),
            account.server_memo,
        ),
    )
    put_settings(tx, account)


def put_settings(tx: Writing, account: Account) -> None:
    """Store what was chosen for the account, and nothing else."""
    tx.execute("DELETE FROM account_setting WHERE account_id = ?", (account.id,))
    tx.executemany(
        "INSERT INTO account_setting (account_id, name, value) VALUES (?, ?, ?)",
        [
            (account.id, name, written(SETTINGS[name], account.settings))
            for name in sorted(account.settings.chosen)
        ],
    )


def move(tx: Writing, account: Account) -> None:
    """Note at which provider the account is from now on, and how it signs in there."""
    tx.execute(
        """
        UPDATE account
        SET provider = ?, username = ?, submission_username = ?, incoming = ?, submission = ?,
            secret = ?, oauth_app = ?, resolved_by = ?, evidence = ?
        WHERE id = ?
        """,
        (
            account.provider,
            account.username,
            account.submission_username,
            to_endpoint(account.incoming),
            to_endpoint(account.submission),
            str(account.secret),
            account.oauth_app,
            account.resolved_by,
            account.evidence,
            account.id,
        ),
    )


def set_owner(tx: Writing, account: AccountId, owner: str | None) -> None:
    """Give the account to somebody else, for whom it is no default yet."""
    tx.execute("UPDATE account SET owner = ?, is_default = 0 WHERE id = ?", (owner, account))


def set_oauth_app(tx: Writing, account: AccountId, app: str | None) -> None:
    """Note which app gets the account's tokens, None where it signs in with a password."""
    tx.execute("UPDATE account SET oauth_app = ? WHERE id = ?", (app, account))


def set_server_memo(tx: Writing, account: AccountId, memo: str | None) -> None:
    """Note what was found out of the account's server."""
    tx.execute("UPDATE account SET server_memo = ? WHERE id = ?", (memo, account))


def move_secret(tx: Writing, account: AccountId, before: SecretRef, after: SecretRef) -> bool:
    """Note where the account's secret is from now on; False where it was elsewhere before."""
    cursor = tx.execute(
        "UPDATE account SET secret = ? WHERE id = ? AND secret = ?",
        (str(after), account, str(before)),
    )
    return cursor.rowcount == 1


def make_default(tx: Writing, account: Account) -> None:
    """Make the account the one that its owner sends from."""
    tx.execute("UPDATE account SET is_default = 0 WHERE owner IS ?", (account.owner,))
    tx.execute("UPDATE account SET is_default = 1 WHERE id = ?", (account.id,))


def has_default(tx: Reading, owner: str | None) -> bool:
    """Return whether the owner has an account to send from."""
    row = tx.execute(
        "SELECT EXISTS (SELECT 1 FROM account WHERE owner IS ? AND is_default = 1)", (owner,)
    ).fetchone()
    return bool(row[0])


def appoint_default(tx: Writing, owner: str | None) -> None:
    """Make the owner's oldest account the default where none is."""
    tx.execute(
        """
        UPDATE account SET is_default = 1
        WHERE id = (
            SELECT id FROM account
            WHERE owner IS ? AND provider <> '-' ORDER BY created_at, id LIMIT 1
        )
            AND NOT EXISTS (SELECT 1 FROM account WHERE owner IS ? AND is_default = 1)
        """,
        (owner, owner),
    )


def remove(tx: Writing, account: AccountId) -> None:
    """Forget the account with its settings, folders, copies and runs; messages stay."""
    tx.execute("DELETE FROM account WHERE id = ?", (account,))


def by_address(tx: Reading, address: str) -> Account | None:
    """Return the account of exactly this address."""
    row = tx.execute(_SELECT + " WHERE address = ?", (address,)).fetchone()
    return None if row is None else _account(tx, row)


def by_id(tx: Reading, account_id: str) -> Account | None:
    """Return the account of this id."""
    row = tx.execute(_SELECT + " WHERE id = ?", (account_id,)).fetchone()
    return None if row is None else _account(tx, row)


def all_(tx: Reading) -> list[Account]:
    """Return every account that a server has, by address."""
    rows = tx.execute(_SELECT + " WHERE provider <> '-' ORDER BY address").fetchall()
    return [_account(tx, row) for row in rows]


def using(tx: Reading, provider: str) -> list[str]:
    """Return the addresses of the accounts at that provider."""
    rows = tx.execute(
        "SELECT address FROM account WHERE provider = ? ORDER BY address", (provider,)
    )
    return [row["address"] for row in rows]


def reading_secret(tx: Reading, ref: SecretRef) -> list[str]:
    """Return the addresses of the accounts whose secret is in that place."""
    rows = tx.execute("SELECT address FROM account WHERE secret = ? ORDER BY address", (str(ref),))
    return [row["address"] for row in rows]


def signing_in_by(tx: Reading, app: str) -> list[str]:
    """Return the addresses of the accounts whose tokens that OAuth app gets."""
    rows = tx.execute("SELECT address FROM account WHERE oauth_app = ? ORDER BY address", (app,))
    return [row["address"] for row in rows]


def record_health(tx: Writing, account: Account) -> None:
    """Note how the account does after a try."""
    trouble = account.trouble
    tx.execute(
        """
        UPDATE account
        SET state = ?, last_sync_at = ?, last_error = ?, last_error_kind = ?, failing_since = ?,
            next_try_at = ?, failures = ?
        WHERE id = ?
        """,
        (
            account.state,
            to_text_or_none(account.last_sync_at),
            None if trouble is None else trouble.sentence,
            None if trouble is None else trouble.kind,
            None if trouble is None else to_text(trouble.since),
            None if trouble is None else to_text_or_none(trouble.next_try_at),
            0 if trouble is None else trouble.failures,
            account.id,
        ),
    )


_SELECT = """
    SELECT id, address, provider, owner, username, submission_username, incoming, submission,
        secret, oauth_app, state, is_default, resolved_by, evidence, created_at, server_memo,
        last_sync_at, last_error, last_error_kind, failing_since, next_try_at, failures
    FROM account
"""


@from_row
def _account(tx: Reading, row: sqlite3.Row) -> Account:
    scheme, _, name = row["secret"].partition(":")
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
        oauth_app=row["oauth_app"],
        state=AccountState(row["state"]),
        is_default=bool(row["is_default"]),
        settings=_settings(tx, row["id"]),
        resolved_by=row["resolved_by"],
        evidence=row["evidence"],
        created_at=from_text(row["created_at"]),
        server_memo=row["server_memo"],
        last_sync_at=from_text_or_none(row["last_sync_at"]),
        trouble=_trouble(row),
    )


def _settings(tx: Reading, account: str) -> AccountSettings:
    rows = tx.execute("SELECT name, value FROM account_setting WHERE account_id = ?", (account,))
    try:
        return settings_of({row["name"]: row["value"] for row in rows})
    except BadUsage as error:
        raise ValueError(error.sentence) from error


def _trouble(row: sqlite3.Row) -> Trouble | None:
    if row["last_error"] is None:
        return None
    return Trouble(
        kind=row["last_error_kind"],
        sentence=row["last_error"],
        since=from_text(row["failing_since"]),
        failures=row["failures"],
        next_try_at=from_text_or_none(row["next_try_at"]),
    )
