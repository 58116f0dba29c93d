"""Queries: who takes part in mail and is no contact."""

import json
from collections.abc import Collection, Iterator
from datetime import datetime

from mailctl.records import dataclass
from mailctl.store.columns import from_text, to_text
from mailctl.store.connection import Reading, Writing


@dataclass(frozen=True)
class Newcomer:
    """A mailbox that no contact and no company has."""

    address: str
    """As the newest of its messages spells it."""
    messages: int
    last_at: datetime
    last_message: int


def newcomers(
    tx: Reading, accounts: Collection[str], *, own: Collection[str], written_to_only: bool
) -> Iterator[Newcomer]:
    """Yield who takes part in mail of these accounts, those with most messages first.

    `written_to_only`: only those to whom a message of one of the own addresses went.
    """
    rows = tx.execute(
        """
        SELECT address, count(*) AS messages, max(date) AS last_at, message.number
        FROM correspondent
        JOIN participation ON correspondent_number = correspondent.number
        JOIN message ON message.number = message_number
        WHERE NOT EXISTS (
                SELECT 1 FROM communication_option WHERE mailbox = correspondent.mailbox
            )
            AND NOT EXISTS (SELECT 1 FROM declined_mailbox WHERE mailbox = correspondent.mailbox)
            AND (
                NOT :written_to_only
                OR lower(from_address) IN (SELECT value FROM json_each(:own))
            )
            AND EXISTS (
                SELECT 1 FROM message_copy JOIN folder ON folder.id = folder_id
                WHERE message_copy.message_number = message.number
                    AND account_id IN (SELECT value FROM json_each(:accounts))
            )
        GROUP BY mailbox
        ORDER BY messages DESC, address
        """,
        {
            "accounts": json.dumps(list(accounts)),
            "own": json.dumps([each.lower() for each in own]),
            "written_to_only": written_to_only,
        },
    )
    return (
        Newcomer(row["address"], row["messages"], from_text(row["last_at"]), row["number"])
        for row in rows
    )


def names_in(tx: Reading, message: int) -> list[tuple[str, str]]:
    """Return (address as written, name) of all whom a message names."""
    rows = tx.execute(
        """
        SELECT from_address AS address, from_name AS name FROM message
        WHERE number = :message AND from_address IS NOT NULL
        UNION ALL
        SELECT address, name FROM recipient WHERE message_number = :message
        """,
        {"message": message},
    )
    return [(row["address"], row["name"] or "") for row in rows]


def decline(tx: Writing, mailboxes: Collection[str], *, at: datetime) -> None:
    """Note that nobody is to propose these again."""
    tx.executemany(
        "INSERT OR IGNORE INTO declined_mailbox (mailbox, said_at) VALUES (?, ?)",
        [(each, to_text(at)) for each in mailboxes],
    )
