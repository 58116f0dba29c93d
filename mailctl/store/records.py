"""Queries: what else mail can be about, by type and number."""

import json
import sqlite3
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime

from mailctl.domain.records import Record, RecordId, number_key
from mailctl.store.columns import from_list, from_text, to_list, to_text
from mailctl.store.connection import Reading, Writing
from mailctl.store.failures import from_row

_BATCH = 500
_SELECT = """
    SELECT
        record.id, record_type.name AS type, label, label_key, title, record.fields, owner,
        source, tags, record.created_at, record.changed_at
    FROM record JOIN record_type ON record_type.number = type_number
"""


def add(tx: Writing, record: Record, *, at: datetime) -> None:
    """Store a record; its id and its number must be new, its type there."""
    tx.execute(
        """
        INSERT INTO record (
            id, type_number, label, label_key, title, fields, words, owner, source, tags,
            created_at, changed_at
        ) VALUES (
            ?, (SELECT number FROM record_type WHERE name = ?), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?
        )
        """,
        (record.id, record.type, *_values(record), to_text(at), to_text(at)),
    )


def update(tx: Writing, record: Record, *, at: datetime) -> None:
    """Store a record anew that is there under its id; its type stays."""
    tx.execute(
        """
        UPDATE record SET
            label = ?, label_key = ?, title = ?, fields = ?, words = ?, owner = ?, source = ?,
            tags = ?, changed_at = ?
        WHERE id = ?
        """,
        (*_values(record), to_text(at), record.id),
    )


def remove(tx: Writing, record: RecordId) -> None:
    """Forget a record."""
    tx.execute("DELETE FROM record WHERE id = ?", (record,))


def by_ids(tx: Reading, ids: Collection[str]) -> dict[str, Record]:
    """Return the records of these ids, as far as there are any."""
    where = "WHERE record.id IN (SELECT value FROM json_each(?))"
    rows = _rows(tx, where, (json.dumps(list(ids)),))
    return {record.id: record for record in map(_record, rows)}


def by_numbers(tx: Reading, kind: str, numbers: Collection[str]) -> Mapping[str, Record]:
    """Return the records of a type that have these numbers, by the number as it was asked."""
    keys = {number: number_key(number) for number in numbers}
    where = "WHERE record_type.name = ? AND label_key IN (SELECT value FROM json_each(?))"
    rows = _rows(tx, where, (kind, json.dumps(list(keys.values()))))
    found = {row["label_key"]: _record(row) for row in rows}
    return {number: found[key] for number, key in keys.items() if key in found}


def all_(
    tx: Reading,
    *,
    words: str | None = None,
    kind: str | None = None,
    owner: str | None = None,
    tag: str | None = None,
) -> Iterator[Record]:
    """Yield records by type and number, in bounded memory.

    `words` stand in a number, a title or a value.
    """
    # type by type: an index then gives each page, however many there are
    for row in tx.execute(
        """
        SELECT number FROM record_type WHERE :kind IS NULL OR name = :kind ORDER BY name
        """,
        {"kind": kind},
    ).fetchall():
        asked = {"words": words and words.casefold(), "owner": owner, "tag": tag}
        yield from _of_type(tx, row["number"], asked)


def having(tx: Reading, kind: str, fields: Sequence[str]) -> int:
    """Return how many records of a type have a value in one of these fields."""
    number: int = tx.execute(
        """
        SELECT count(*) FROM record JOIN record_type ON record_type.number = type_number
        WHERE record_type.name = ? AND EXISTS (
            SELECT 1 FROM json_each(record.fields)
            WHERE key IN (SELECT value FROM json_each(?))
        )
        """,
        (kind, json.dumps(list(fields))),
    ).fetchone()[0]
    return number


def _of_type(tx: Reading, kind: int, asked: Mapping[str, str | None]) -> Iterator[Record]:
    last = ""
    while True:
        rows = _rows(
            tx,
            """
            WHERE type_number = :kind AND label_key > :last
                AND (:owner IS NULL OR owner = :owner)
                AND (:tag IS NULL OR :tag IN (SELECT value FROM json_each(tags)))
                AND (:words IS NULL OR instr(words, :words))
            ORDER BY label_key LIMIT :limit
            """,
            {**asked, "kind": kind, "last": last, "limit": _BATCH},
        )
        yield from map(_record, rows)
        if len(rows) < _BATCH:
            return
        last = rows[-1]["label_key"]


def _rows(
    tx: Reading, where: str, values: Sequence[object] | Mapping[str, object]
) -> list[sqlite3.Row]:
    return tx.execute(_SELECT + where, values).fetchall()


def _values(record: Record) -> tuple[object, ...]:
    words = "\n".join((record.number, record.title, *record.fields.values()))
    return (
        record.number,
        record.key,
        record.title,
        json.dumps(dict(record.fields), ensure_ascii=False),
        words.casefold(),
        record.owner,
        record.source,
        to_list(record.tags),
    )


@from_row
def _record(row: sqlite3.Row) -> Record:
    return Record(
        id=RecordId(row["id"]),
        type=row["type"],
        number=row["label"],
        title=row["title"],
        fields=json.loads(row["fields"]),
        owner=row["owner"],
        source=row["source"],
        tags=from_list(row["tags"]),
        created_at=from_text(row["created_at"]),
        changed_at=from_text(row["changed_at"]),
    )
