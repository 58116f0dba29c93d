"""Queries: the rules by which mail is linked to records."""

import json
import sqlite3
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from mailctl.domain.link_rules import LinkRule, LinkRuleId, Place
from mailctl.store.columns import from_list, from_text, to_list, to_text
from mailctl.store.connection import Reading, Writing
from mailctl.store.failures import from_row


def add(tx: Writing, rule: LinkRule, *, at: datetime) -> None:
    """Store a new rule; it has yet to look for itself in the mail that is there."""
    tx.execute(
        """
        INSERT INTO link_rule (
            id, name, name_key, position, pattern, places, type_number, compared, creates,
            is_enabled, scanned_to, created_at, changed_at
        ) VALUES (
            ?, ?, ?, ?, ?, ?, (SELECT number FROM record_type WHERE name = ?), ?, ?, ?, 0, ?, ?
        )
        """,
        (rule.id, *_values(rule), to_text(at), to_text(at)),
    )


def update(tx: Writing, rule: LinkRule, *, at: datetime) -> None:
    """Store a rule anew; what it made is looked at again, and it looks for itself again."""
    _queue(tx, rule.id)
    tx.execute(
        """
        UPDATE link_rule SET
            name = ?, name_key = ?, position = ?, pattern = ?, places = ?,
            type_number = (SELECT number FROM record_type WHERE name = ?), compared = ?,
            creates = ?, is_enabled = ?, scanned_to = 0, changed_at = ?
        WHERE id = ?
        """,
        (*_values(rule), to_text(at), rule.id),
    )
    _queue(tx, rule.id)


def remove(tx: Writing, rule: LinkRuleId) -> None:
    """Forget a rule, and have what it linked linked anew without it."""
    _queue(tx, rule)
    tx.execute("DELETE FROM link_rule WHERE id = ?", (rule,))


def all_(tx: Reading) -> list[LinkRule]:
    """Return the rules in their order."""
    return [
        _rule(row)
        for row in tx.execute(
            """
            SELECT link_rule.*, record_type.name AS type, (
                SELECT count(*) FROM link WHERE rule_number = link_rule.number
            ) AS hits
            FROM link_rule JOIN record_type ON record_type.number = type_number
            ORDER BY position, link_rule.number
            """
        )
    ]


def numbers(tx: Reading) -> Mapping[str, tuple[int, int]]:
    """Return for each rule, by id, its row and that of its type."""
    rows = tx.execute("SELECT id, number, type_number FROM link_rule")
    return {row["id"]: (row["number"], row["type_number"]) for row in rows}


def behind(tx: Reading) -> Mapping[str, int]:
    """Return the rules that have not looked at all linked mail yet, and up to where they did."""
    rows = tx.execute(
        """
        SELECT id, scanned_to FROM link_rule, link_state WHERE is_enabled AND scanned_to < linked_to
        """
    )
    return {row["id"]: row["scanned_to"] for row in rows}


def scanned(tx: Writing, rules: Collection[str], *, to: int) -> None:
    """Note up to which message rules have looked for themselves."""
    tx.executemany(
        "UPDATE link_rule SET scanned_to = ? WHERE id = ?", [(to, each) for each in rules]
    )


def between(tx: Reading, after: int, *, limit: int) -> list[int]:
    """Return linked messages behind one, in their order."""
    rows = tx.execute(
        """
        SELECT number FROM message
        WHERE number > ? AND number <= (SELECT linked_to FROM link_state)
        ORDER BY number LIMIT ?
        """,
        (after, limit),
    )
    return [row[0] for row in rows]


def subjects(tx: Reading, numbers: Collection[int]) -> dict[int, str]:
    """Return the subjects of messages."""
    rows = tx.execute(
        "SELECT number, subject FROM message WHERE number IN (SELECT value FROM json_each(?))",
        (json.dumps(list(numbers)),),
    )
    return {row[0]: row[1] for row in rows}


def indexed_bodies(tx: Reading, numbers: Collection[int]) -> dict[int, str]:
    """Return the texts of messages as the index has them: folded, except where all is ASCII."""
    rows = tx.execute(
        "SELECT rowid, body FROM message_text WHERE rowid IN (SELECT value FROM json_each(?))",
        (json.dumps(list(numbers)),),
    )
    return {row[0]: row[1] for row in rows}


def records_by_number(tx: Reading, kind: int, keys: Collection[str]) -> dict[str, list[int]]:
    """Return the record of a type (a row) that has each of these numbers."""
    rows = tx.execute(
        """
        SELECT label_key, number FROM record
        WHERE type_number = ? AND label_key IN (SELECT value FROM json_each(?))
        """,
        (kind, json.dumps(list(keys))),
    )
    return {row[0]: [row[1]] for row in rows}


def records_by_words(tx: Reading, kind: int, key: str) -> list[tuple[int, str, Mapping[str, str]]]:
    """Return (row, title, fields) of the records of a type that have this text somewhere."""
    rows = tx.execute(
        "SELECT number, title, fields FROM record WHERE type_number = ? AND instr(words, ?)",
        (kind, key),
    )
    return [(row[0], row[1], json.loads(row[2])) for row in rows]


def labels(tx: Reading, records: Collection[int]) -> list[str]:
    """Return the numbers of records, by row."""
    rows = tx.execute(
        "SELECT label FROM record WHERE number IN (SELECT value FROM json_each(?)) ORDER BY number",
        (json.dumps(list(records)),),
    )
    return [row[0] for row in rows]


def put_missed(
    tx: Writing, messages: Collection[int], missed: Iterable[tuple[int, str, int]]
) -> None:
    """Keep (rule, value, message) of what was found in these messages and no record has."""
    tx.execute(
        "DELETE FROM missed_mention WHERE message_number IN (SELECT value FROM json_each(?))",
        (json.dumps(list(messages)),),
    )
    tx.executemany(
        """
        INSERT OR IGNORE INTO missed_mention (rule_number, value_key, message_number)
        VALUES (?, ?, ?)
        """,
        missed,
    )


def _queue(tx: Writing, rule: LinkRuleId) -> None:
    """Have all mail linked anew that has a link by any rule to the type of this one.

    What one rule found others did not look for.
    """
    tx.execute(
        """
        INSERT OR IGNORE INTO link_pending (message_number)
        SELECT message_number
        FROM link_rule AS changed
        JOIN link_rule AS other ON other.type_number = changed.type_number
        JOIN link ON link.rule_number = other.number
        WHERE changed.id = ?
        """,
        (rule,),
    )


def _values(rule: LinkRule) -> Sequence[object]:
    return (
        rule.name,
        rule.name.casefold(),
        rule.position,
        rule.pattern,
        to_list(rule.places),
        rule.type,
        rule.compared,
        rule.creates,
        rule.is_enabled,
    )


@from_row
def _rule(row: sqlite3.Row) -> LinkRule:
    return LinkRule(
        id=LinkRuleId(row["id"]),
        name=row["name"],
        position=row["position"],
        pattern=row["pattern"],
        places=tuple(Place(each) for each in from_list(row["places"])),
        type=row["type"],
        compared=row["compared"],
        creates=bool(row["creates"]),
        is_enabled=bool(row["is_enabled"]),
        hits=row["hits"],
        created_at=from_text(row["created_at"]),
        changed_at=from_text(row["changed_at"]),
    )
