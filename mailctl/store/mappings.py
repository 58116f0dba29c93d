"""Queries: which provider serves which mail domain."""

import sqlite3
from collections.abc import Sequence
from datetime import datetime

from mailctl.domain.addresses import with_parents
from mailctl.domain.ids import ProviderName
from mailctl.domain.providers import DomainMapping, MappingOrigin
from mailctl.store.columns import from_text, to_text
from mailctl.store.connection import Reading, Writing
from mailctl.store.failures import from_row


def put(
    tx: Writing,
    domain: str,
    provider: ProviderName,
    *,
    origin: MappingOrigin,
    at: datetime,
    by: str | None = None,
    includes_subdomains: bool = False,
    exchangers: Sequence[str] = (),
) -> DomainMapping:
    """Map the domain, replacing what was said of it before, and return the mapping."""
    row = tx.execute(
        """
        INSERT INTO domain_mapping (
            domain, provider, origin, created_at, created_by, includes_subdomains, exchangers
        ) VALUES (?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (domain) DO UPDATE SET
            provider = excluded.provider, origin = excluded.origin,
            created_at = excluded.created_at, created_by = excluded.created_by,
            includes_subdomains = excluded.includes_subdomains,
            exchangers = excluded.exchangers
        RETURNING domain, provider, origin, created_at, created_by, includes_subdomains,
            exchangers
        """,
        (
            *(domain, provider, origin, to_text(at), by, includes_subdomains),
            " ".join(exchangers) or None,
        ),
    ).fetchone()
    return _mapping(row)


def remove(tx: Writing, domain: str) -> bool:
    """Forget what was said of the domain; return whether anything was."""
    return tx.execute("DELETE FROM domain_mapping WHERE domain = ?", (domain,)).rowcount > 0


def by_domain(tx: Reading, domain: str) -> DomainMapping | None:
    """Return the mapping of exactly this domain."""
    row = tx.execute(
        """
        SELECT domain, provider, origin, created_at, created_by, includes_subdomains,
            exchangers
        FROM domain_mapping WHERE domain = ?
        """,
        (domain,),
    ).fetchone()
    return None if row is None else _mapping(row)


def serving(tx: Reading, domain: str) -> DomainMapping | None:
    """Return the mapping that holds for the domain: its own, or a parent's that includes it."""
    held = (by_domain(tx, each) for each in with_parents(domain))
    return next((mapping for mapping in held if mapping and mapping.serves(domain)), None)


def all_(tx: Reading) -> list[DomainMapping]:
    """Return every mapping that was made here, by domain."""
    rows = tx.execute(
        """
        SELECT domain, provider, origin, created_at, created_by, includes_subdomains,
            exchangers
        FROM domain_mapping ORDER BY domain
        """
    )
    return [_mapping(row) for row in rows]


@from_row
def _mapping(row: sqlite3.Row) -> DomainMapping:
    return DomainMapping(
        domain=row["domain"],
        provider=ProviderName(row["provider"]),
        origin=MappingOrigin(row["origin"]),
        created_at=from_text(row["created_at"]),
        created_by=row["created_by"],
        includes_subdomains=bool(row["includes_subdomains"]),
        exchangers=tuple((row["exchangers"] or "").split()),
    )
