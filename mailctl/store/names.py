"""Queries: names alone, as they are offered while somebody types.

They go by what every version of the schema that has such things calls them, for nothing is
migrated meanwhile.
"""

from mailctl.store.connection import Reading


def addresses(tx: Reading) -> list[str]:
    """Return the addresses of the accounts."""
    rows = tx.execute("SELECT address FROM account WHERE provider <> '-' ORDER BY address")
    return [row["address"] for row in rows]


def folders(tx: Reading, account: str | None) -> list[str]:
    """Return the folders of an account, named by address or id, or those of all accounts."""
    rows = tx.execute(
        """
        SELECT DISTINCT path FROM folder JOIN account ON account.id = account_id
        WHERE :account IS NULL OR :account IN (account.id, address) ORDER BY path
        """,
        {"account": account},
    )
    return [row["path"] for row in rows]


def providers(tx: Reading) -> list[str]:
    """Return the names of the providers that are no presets."""
    return _names(tx, "provider")


def oauth_apps(tx: Reading) -> list[str]:
    """Return the names of the OAuth apps."""
    return _names(tx, "oauth_app")


def record_types(tx: Reading) -> list[str]:
    """Return the names of the types of records."""
    return _names(tx, "record_type")


def link_rules(tx: Reading) -> list[str]:
    """Return the names of the rules that link."""
    return _names(tx, "link_rule")


def _names(tx: Reading, table: str) -> list[str]:
    if not tx.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (table,)).fetchone():
        return []
    rows = tx.execute(f"SELECT name FROM {table} ORDER BY name")  # noqa: S608 (a name of ours)
    return [row["name"] for row in rows]
