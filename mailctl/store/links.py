"""Queries: which message is about what, and what people said of it."""

import json
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from mailctl.domain.ids import MessageId, MessageNumber
from mailctl.domain.links import Link, LinkedObject, ObjectNoun, Step
from mailctl.store.columns import from_text, to_text
from mailctl.store.connection import Reading, Writing
from mailctl.store.failures import from_row

_BATCH = 500


class LinkRow(NamedTuple):
    """A link by rows. `field` is what a message has one value of: a noun, or a type of records."""

    noun: ObjectNoun
    object: int
    field: str
    step: Step
    rule: int | None
    is_candidate: bool
    place: str
    evidence: str


class Said(NamedTuple):
    """What a person said of one message and one thing."""

    noun: ObjectNoun
    object: int
    field: str
    is_linked: bool


def rows_of(
    tx: Reading, numbers: Collection[int], *, only_own: bool = False
) -> dict[int, dict[LinkRow, int]]:
    """Return the links of messages, each with its row; `only_own`: none of the conversation's."""
    found: dict[int, dict[LinkRow, int]] = {}
    for row in tx.execute(
        f"""
        SELECT link.number, message_number, contact_number, company_number, record_number,
            record.type_number, step, rule_number, is_candidate, place, evidence
        FROM link LEFT JOIN record ON record.number = record_number
        WHERE message_number IN (SELECT value FROM json_each(?))
            {"AND step <> 'thread'" if only_own else ""}
        ORDER BY link.number
        """,  # noqa: S608 (words of ours)
        (json.dumps(list(numbers)),),
    ):
        noun, number = _object(row)
        link = LinkRow(
            noun=noun,
            object=number,
            field=field_of(noun, row["type_number"]),
            step=Step(row["step"]),
            rule=row["rule_number"],
            is_candidate=bool(row["is_candidate"]),
            place=row["place"],
            evidence=row["evidence"],
        )
        found.setdefault(row["message_number"], {})[link] = row["number"]
    return found


def is_empty(tx: Reading) -> bool:
    """Whether there is no link at all."""
    return tx.execute("SELECT 1 FROM link LIMIT 1").fetchone() is None


def field_of(noun: ObjectNoun, type_number: int | None) -> str:
    """Return the name of the field that a link fills."""
    return str(noun) if type_number is None else f"{noun}:{type_number}"


def put(tx: Writing, links: Iterable[tuple[int, LinkRow]], *, at: datetime) -> None:
    """Store links of messages."""
    made_at = to_text(at)
    tx.executemany(
        """
        INSERT INTO link (
            message_number, contact_number, company_number, record_number, step, rule_number,
            is_candidate, place, evidence, made_at
        ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
        [
            (
                message,
                *(each.object if each.noun is noun else None for noun in ObjectNoun),
                each.step,
                each.rule,
                each.is_candidate,
                each.place,
                each.evidence,
                made_at,
            )
            for message, each in links
        ],
    )


def remove(tx: Writing, rows: Collection[int]) -> None:
    """Forget links by their rows."""
    tx.executemany("DELETE FROM link WHERE number = ?", [(each,) for each in rows])


def said_of(tx: Reading, numbers: Collection[int]) -> dict[int, list[Said]]:
    """Return what people said of messages; of who was united they said it of who was kept."""
    found: dict[int, list[Said]] = {}
    for row in tx.execute(
        """
        SELECT message_number, noun, is_linked, record.type_number,
            coalesce(
                contact.number, contact_alias.contact_number,
                company.number, company_alias.company_number, record.number
            ) AS object
        FROM hand_link
        LEFT JOIN contact ON noun = 'contact' AND contact.id = object_id
        LEFT JOIN contact_alias ON noun = 'contact' AND contact_alias.id = object_id
        LEFT JOIN company ON noun = 'company' AND company.id = object_id
        LEFT JOIN company_alias ON noun = 'company' AND company_alias.id = object_id
        LEFT JOIN record ON noun = 'record' AND record.id = object_id
        WHERE message_number IN (SELECT value FROM json_each(?))
        ORDER BY message_number, said_at, object_id
        """,
        (json.dumps(list(numbers)),),
    ):
        if row["object"] is None:
            continue
        noun = ObjectNoun(row["noun"])
        found.setdefault(row["message_number"], []).append(
            Said(noun, row["object"], field_of(noun, row["type_number"]), bool(row["is_linked"]))
        )
    return found


def say(
    tx: Writing,
    messages: Collection[int],
    noun: ObjectNoun,
    object_id: str,
    *,
    is_linked: bool,
    at: datetime,
) -> None:
    """Keep what a person says of messages and one thing, instead of what was said before."""
    tx.executemany(
        """
        INSERT OR REPLACE INTO hand_link (message_number, noun, object_id, is_linked, said_at)
        VALUES (?, ?, ?, ?, ?)
        """,
        [(each, noun, object_id, is_linked, to_text(at)) for each in messages],
    )


def unsay(tx: Writing, object_ids: Collection[str]) -> None:
    """Forget what was said of things that are removed."""
    tx.execute(
        "DELETE FROM hand_link WHERE object_id IN (SELECT value FROM json_each(?))",
        (json.dumps(list(object_ids)),),
    )


def mail_of(tx: Reading, noun: ObjectNoun, object_id: str) -> tuple[int, int]:
    """Return how many messages are linked to a thing, and how many of them by hand."""
    row = tx.execute(
        f"""
        SELECT count(DISTINCT message_number), count(DISTINCT iif(step = 'manual',
            message_number, NULL))
        FROM link JOIN {noun} ON {noun}.number = {noun}_number
        WHERE {noun}.id = ? AND NOT is_candidate
        """,  # noqa: S608 (a name of ours)
        (object_id,),
    ).fetchone()
    return row[0], row[1]


_SELECT = """
    SELECT link.number, message_number, message.id AS message_id, contact_number, company_number,
        record_number, record_type.name AS type, link.step, link_rule.name AS rule, is_candidate,
        place, evidence, made_at,
        coalesce(contact.id, company.id, record.id) AS object_id,
        coalesce(contact.name, company.name, record.label) AS object_name
    FROM link
    JOIN message ON message.number = message_number
    LEFT JOIN contact ON contact.number = contact_number
    LEFT JOIN company ON company.number = company_number
    LEFT JOIN record ON record.number = record_number
    LEFT JOIN record_type ON record_type.number = record.type_number
    LEFT JOIN link_rule ON link_rule.number = rule_number
"""


def of_messages(tx: Reading, ids: Sequence[MessageId]) -> Mapping[MessageId, list[Link]]:
    """Return the links of messages, without candidates that are settled."""
    found: dict[MessageId, list[Link]] = {}
    for row in tx.execute(
        f"{_SELECT} WHERE message.id IN (SELECT value FROM json_each(?)) ORDER BY link.number",  # noqa: S608
        (json.dumps(list(ids)),),
    ):
        found.setdefault(MessageId(row["message_id"]), []).append(_link(row))
    return {message: unsettled(links) for message, links in found.items()}


def unsettled(links: Sequence[Link]) -> list[Link]:
    """Return links without those candidates among whom the conversation or a person chose."""
    linked = {each.object.id for each in links if not each.is_candidate}
    chosen = {
        each.object.noun
        for each in links
        if not each.is_candidate and each.step in {Step.THREAD, Step.MANUAL}
    }
    return [
        each
        for each in links
        if not each.is_candidate or not (each.object.id in linked or each.object.noun in chosen)
    ]


def all_(
    tx: Reading,
    *,
    noun: ObjectNoun | None = None,
    object_id: str | None = None,
    rule: str | None = None,
    step: Step | None = None,
    candidates: bool | None = None,
) -> Iterator[Link]:
    """Yield links, those of the newest message first, in bounded memory."""
    wanted = {
        "object": object_id,
        "rule": rule,
        "step": step,
        "candidates": candidates,
        "limit": _BATCH,
    }
    where = f"{noun}.id = :object" if object_id is not None else "TRUE"
    if noun is not None and object_id is None:
        where = f"{noun}_number IS NOT NULL"
    place: tuple[str, int, int] = ("9", 0, 0)
    while True:
        rows = tx.execute(
            f"""
            {_SELECT}
            WHERE {where} AND (:rule IS NULL OR link_rule.id = :rule)
                AND (:step IS NULL OR step = :step)
                AND (:candidates IS NULL OR is_candidate = :candidates)
                AND (message.date, -message.number, -link.number) < (:date, :message, :link)
            ORDER BY message.date DESC, message.number, link.number LIMIT :limit
            """,
            {**wanted, "date": place[0], "message": place[1], "link": place[2]},
        ).fetchall()
        yield from map(_link, rows)
        if len(rows) < _BATCH:
            return
        last = rows[-1]
        date = tx.execute(
            "SELECT date FROM message WHERE number = ?", (last["message_number"],)
        ).fetchone()[0]
        place = (date, -last["message_number"], -last["number"])


def objects(tx: Reading, noun: ObjectNoun, numbers: Collection[int]) -> dict[int, LinkedObject]:
    """Return what people know of things, by row."""
    kind = "NULL AS type, name"
    if noun is ObjectNoun.RECORD:
        kind = "(SELECT name FROM record_type WHERE number = type_number) AS type, label AS name"
    rows = tx.execute(
        f"""
        SELECT number, id, {kind} FROM {noun} WHERE number IN (SELECT value FROM json_each(?))
        """,  # noqa: S608 (names of ours)
        (json.dumps(list(numbers)),),
    )
    return {
        row["number"]: LinkedObject(noun, row["id"], row["name"], row["type"] or "") for row in rows
    }


def places_of(tx: Reading, ids: Sequence[MessageId]) -> list[MessageNumber]:
    """Return the rows of the messages of these ids, in this order."""
    rows = tx.execute(
        "SELECT id, number FROM message WHERE id IN (SELECT value FROM json_each(?))",
        (json.dumps(list(ids)),),
    )
    found = {row["id"]: MessageNumber(row["number"]) for row in rows}
    return [found[each] for each in ids if each in found]


def _object(row: sqlite3.Row) -> tuple[ObjectNoun, int]:
    for noun in ObjectNoun:
        number = row[f"{noun}_number"]
        if number is not None:
            return noun, number
    raise ValueError("a link to nothing")


@from_row
def _link(row: sqlite3.Row) -> Link:
    noun, _ = _object(row)
    return Link(
        message=MessageId(row["message_id"]),
        object=LinkedObject(noun, row["object_id"], row["object_name"], row["type"] or ""),
        step=Step(row["step"]),
        rule=row["rule"],
        place=row["place"],
        evidence=row["evidence"],
        is_candidate=bool(row["is_candidate"]),
        made_at=from_text(row["made_at"]),
    )
