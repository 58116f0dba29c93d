"""Queries: people, their companies, and the ways in which they are reached."""

import json
import sqlite3
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime

from mailctl.domain.contacts import CommunicationOption, CompanyId, Contact, ContactId, OptionKind
from mailctl.domain.merging import Noun
from mailctl.store import communication_options, mergings
from mailctl.store.columns import from_list, from_text, to_list, to_text
from mailctl.store.connection import Reading, Writing
from mailctl.store.failures import from_row

_BATCH = 500
_SELECT = """
    SELECT number, id, name, job_title, department, owner, source, tags, created_at, changed_at
    FROM contact
"""


def add(tx: Writing, contacts: Sequence[Contact], *, at: datetime) -> None:
    """Store people; their ids must be new, their companies there.

    Who comes back, and was stored once, has times already; they stay.
    """
    for contact in contacts:
        number = tx.execute(
            """
            INSERT INTO contact (
                id, name, name_key, job_title, department, owner, source, tags, created_at,
                changed_at
            ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            RETURNING number
            """,
            (
                contact.id,
                contact.name,
                contact.name.casefold(),
                contact.job_title,
                contact.department,
                contact.owner,
                contact.source,
                to_list(contact.tags),
                to_text(contact.created_at or at),
                to_text(contact.changed_at or at),
            ),
        ).fetchone()["number"]
        _put_companies(tx, number, contact.companies)
        communication_options.put(tx, Noun.CONTACT, number, contact.options)


def update(tx: Writing, contact: Contact, *, at: datetime) -> None:
    """Store a contact anew that is there under its id."""
    number = tx.execute(
        """
        UPDATE contact SET
            name = ?, name_key = ?, job_title = ?, department = ?, owner = ?, source = ?,
            tags = ?, changed_at = ?
        WHERE id = ? RETURNING number
        """,
        (
            contact.name,
            contact.name.casefold(),
            contact.job_title,
            contact.department,
            contact.owner,
            contact.source,
            to_list(contact.tags),
            to_text(at),
            contact.id,
        ),
    ).fetchone()["number"]
    if [each for each, _ in _companies(tx, f"[{number}]").get(number, [])] != [*contact.companies]:
        tx.execute("DELETE FROM contact_company WHERE contact_number = ?", (number,))
        _put_companies(tx, number, contact.companies)
    communication_options.replace(tx, Noun.CONTACT, number, contact.options)


def remove(tx: Writing, contact: ContactId) -> None:
    """Forget a contact."""
    tx.execute("DELETE FROM contact WHERE id = ?", (contact,))


def by_ids(tx: Reading, ids: Collection[str]) -> dict[str, Contact]:
    """Return the contacts of these ids, as far as there are any, by the id that was asked for.

    An id that was given up in a merge leads to who was kept.
    """
    return mergings.by_ids(tx, Noun.CONTACT, ids, lambda where, value: _found(tx, where, (value,)))


def by_keys(
    tx: Reading, kind: OptionKind, keys: Collection[str]
) -> Mapping[str, tuple[Contact, ...]]:
    """Return who has each of these, all of them: none wins by luck."""
    rows = tx.execute(
        """
        SELECT option_key, contact.id
        FROM communication_option JOIN contact ON contact.number = contact_number
        WHERE kind = ? AND option_key IN (SELECT value FROM json_each(?))
        ORDER BY contact.number
        """,
        (kind, json.dumps(list(keys))),
    ).fetchall()
    people = by_ids(tx, {row["id"] for row in rows})
    found: dict[str, dict[str, Contact]] = {}
    for row in rows:
        found.setdefault(row["option_key"], {})[row["id"]] = people[row["id"]]
    return {key: tuple(each.values()) for key, each in found.items()}


def by_name(tx: Reading, name: str, *, limit: int) -> list[Contact]:
    """Return the contacts of that name, whatever its case."""
    return list(_found(tx, "WHERE name_key = ? ORDER BY number LIMIT ?", (name.casefold(), limit)))


_PAGE = """
    SELECT number, name_key FROM contact
    WHERE (name_key, number) > (:name, :number)
        AND (:owner IS NULL OR owner = :owner)
        AND (:tag IS NULL OR :tag IN (SELECT value FROM json_each(tags)))
        AND (
            :company IS NULL OR number IN (
                SELECT contact_number FROM contact_company
                JOIN company ON company.number = company_number
                WHERE company.id = :company
            )
        )
        AND (
            :words IS NULL OR instr(name_key, :words) OR instr(lower(job_title), :words)
            OR number IN (
                SELECT contact_number FROM communication_option
                WHERE contact_number IS NOT NULL AND instr(lower(value), :words)
            )
        )
    ORDER BY name_key, number LIMIT :limit
"""


def all_(
    tx: Reading,
    *,
    words: str | None = None,
    company: CompanyId | None = None,
    owner: str | None = None,
    tag: str | None = None,
) -> Iterator[Contact]:
    """Yield contacts by name, in bounded memory; `words` stand in a name, a title or an option."""
    place: tuple[str, int] = ("", -1)
    while True:
        rows = tx.execute(
            _PAGE,
            {
                "name": place[0],
                "number": place[1],
                "owner": owner,
                "tag": tag,
                "company": company,
                "words": None if words is None else words.casefold(),
                "limit": _BATCH,
            },
        ).fetchall()
        numbers = [row["number"] for row in rows]
        found = _found(
            tx,
            "WHERE number IN (SELECT value FROM json_each(?)) ORDER BY name_key, number",
            (json.dumps(numbers),),
        )
        yield from found
        if len(rows) < _BATCH:
            return
        place = (rows[-1]["name_key"], rows[-1]["number"])


def count(tx: Reading) -> int:
    """Return how many contacts there are."""
    number: int = tx.execute("SELECT count(*) FROM contact").fetchone()[0]
    return number


def _put_companies(tx: Writing, number: int, companies: Sequence[CompanyId]) -> None:
    tx.executemany(
        """
        INSERT INTO contact_company (contact_number, company_number, position)
        SELECT ?, number, ? FROM company WHERE id = ?
        """,
        [(number, place, company) for place, company in enumerate(companies)],
    )


def _found(tx: Reading, where: str, values: Sequence[object]) -> Iterator[Contact]:
    rows = tx.execute(_SELECT + where, values).fetchall()
    numbers = json.dumps([row["number"] for row in rows])
    options = communication_options.by_owner(tx, Noun.CONTACT, numbers)
    companies = _companies(tx, numbers)
    for row in rows:
        number = row["number"]
        yield _contact(row, options.get(number, []), companies.get(number, []))


def _companies(tx: Reading, numbers: str) -> dict[int, list[tuple[CompanyId, str]]]:
    """Return the companies of the contacts of these numbers, a JSON array, the main one first."""
    found: dict[int, list[tuple[CompanyId, str]]] = {}
    for row in tx.execute(
        """
        SELECT contact_number, company.id, company.name
        FROM contact_company JOIN company ON company.number = company_number
        WHERE contact_number IN (SELECT value FROM json_each(?)) ORDER BY contact_number, position
        """,
        (numbers,),
    ):
        found.setdefault(row["contact_number"], []).append((row["id"], row["name"]))
    return found


@from_row
def _contact(
    row: sqlite3.Row,
    options: Sequence[CommunicationOption],
    companies: Sequence[tuple[CompanyId, str]],
) -> Contact:
    return Contact(
        id=ContactId(row["id"]),
        name=row["name"],
        job_title=row["job_title"],
        department=row["department"],
        companies=tuple(company for company, _ in companies),
        options=tuple(options),
        owner=row["owner"],
        source=row["source"],
        tags=from_list(row["tags"]),
        created_at=from_text(row["created_at"]),
        changed_at=from_text(row["changed_at"]),
        company_names=tuple(name for _, name in companies),
    )
