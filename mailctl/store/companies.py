"""Queries: organisations and the domains by which their mail is recognised."""

import json
import sqlite3
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime

from mailctl.domain.contacts import CommunicationOption, Company, CompanyId
from mailctl.domain.mailboxes import domain_path_of
from mailctl.domain.merging import Noun
from mailctl.store import communication_options, mergings
from mailctl.store.columns import from_list, from_text, to_list, to_text
from mailctl.store.connection import Reading, Writing
from mailctl.store.failures import from_row

_SELECT = """
    SELECT number, id, name, owner, source, tags, created_at, changed_at FROM company
"""


def add(tx: Writing, company: Company, *, at: datetime) -> None:
    """Store a company; its id must be new. One that comes back has times already; they stay."""
    number = tx.execute(
        """
        INSERT INTO company (id, name, name_key, owner, source, tags, created_at, changed_at)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?) RETURNING number
        """,
        (
            company.id,
            company.name,
            company.name.casefold(),
            company.owner,
            company.source,
            to_list(company.tags),
            to_text(company.created_at or at),
            to_text(company.changed_at or at),
        ),
    ).fetchone()["number"]
    _put_domains(tx, number, company)
    communication_options.put(tx, Noun.COMPANY, number, company.options)


def update(tx: Writing, company: Company, *, at: datetime) -> None:
    """Store a company anew that is there under its id."""
    number = tx.execute(
        """
        UPDATE company SET
            name = ?, name_key = ?, owner = ?, source = ?, tags = ?, changed_at = ?
        WHERE id = ? RETURNING number
        """,
        (
            company.name,
            company.name.casefold(),
            company.owner,
            company.source,
            to_list(company.tags),
            to_text(at),
            company.id,
        ),
    ).fetchone()["number"]
    if _domains(tx, f"[{number}]").get(number, []) != [*company.domains]:
        tx.execute("DELETE FROM company_domain WHERE company_number = ?", (number,))
        _put_domains(tx, number, company)
    communication_options.replace(tx, Noun.COMPANY, number, company.options)


def remove(tx: Writing, company: CompanyId) -> None:
    """Forget a company; its people stay, without it."""
    tx.execute("DELETE FROM company WHERE id = ?", (company,))


def people_in(tx: Reading, company: CompanyId) -> int:
    """Return how many contacts belong to a company."""
    number: int = tx.execute(
        """
        SELECT count(*) FROM contact_company JOIN company ON company.number = company_number
        WHERE company.id = ?
        """,
        (company,),
    ).fetchone()[0]
    return number


def by_ids(tx: Reading, ids: Collection[str]) -> dict[str, Company]:
    """Return the companies of these ids, as far as there are any, by the id that was asked for.

    An id that was given up in a merge leads to who was kept.
    """
    return mergings.by_ids(tx, Noun.COMPANY, ids, lambda where, value: _found(tx, where, (value,)))


def people_of(tx: Reading, company: CompanyId) -> list[str]:
    """Return the ids of the contacts of a company."""
    rows = tx.execute(
        """
        SELECT contact.id
        FROM contact_company JOIN contact ON contact.number = contact_number
        JOIN company ON company.number = company_number
        WHERE company.id = ? ORDER BY contact.number
        """,
        (company,),
    )
    return [row["id"] for row in rows]


def by_domains(tx: Reading, domains: Collection[str]) -> Mapping[str, tuple[Company, ...]]:
    """Return whose each of these domains is, all of them: none wins by luck."""
    rows = tx.execute(
        """
        SELECT domain, company.id
        FROM company_domain JOIN company ON company.number = company_number
        WHERE domain IN (SELECT value FROM json_each(?)) ORDER BY company.number
        """,
        (json.dumps(list(domains)),),
    ).fetchall()
    companies = by_ids(tx, {row["id"] for row in rows})
    found: dict[str, list[Company]] = {}
    for row in rows:
        found.setdefault(row["domain"], []).append(companies[row["id"]])
    return {domain: tuple(each) for domain, each in found.items()}


def by_names(tx: Reading, names: Collection[str]) -> Mapping[str, tuple[Company, ...]]:
    """Return the companies of these names, whatever their case, by the name as it was asked."""
    keys = {name.casefold(): name for name in names}
    found: dict[str, list[Company]] = {}
    for company in _found(
        tx,
        "WHERE name_key IN (SELECT value FROM json_each(?)) ORDER BY number",
        (json.dumps(list(keys)),),
    ):
        found.setdefault(keys[company.name.casefold()], []).append(company)
    return {name: tuple(each) for name, each in found.items()}


def all_(tx: Reading, *, words: str | None = None, tag: str | None = None) -> Iterator[Company]:
    """Yield companies by name; `words` stand in a name or a domain."""
    return _found(
        tx,
        """
        WHERE (? IS NULL OR ? IN (SELECT value FROM json_each(tags)))
            AND (
                ? IS NULL OR instr(name_key, ?) OR number IN (
                    SELECT company_number FROM company_domain WHERE instr(domain, ?)
                )
            )
        ORDER BY name_key, number
        """,
        (tag, tag, *[None if words is None else words.casefold()] * 3),
    )


def _put_domains(tx: Writing, number: int, company: Company) -> None:
    tx.executemany(
        """
        INSERT INTO company_domain (domain, domain_path, company_number, position)
        VALUES (?, ?, ?, ?)
        """,
        [
            (domain, domain_path_of(domain), number, place)
            for place, domain in enumerate(company.domains)
        ],
    )


def _domains(tx: Reading, numbers: str) -> dict[int, list[str]]:
    """Return the domains of the companies of these numbers, a JSON array, in order."""
    found: dict[int, list[str]] = {}
    for row in tx.execute(
        """
        SELECT company_number, domain FROM company_domain
        WHERE company_number IN (SELECT value FROM json_each(?)) ORDER BY company_number, position
        """,
        (numbers,),
    ):
        found.setdefault(row["company_number"], []).append(row["domain"])
    return found


def _found(tx: Reading, where: str, values: Sequence[object]) -> Iterator[Company]:
    rows = tx.execute(_SELECT + where, values).fetchall()
    numbers = json.dumps([row["number"] for row in rows])
    domains = _domains(tx, numbers)
    options = communication_options.by_owner(tx, Noun.COMPANY, numbers)
    for row in rows:
        number = row["number"]
        yield _company(row, domains.get(number, []), options.get(number, []))


@from_row
def _company(
    row: sqlite3.Row, domains: Sequence[str], options: Sequence[CommunicationOption]
) -> Company:
    return Company(
        id=CompanyId(row["id"]),
        name=row["name"],
        domains=tuple(domains),
        options=tuple(options),
        owner=row["owner"],
        source=row["source"],
        tags=from_list(row["tags"]),
        created_at=from_text(row["created_at"]),
        changed_at=from_text(row["changed_at"]),
    )
