"""Queries: messages by their words, and which messages wait to be indexed."""

import json
import re
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from mailctl.domain.ids import AccountId, MessageId, MessageNumber
from mailctl.store.connection import Reading, Writing

INDEXER_VERSION = 1
"""To be raised when words are taken from messages in a better way; a migration then sets
`indexed_version` to 0."""

# Scripts without spaces between words: each character is a word, a word of theirs a phrase.
_UNSPACED = re.compile(
    "([\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3"
    "\uf900-\ufaff\uff66-\uff9d\U00020000-\U0003ffff])"
)
_TERM = re.compile(r'"([^"]*)"?|([^\s"]+)')
_PEOPLE_MAX = 1 << 18


class Order(StrEnum):
    """Which of the messages found come first."""

    DATE = "date"
    RANK = "rank"


@dataclass(frozen=True)
class Entry:
    """What is searched for of one message."""

    message: MessageNumber
    subject: str
    people: str
    body: str = ""
    attachments: str = ""
    is_unreadable: bool = False
    """Whether the body could not be read; it is not tried again then."""


@dataclass(frozen=True)
class Waiting:
    """A message that is not indexed yet."""

    message: MessageNumber
    size_bytes: int


@dataclass(frozen=True)
class Question:
    """What is searched for; None means any account, or as many as there are."""

    words: Sequence[str]
    account: str | None = None
    limit: int | None = None
    order: Order = Order.DATE


def waiting(tx: Reading, *, after: int, limit: int) -> list[Waiting]:
    """Return messages that are not indexed yet, in the order of their numbers."""
    rows = tx.execute(
        """
        SELECT number, size_bytes FROM message
        WHERE indexed_version = 0 AND number > ? ORDER BY number LIMIT ?
        """,
        (after, limit),
    )
    return [Waiting(MessageNumber(row["number"]), row["size_bytes"]) for row in rows]


def count_waiting(tx: Reading) -> int:
    """Return how many messages are not indexed yet."""
    number: int = tx.execute("SELECT count(*) FROM message WHERE indexed_version = 0").fetchone()[0]
    return number


def count_waiting_by_account(tx: Reading) -> dict[AccountId, int]:
    """Return how many messages of each account are not indexed yet, where there are any."""
    rows = tx.execute(
        """
        SELECT folder.account_id, count(DISTINCT message.number) AS waiting
        FROM message
        JOIN message_copy ON message_copy.message_number = message.number
        JOIN folder ON folder.id = message_copy.folder_id
        WHERE message.indexed_version = 0
        GROUP BY folder.account_id
        """
    )
    return {AccountId(row["account_id"]): row["waiting"] for row in rows}


def entries(tx: Reading, numbers: Sequence[MessageNumber]) -> list[Entry]:
    """Return what the header says of each message that is there, the body still to be read."""
    rows = tx.execute(
        """
        SELECT number, subject, from_name, from_address, (
            SELECT group_concat(name || ' ' || address, char(10)) FROM recipient
            WHERE message_number = message.number
        ) AS recipients
        FROM message WHERE number IN (SELECT value FROM json_each(?))
        """,
        (json.dumps(numbers),),
    )
    return [_entry(row) for row in rows]


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
        INSERT OR REPLACE INTO message_text (rowid, subject, people, body, attachments)
        VALUES (?, ?, ?, ?, ?)
        """,
        [
            (
                entry.message,
                *map(_spaced, (entry.subject, entry.people, entry.body, entry.attachments)),
            )
            for entry in kept
        ],
    )
    tx.executemany(
        "DELETE FROM index_attempt WHERE message_number = ?",
        [(entry.message,) for entry in entries],
    )


def find(tx: Reading, question: Question) -> list[MessageId]:
    """Return the messages that have all the words, the newest or the best ones first.

    A "quoted phrase" is one word; a word* begins so. They are those that a server still
    has, and those whose account was removed. What has no letter or digit finds nothing.
    """
    rows = tx.execute(
        """
        SELECT message.id FROM message_text JOIN message ON message.number = message_text.rowid
        WHERE message_text MATCH :match AND (
            (
                :account IS NULL
                AND NOT EXISTS (SELECT 1 FROM message_copy WHERE message_number = message.number)
            ) OR EXISTS (
                SELECT 1 FROM message_copy
                JOIN folder ON folder.id = message_copy.folder_id
                WHERE message_copy.message_number = message.number
                    AND message_copy.gone_at IS NULL
                    AND (:account IS NULL OR folder.account_id = :account)
            )
        )
        ORDER BY
            CASE WHEN :by_rank THEN bm25(message_text, 4.0, 4.0, 1.0, 2.0) END,
            message.date DESC, message.id DESC
        LIMIT :limit
        """,
        {
            "match": " ".join(_terms(question.words)) or '""',
            "account": question.account,
            "by_rank": question.order is Order.RANK,
            "limit": -1 if question.limit is None else question.limit,
        },
    )
    return [MessageId(row["id"]) for row in rows]


def _entry(row: sqlite3.Row) -> Entry:
    sender = f"{row['from_name'] or ''} {row['from_address'] or ''}"
    people = f"{sender}\n{row['recipients'] or ''}"[:_PEOPLE_MAX]
    return Entry(MessageNumber(row["number"]), row["subject"], people)


def _there(tx: Reading, numbers: Sequence[MessageNumber]) -> set[int]:
    rows = tx.execute(
        "SELECT number FROM message WHERE number IN (SELECT value FROM json_each(?))",
        (json.dumps(numbers),),
    )
    return {row["number"] for row in rows}


def is_question(words: Sequence[str]) -> bool:
    """Whether there is anything in the words that could be found."""
    return bool(_terms(words))


def _terms(words: Sequence[str]) -> list[str]:
    """Return the words as FTS5 wants them: each one quoted, so that none is an operator."""
    terms = []
    for quoted, bare in _TERM.findall(" ".join(words)):
        term = _spaced(quoted or bare)
        if any(letter.isalnum() for letter in term):
            terms.append(f'"{term}"*' if bare.endswith("*") else f'"{term}"')
    return terms


def _spaced(text: str) -> str:
    """Return the text as it is indexed and searched for."""
    if text.isascii():
        return text.replace("\0", " ")
    text = text.encode("utf-8", "replace").decode().replace("\0", " ")
    return _UNSPACED.sub(r" \1 ", text)
