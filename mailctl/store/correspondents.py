"""Queries: the addresses that mail has, and which messages have each."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence

from mailctl.domain.ids import MessageNumber
from mailctl.domain.mailboxes import domain_path_of, mailbox_of
from mailctl.store.connection import Reading, Writing


def people(tx: Reading, numbers: Sequence[MessageNumber]) -> list[tuple[int, str, str]]:
    """Return (message, `from` or kind of recipient, address as written), message by message."""
    rows = tx.execute(
        """
        SELECT message_number, kind, address FROM recipient
        WHERE message_number IN (SELECT value FROM json_each(:numbers))
        UNION ALL
        SELECT number, 'from', from_address FROM message
        WHERE number IN (SELECT value FROM json_each(:numbers)) AND from_address IS NOT NULL
        """,
        {"numbers": json.dumps(numbers)},
    )
    return [(row[0], row[1], row[2]) for row in rows]


def numbered(tx: Writing, addresses: Collection[str]) -> Mapping[str, int]:
    """Return the numbers of these addresses, all of which are known from now on."""
    tx.executemany(
        "INSERT OR IGNORE INTO correspondent (address, mailbox, domain_path) VALUES (?, ?, ?)",
        [
            (each, mailbox_of(each), domain_path_of(each.rpartition("@")[2]))
            for each in sorted(addresses)
        ],
    )
    rows = tx.execute(
        """
        SELECT address, number FROM correspondent
        WHERE address IN (SELECT value FROM json_each(?))
        """,
        (json.dumps(list(addresses)),),
    )
    return {row["address"]: row["number"] for row in rows}


def take_part(tx: Writing, participations: Iterable[tuple[int, int]]) -> None:
    """Note of each correspondent and message that one has the other."""
    tx.executemany(
        """
        INSERT OR IGNORE INTO participation (correspondent_number, message_number) VALUES (?, ?)
        """,
        participations,
    )


def owners_of_mailboxes(
    tx: Reading, mailboxes: Collection[str]
) -> Mapping[str, Sequence[tuple[str, int | None, int | None]]]:
    """Return for each mailbox whose it is: (address, contact or None, company or None)."""
    found: dict[str, list[tuple[str, int | None, int | None]]] = {}
    for row in tx.execute(
        """
        SELECT mailbox, option_key, contact_number, company_number FROM communication_option
        WHERE mailbox IN (SELECT value FROM json_each(?)) ORDER BY number
        """,
        (json.dumps(list(mailboxes)),),
    ):
        found.setdefault(row[0], []).append((row[1], row[2], row[3]))
    return found


def companies_of(tx: Reading, contacts: Collection[int]) -> Mapping[int, tuple[int, ...]]:
    """Return the companies of each contact, the main one first."""
    found: dict[int, tuple[int, ...]] = {}
    for contact, company in tx.execute(
        """
        SELECT contact_number, company_number FROM contact_company
        WHERE contact_number IN (SELECT value FROM json_each(?)) ORDER BY contact_number, position
        """,
        (json.dumps(list(contacts)),),
    ):
        found[contact] = (*found.get(contact, ()), company)
    return found


def owners_of_domains(tx: Reading, domains: Collection[str]) -> Mapping[str, tuple[int, ...]]:
    """Return the companies that have each of these very domains."""
    found: dict[str, tuple[int, ...]] = {}
    for domain, company in tx.execute(
        """
        SELECT domain, company_number FROM company_domain
        WHERE domain IN (SELECT value FROM json_each(?)) ORDER BY domain, company_number
        """,
        (json.dumps(list(domains)),),
    ):
        found[domain] = (*found.get(domain, ()), company)
    return found
