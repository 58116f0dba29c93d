"""Queries: the words by which messages are found."""

import json
import sqlite3
from collections.abc import Sequence

from mailctl.domain.ids import MessageNumber
from mailctl.records import dataclass
from mailctl.store.connection import Reading, Writing
from mailctl.store.words import folded

INDEXER_VERSION = 2
"""To be raised when words are taken from messages in a better way; a migration then sets
`indexed_version` to 0."""

_PEOPLE_MAX = 1 << 18


@dataclass(frozen=True)
class Entry:
    """What is searched for of one message."""

    message: MessageNumber
    subject: str = ""
    sender: str = ""
    addressees: str = ""
    copied: str = ""
    blind: str = ""
    replies: str = ""
    body: str = ""
    attachments: str = ""
    list: str = ""
    is_unreadable: bool = False
    """Whether the body could not be read; it is not tried again then."""


def entries(tx: Reading, numbers: Sequence[MessageNumber]) -> list[Entry]:
    """Return what the header says of each message that is there, the body still to be read."""
    wanted = json.dumps(numbers)
    people = _people(tx, wanted)
    rows = tx.execute(
        """
        SELECT number, subject, from_name, from_address
        FROM message WHERE number IN (SELECT value FROM json_each(?))
        """,
        (wanted,),
    )
    return [_entry(row, people.get(row["number"], {})) for row in rows]


def begin(tx: Writing, numbers: Sequence[MessageNumber]) -> None:
    """Note that this process reads these messages now, which may be its end."""
    tx.executemany(
        "INSERT OR IGNORE INTO index_attempt (message_number) VALUES (?)",
        [(each,) for each in numbers],
    )


def begun(tx: Reading) -> list[MessageNumber]:
    """Return the messages whose reading never came to an end."""
    rows = tx.execute("SELECT message_number FROM index_attempt")
    return [MessageNumber(row[0]) for row in rows]


def put(tx: Writing, entries: Sequence[Entry]) -> None:
    """Make the messages found by their words, instead of by what was indexed of them before.

    Those that have been purged meanwhile are left out.
    """
    there = _there(tx, [entry.message for entry in entries])
    kept = [entry for entry in entries if entry.message in there]
    tx.executemany(
        "UPDATE message SET indexed_version = ? WHERE number = ?",
        [
            (-INDEXER_VERSION if entry.is_unreadable else INDEXER_VERSION, entry.message)
            for entry in kept
        ],
    )
    tx.executemany(
        """
        INSERT OR REPLACE INTO message_text (
            rowid, subject, sender, addressees, copied, blind, replies, body, attachments, list
        ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
        [(entry.message, *map(folded, _words(entry))) for entry in kept],
    )
    tx.executemany(
        "DELETE FROM index_attempt WHERE message_number = ?",
        [(entry.message,) for entry in entries],
    )


def _words(entry: Entry) -> tuple[str, ...]:
    return (
        entry.subject,
        entry.sender,
        entry.addressees,
        entry.copied,
        entry.blind,
        entry.replies,
        entry.body,
        entry.attachments,
        entry.list,
    )


def _people(tx: Reading, numbers: str) -> dict[int, dict[str, str]]:
    """Return for each message whom it names by kind, one person a line."""
    found: dict[int, dict[str, list[str]]] = {}
    for row in tx.execute(
        """
        SELECT message_number, kind, name, address FROM recipient
        WHERE message_number IN (SELECT value FROM json_each(?))
        """,
        (numbers,),
    ):
        of_message = found.setdefault(row["message_number"], {})
        person = f"{row['name']} {row['address']}"
        of_message.setdefault(row["kind"], []).append(person)
    return {
        number: {kind: "\n".join(people)[:_PEOPLE_MAX] for kind, people in kinds.items()}
        for number, kinds in found.items()
    }


def _entry(row: sqlite3.Row, people: dict[str, str]) -> Entry:
    sender = f"{row['from_name'] or ''} {row['from_address'] or ''}"
    return Entry(
        message=MessageNumber(row["number"]),
        subject=row["subject"],
        sender=sender[:_PEOPLE_MAX],
        addressees=people.get("to", ""),
        copied=people.get("cc", ""),
        blind=people.get("bcc", ""),
        replies=people.get("reply-to", ""),
    )


def _there(tx: Writing, numbers: Sequence[MessageNumber]) -> set[MessageNumber]:
    rows = tx.execute(
        "SELECT number FROM message WHERE number IN (SELECT value FROM json_each(?))",
        (json.dumps(numbers),),
    )
    return {MessageNumber(row["number"]) for row in rows}
