"""Queries: the types of records that their user defined."""

import sqlite3
from datetime import datetime

from mailctl.domain.records import RecordType
from mailctl.store.columns import from_list, from_text, to_list, to_text
from mailctl.store.connection import Reading, Writing
from mailctl.store.failures import from_row

_SELECT = """
    SELECT
        name, mask, fields, created_at, changed_at,
        (SELECT count(*) FROM record WHERE type_number = record_type.number) AS records
    FROM record_type
"""


def add(tx: Writing, kind: RecordType, *, at: datetime) -> None:
    """Store a type; its name must be new."""
    tx.execute(
        """
        INSERT INTO record_type (name, mask, fields, created_at, changed_at)
        VALUES (?, ?, ?, ?, ?)
        """,
        (kind.name, kind.mask, to_list(kind.fields), to_text(at), to_text(at)),
    )


def update(tx: Writing, name: str, kind: RecordType, *, at: datetime) -> None:
    """Store anew the type of that name, which may be called otherwise from now on."""
    tx.execute(
        "UPDATE record_type SET name = ?, mask = ?, fields = ?, changed_at = ? WHERE name = ?",
        (kind.name, kind.mask, to_list(kind.fields), to_text(at), name),
    )


def remove(tx: Writing, name: str) -> None:
    """Forget a type and its records."""
    tx.execute(
        "DELETE FROM record WHERE type_number IN (SELECT number FROM record_type WHERE name = ?)",
        (name,),
    )
    tx.execute("DELETE FROM record_type WHERE name = ?", (name,))


def by_name(tx: Reading, name: str) -> RecordType | None:
    """Return the type of that name."""
    row = tx.execute(_SELECT + "WHERE name = ?", (name,)).fetchone()
    return None if row is None else _type(row)


def all_(tx: Reading) -> list[RecordType]:
    """Return every type, by name."""
    return [_type(row) for row in tx.execute(_SELECT + "ORDER BY name")]


@from_row
def _type(row: sqlite3.Row) -> RecordType:
    return RecordType(
        name=row["name"],
        mask=row["mask"],
        fields=from_list(row["fields"]),
        records=row["records"],
        created_at=from_text(row["created_at"]),
        changed_at=from_text(row["changed_at"]),
    )
