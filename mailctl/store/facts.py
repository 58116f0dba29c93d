"""Queries: what signatures state, what became of it, and how far mail has been read."""

import json
import sqlite3
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from mailctl.domain.addresses import Person
from mailctl.domain.facts import FactField
from mailctl.domain.ids import MessageId, MessageNumber
from mailctl.domain.proposals import EnrichPolicy, FactId, FactState, FieldPolicy, StoredFact
from mailctl.store.columns import from_list, from_text, from_text_or_none, to_list, to_text
from mailctl.store.connection import Reading, Writing
from mailctl.store.failures import from_row

READER_VERSION = 1
"""To be raised when signatures are read in a better way: all mail is read again then."""
_BATCH = 500


class Unread(NamedTuple):
    """A message whose signature has not been read."""

    number: MessageNumber
    id: MessageId
    date: str
    sender: str | None


def put(tx: Writing, facts: Sequence[StoredFact]) -> int:
    """Store facts, and of those that are known what the newest message says; return the new ones.

    What was decided stays decided.
    """
    before = _count(tx)
    tx.executemany(
        """
        INSERT INTO fact (
            id, mailbox, address, sender_name, field, value, value_key, type, ext, confidence,
            message_id, stated_at, line, line_number, evidence, state
        ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'open')
        ON CONFLICT (mailbox, field, value_key) DO UPDATE SET
            address = excluded.address, sender_name = excluded.sender_name,
            value = excluded.value, type = excluded.type, ext = excluded.ext,
            confidence = excluded.confidence, message_id = excluded.message_id,
            stated_at = excluded.stated_at, line = excluded.line,
            line_number = excluded.line_number, evidence = excluded.evidence
        WHERE (excluded.stated_at, excluded.message_id) > (stated_at, message_id)
        """,
        [
            (
                *(each.id, each.mailbox, each.sender.address, each.sender.name, each.field),
                *(each.value, each.key, each.type, each.ext, each.confidence, each.message),
                *(to_text(each.stated_at), each.line, each.line_number, to_list(each.evidence)),
            )
            for each in facts
        ],
    )
    return _count(tx) - before


def decide(tx: Writing, fact: StoredFact, *, at: datetime) -> None:
    """Store what became of a fact."""
    tx.execute(
        """
        UPDATE fact SET state = ?, decided_at = ?, contact_id = ?, applied = ? WHERE id = ?
        """,
        (
            fact.state,
            to_text(at),
            fact.contact,
            None if fact.applied is None else json.dumps(dict(fact.applied)),
            fact.id,
        ),
    )


def all_(
    tx: Reading, *, state: FactState | None, mailboxes: Collection[str] | None = None
) -> Iterator[StoredFact]:
    """Yield facts, the newest statement first, in bounded memory."""
    place = ("~", "")
    while True:
        rows = tx.execute(
            """
            SELECT * FROM fact
            WHERE (:state IS NULL OR state = :state) AND (stated_at, id) < (:date, :id)
                AND (:some IS NULL OR mailbox IN (SELECT value FROM json_each(:some)))
            ORDER BY stated_at DESC, id DESC LIMIT :limit
            """,
            {
                "state": state,
                "some": None if mailboxes is None else json.dumps(list(mailboxes)),
                "date": place[0],
                "id": place[1],
                "limit": _BATCH,
            },
        ).fetchall()
        yield from map(_fact, rows)
        if len(rows) < _BATCH:
            return
        place = (rows[-1]["stated_at"], rows[-1]["id"])


def by_ids(tx: Reading, ids: Collection[str]) -> dict[str, StoredFact]:
    """Return the facts of these ids, as far as there are any."""
    rows = tx.execute(
        "SELECT * FROM fact WHERE id IN (SELECT value FROM json_each(?))", (json.dumps(list(ids)),)
    )
    return {row["id"]: _fact(row) for row in rows}


def of_mailboxes(tx: Reading, mailboxes: Collection[str]) -> Mapping[str, list[StoredFact]]:
    """Return all that is stated of mailboxes, whatever became of it."""
    found: dict[str, list[StoredFact]] = {}
    for fact in all_(tx, state=None, mailboxes=mailboxes):
        found.setdefault(fact.mailbox, []).append(fact)
    return found


def policies(tx: Reading) -> dict[FactField, FieldPolicy]:
    """Return the policy of every field."""
    chosen = {each.field: each for each in chosen_policies(tx)}
    return {each: chosen.get(each, FieldPolicy(each)) for each in FactField}


def chosen_policies(tx: Reading) -> list[FieldPolicy]:
    """Return the policies that a person chose, by field."""
    rows = tx.execute("SELECT field, policy, threshold FROM enrich_policy ORDER BY field")
    return [
        FieldPolicy(FactField(row["field"]), EnrichPolicy(row["policy"]), row["threshold"])
        for row in rows
    ]


def put_policy(tx: Writing, policy: FieldPolicy) -> None:
    """Store the policy of a field."""
    tx.execute(
        "INSERT OR REPLACE INTO enrich_policy (field, policy, threshold) VALUES (?, ?, ?)",
        (policy.field, policy.policy, policy.threshold),
    )


def forget_policy(tx: Writing, field: FactField) -> None:
    """Let what holds by default hold for a field."""
    tx.execute("DELETE FROM enrich_policy WHERE field = ?", (field,))


def count_unread(tx: Reading) -> int:
    """Return how many messages have not been read for their signatures."""
    number: int = tx.execute(
        """
        SELECT (SELECT count(*) FROM message WHERE number > max(high, read_to))
            + (SELECT count(*) FROM message WHERE number > read_to AND number < low)
        FROM enrich_state
        """
    ).fetchone()[0]
    return number


def begin(tx: Writing) -> None:
    """Take up what came since the last run; the rest of that is read after it."""
    row = tx.execute(
        """
        SELECT read_to, low, high, reader_version,
            (SELECT coalesce(max(number), 0) FROM message) AS last
        FROM enrich_state
        """
    ).fetchone()
    if row["reader_version"] != READER_VERSION:
        _go(tx, read_to=0, low=row["last"] + 1, high=row["last"])
    elif row["last"] > max(row["high"], row["read_to"]):
        # what an earlier run left unread below is read again from the top: it is known then
        _go(tx, read_to=row["read_to"], low=row["last"] + 1, high=row["last"])


def unread(tx: Reading, *, limit: int) -> list[Unread]:
    """Return messages that have not been read in this round, the newest first."""
    rows = tx.execute(
        """
        SELECT number, id, date, from_address FROM message, enrich_state
        WHERE number < low AND number > read_to ORDER BY number DESC LIMIT ?
        """,
        (limit,),
    )
    return [Unread(MessageNumber(row[0]), MessageId(row[1]), row[2], row[3]) for row in rows]


def news(tx: Reading, *, limit: int) -> list[Unread]:
    """Return messages that came since the last run, the newest first."""
    rows = tx.execute(
        """
        SELECT number, id, date, from_address FROM message, enrich_state
        WHERE number > max(high, read_to) ORDER BY number DESC LIMIT ?
        """,
        (limit,),
    )
    return [Unread(MessageNumber(row[0]), MessageId(row[1]), row[2], row[3]) for row in rows]


def read_news(tx: Writing, first: int, last: int) -> None:
    """Note that the messages from one to another, the newest that was there, have been read.

    What an earlier run left behind below stays to be read.
    """
    tx.execute(
        """
        UPDATE enrich_state SET
            low = iif(
                (SELECT max(number) FROM message WHERE number < :first) <= max(high, read_to),
                min(low, :first), :first
            ),
            high = :last
        """,
        {"first": first, "last": last},
    )
    tx.execute(
        """
        UPDATE enrich_state SET read_to = high, low = high + 1
        WHERE NOT EXISTS (SELECT 1 FROM message WHERE number > read_to AND number < low)
        """
    )


def read_down_to(tx: Writing, number: int) -> None:
    """Note that every message from there up has been read."""
    tx.execute("UPDATE enrich_state SET low = ?", (number,))


def read_all(tx: Writing) -> None:
    """Note that the round is complete."""
    tx.execute("UPDATE enrich_state SET read_to = high, low = high + 1")


def _go(tx: Writing, *, read_to: int, low: int, high: int) -> None:
    tx.execute(
        "UPDATE enrich_state SET read_to = ?, low = ?, high = ?, reader_version = ?",
        (read_to, low, high, READER_VERSION),
    )


def _count(tx: Reading) -> int:
    number: int = tx.execute("SELECT count(*) FROM fact").fetchone()[0]
    return number


@from_row
def _fact(row: sqlite3.Row) -> StoredFact:
    return StoredFact(
        id=FactId(row["id"]),
        mailbox=row["mailbox"],
        sender=Person(row["sender_name"], row["address"]),
        field=FactField(row["field"]),
        value=row["value"],
        key=row["value_key"],
        type=row["type"],
        ext=row["ext"],
        confidence=row["confidence"],
        message=MessageId(row["message_id"]),
        stated_at=from_text(row["stated_at"]),
        line=row["line"],
        line_number=row["line_number"],
        evidence=from_list(row["evidence"]),
        state=FactState(row["state"]),
        decided_at=from_text_or_none(row["decided_at"]),
        contact=row["contact_id"],
        applied=None if row["applied"] is None else json.loads(row["applied"]),
    )
