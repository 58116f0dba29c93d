"""Queries: who was united with whom, and where the ids that were given up lead."""

import json
import sqlite3
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any, TypeVar

from mailctl.domain.contacts import (
    CommunicationOption,
    Company,
    CompanyId,
    Contact,
    ContactId,
    OptionKind,
)
from mailctl.domain.merging import Gone, Merging, MergingId, Noun
from mailctl.store.columns import from_text, from_text_or_none, to_text
from mailctl.store.connection import Reading, Writing
from mailctl.store.failures import from_row

_TABLES = {Noun.CONTACT: ("contact_alias", "contact"), Noun.COMPANY: ("company_alias", "company")}
_Thing = TypeVar("_Thing", Contact, Company)
_TIMES = ("created_at", "changed_at")


def add(tx: Writing, merging: Merging[Contact] | Merging[Company]) -> None:
    """Note who was united, and make the ids that are given up lead to who was kept."""
    tx.execute(
        """
        INSERT INTO merging (id, noun, kept_id, before, after, gone, merged_at)
        VALUES (?, ?, ?, ?, ?, ?, ?)
        """,
        (
            merging.id,
            merging.noun,
            merging.before.id,
            json.dumps(_document(merging.before)),
            json.dumps(_document(merging.after)),
            json.dumps(
                [
                    {"thing": _document(g.thing), "aliases": g.aliases, "people": g.people}
                    for g in merging.gone
                ]
            ),
            to_text(merging.merged_at),
        ),
    )
    for gone in merging.gone:
        _lead(tx, merging.noun, (gone.thing.id, *gone.aliases), to=merging.before.id)


def undo(tx: Writing, merging: Merging[Contact] | Merging[Company], *, at: datetime) -> None:
    """Note that those who went are there again, and that their ids lead to themselves."""
    tx.execute("UPDATE merging SET undone_at = ? WHERE id = ?", (to_text(at), merging.id))
    table, _ = _TABLES[merging.noun]
    for gone in merging.gone:
        tx.execute(f"DELETE FROM {table} WHERE id = ?", (gone.thing.id,))  # noqa: S608 (ours)
        _lead(tx, merging.noun, gone.aliases, to=gone.thing.id)


def forget(tx: Writing, noun: Noun, thing: str) -> None:
    """Forget every uniting that tells of one who is to be removed; it cannot be undone then."""
    ids = json.dumps([thing, *aliases(tx, noun, thing)])
    tx.execute(
        """
        DELETE FROM merging WHERE noun = :noun AND (
            kept_id IN (SELECT value FROM json_each(:ids)) OR EXISTS (
                SELECT 1 FROM json_each(gone) AS each
                WHERE json_extract(each.value, '$.thing.id') IN (SELECT value FROM json_each(:ids))
            )
        )
        """,
        {"noun": noun, "ids": ids},
    )


def aliases(tx: Reading, noun: Noun, thing: str) -> tuple[str, ...]:
    """Return the ids that lead to one."""
    table, of = _TABLES[noun]
    rows = tx.execute(
        f"""
        SELECT {table}.id FROM {table} JOIN {of} ON {of}.number = {of}_number
        WHERE {of}.id = ? ORDER BY {table}.id
        """,  # noqa: S608 (names of ours)
        (thing,),
    )
    return tuple(row["id"] for row in rows)


def leading(tx: Reading, noun: Noun, ids: Collection[str]) -> Mapping[str, str]:
    """Return where the ids among these lead that were given up."""
    table, of = _TABLES[noun]
    rows = tx.execute(
        f"""
        SELECT {table}.id AS old, {of}.id FROM {table} JOIN {of} ON {of}.number = {of}_number
        WHERE {table}.id IN (SELECT value FROM json_each(?))
        """,  # noqa: S608 (names of ours)
        (json.dumps(list(ids)),),
    )
    return {row["old"]: row["id"] for row in rows}


def by_ids(
    tx: Reading, noun: Noun, ids: Collection[str], find: Callable[[str, str], Iterable[_Thing]]
) -> dict[str, _Thing]:
    """Return what `find` does of these ids, by the id that was asked for, also one given up.

    `find` is given a condition, and its value.
    """
    led: Mapping[str, str] = leading(tx, noun, ids)
    wanted = json.dumps([*ids, *led.values()])
    found: dict[str, _Thing] = {
        each.id: each for each in find("WHERE id IN (SELECT value FROM json_each(?))", wanted)
    }
    now = {each: led.get(each, each) for each in ids}
    return {each: found[id_] for each, id_ in now.items() if id_ in found}


def contact_merging(tx: Reading, name: str) -> Merging[Contact] | None:
    """Return the uniting of that id, or the newest that a contact of that id had a part in."""
    row = _row(tx, Noun.CONTACT, name)
    return None if row is None else _contact_merging(row)


def company_merging(tx: Reading, name: str) -> Merging[Company] | None:
    """Return the uniting of that id, or the newest that a company of that id had a part in."""
    row = _row(tx, Noun.COMPANY, name)
    return None if row is None else _company_merging(row)


def _row(tx: Reading, noun: Noun, name: str) -> sqlite3.Row | None:
    row: sqlite3.Row | None = tx.execute(
        """
        SELECT id, before, after, gone, merged_at, undone_at FROM merging
        WHERE noun = :noun AND (
            id = :name OR undone_at IS NULL AND (
                kept_id = :name OR EXISTS (
                    SELECT 1 FROM json_each(gone) AS each
                    WHERE json_extract(each.value, '$.thing.id') = :name
                )
            )
        )
        ORDER BY number DESC LIMIT 1
        """,
        {"noun": noun, "name": name},
    ).fetchone()
    return row


def _lead(tx: Writing, noun: Noun, ids: Iterable[str], *, to: str) -> None:
    table, of = _TABLES[noun]
    tx.executemany(
        f"""
        INSERT INTO {table} (id, {of}_number) SELECT ?, number FROM {of} WHERE id = ?
        ON CONFLICT (id) DO UPDATE SET {of}_number = excluded.{of}_number
        """,  # noqa: S608 (names of ours)
        [(each, to) for each in ids],
    )


def _document(thing: Contact | Company) -> dict[str, Any]:
    document = asdict(thing)
    for name in _TIMES:
        document[name] = None if document[name] is None else to_text(document[name])
    return document


@from_row
def _contact_merging(row: sqlite3.Row) -> Merging[Contact]:
    return Merging(
        id=MergingId(row["id"]),
        noun=Noun.CONTACT,
        before=_contact(json.loads(row["before"])),
        after=_contact(json.loads(row["after"])),
        gone=tuple(
            Gone(_contact(each["thing"]), tuple(each["aliases"]))
            for each in json.loads(row["gone"])
        ),
        merged_at=from_text(row["merged_at"]),
        undone_at=from_text_or_none(row["undone_at"]),
    )


@from_row
def _company_merging(row: sqlite3.Row) -> Merging[Company]:
    return Merging(
        id=MergingId(row["id"]),
        noun=Noun.COMPANY,
        before=_company(json.loads(row["before"])),
        after=_company(json.loads(row["after"])),
        gone=tuple(
            Gone(
                _company(each["thing"]),
                tuple(each["aliases"]),
                tuple((contact, tuple(companies)) for contact, companies in each["people"]),
            )
            for each in json.loads(row["gone"])
        ),
        merged_at=from_text(row["merged_at"]),
        undone_at=from_text_or_none(row["undone_at"]),
    )


def _contact(document: dict[str, Any]) -> Contact:
    values = _values(document)
    companies = tuple(CompanyId(each) for each in values.pop("companies"))
    names = tuple(values.pop("company_names"))
    return Contact(
        **values | {"id": ContactId(values["id"]), "companies": companies, "company_names": names}
    )


def _company(document: dict[str, Any]) -> Company:
    values = _values(document)
    return Company(**values | {"id": CompanyId(values["id"]), "domains": tuple(values["domains"])})


def _values(document: dict[str, Any]) -> dict[str, Any]:
    options = [
        CommunicationOption(**each | {"kind": OptionKind(each["kind"])})
        for each in document["options"]
    ]
    times = {name: from_text_or_none(document[name]) for name in _TIMES}
    return document | times | {"options": tuple(options), "tags": tuple(document["tags"])}
