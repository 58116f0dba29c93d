"""Queries: names alone, as they are offered while somebody types.

They go by columns that every version of the schema has, for nothing is migrated meanwhile.
"""

from mailctl.store.connection import Reading


def addresses(tx: Reading) -> list[str]:
    """Return the addresses of the accounts."""
    rows = tx.execute("SELECT address FROM account WHERE provider <> '-' ORDER BY address")
    return [row["address"] for row in rows]


def providers(tx: Reading) -> list[str]:
    """Return the names of the providers that are no presets."""
    return [row["name"] for row in tx.execute("SELECT name FROM provider ORDER BY name")]
