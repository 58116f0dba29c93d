"""Queries: the applications registered at OAuth issuers."""

import sqlite3

from mailctl.domain.oauth import AppGrant, RegisteredApp
from mailctl.domain.secret import SecretRef, SecretScheme
from mailctl.store.columns import from_list, from_text, to_list, to_text
from mailctl.store.connection import Reading, Writing
from mailctl.store.failures import from_row


def add(tx: Writing, app: RegisteredApp) -> None:
    """Store a new app; its name must be free."""
    tx.execute(
        """
        INSERT INTO oauth_app (
            name, issuer, client_id, secret, access_grant, tenant,
            authorization_url, token_url, device_url, scopes, created_at
        ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
        (
            app.name,
            app.issuer,
            app.client_id,
            None if app.secret is None else str(app.secret),
            app.grant,
            app.tenant,
            app.authorization_url,
            app.token_url,
            app.device_url,
            to_list(app.scopes),
            to_text(app.created_at),
        ),
    )


def update(tx: Writing, app: RegisteredApp) -> None:
    """Store anew the app of that name."""
    tx.execute(
        """
        UPDATE oauth_app
        SET issuer = ?, client_id = ?, secret = ?, access_grant = ?, tenant = ?,
            authorization_url = ?, token_url = ?, device_url = ?, scopes = ?
        WHERE name = ?
        """,
        (
            app.issuer,
            app.client_id,
            None if app.secret is None else str(app.secret),
            app.grant,
            app.tenant,
            app.authorization_url,
            app.token_url,
            app.device_url,
            to_list(app.scopes),
            app.name,
        ),
    )


def by_name(tx: Reading, name: str) -> RegisteredApp | None:
    """Return the app of that name."""
    row = tx.execute(_SELECT + " WHERE name = ?", (name,)).fetchone()
    return None if row is None else _app(row)


def all_(tx: Reading) -> list[RegisteredApp]:
    """Return every app, by name."""
    return [_app(row) for row in tx.execute(_SELECT + " ORDER BY name")]


def move_secret(tx: Writing, name: str, before: SecretRef, after: SecretRef) -> bool:
    """Note where the app's secret is from now on; False where it was elsewhere before."""
    cursor = tx.execute(
        "UPDATE oauth_app SET secret = ? WHERE name = ? AND secret = ?",
        (str(after), name, str(before)),
    )
    return cursor.rowcount == 1


def remove(tx: Writing, name: str) -> None:
    """Forget the app."""
    tx.execute("DELETE FROM oauth_app WHERE name = ?", (name,))


_SELECT = """
    SELECT name, issuer, client_id, secret, access_grant, tenant,
        authorization_url, token_url, device_url, scopes, created_at
    FROM oauth_app
"""


@from_row
def _app(row: sqlite3.Row) -> RegisteredApp:
    scheme, _, name = (row["secret"] or "").partition(":")
    return RegisteredApp(
        name=row["name"],
        issuer=row["issuer"],
        client_id=row["client_id"],
        secret=SecretRef(SecretScheme(scheme), name) if scheme else None,
        grant=AppGrant(row["access_grant"]),
        created_at=from_text(row["created_at"]),
        tenant=row["tenant"],
        scopes=from_list(row["scopes"]),
        authorization_url=row["authorization_url"],
        token_url=row["token_url"],
        device_url=row["device_url"],
    )
