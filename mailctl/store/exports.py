"""Queries: messages and their copies as they leave for files, in bounded portions."""

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from mailctl.domain.ids import MessageId, MessageNumber, SourceId
from mailctl.records import dataclass
from mailctl.store.columns import from_list, from_text
from mailctl.store.connection import Reading
from mailctl.store.failures import from_row
from mailctl.store.sources import unpacked

_PORTION = 200


@dataclass(frozen=True, slots=True)
class Leaving:
    """A message in one place, or without one; None is where there is none."""

    message: MessageId
    number: MessageNumber
    source: SourceId
    digest: str
    size_bytes: int
    sender: str | None
    date: datetime
    """When it was received there, or else when it was sent."""
    account: str | None = None
    folders: tuple[str, ...] = ()
    """That in which it lies, or those of its labels."""
    flags: tuple[str, ...] = ()
    is_gone: bool = False


@dataclass(frozen=True)
class Portion:
    """Messages that follow each other by date, and the key of the last one."""

    numbers: list[MessageNumber]
    last: tuple[str, str]


BEGINNING = ("", "")


def following(
    tx: Reading, after: tuple[str, str], *, account: str | None, folder: str | None
) -> Portion | None:
    """Return the next messages, the oldest first: those that `message list` shows too."""
    rows = tx.execute(
        """
        SELECT number, date, id FROM message
        WHERE (date, id) > (:date, :id) AND ((
            :account IS NULL AND :folder IS NULL
            AND NOT EXISTS (SELECT 1 FROM message_copy WHERE message_number = message.number)
        ) OR EXISTS (
            SELECT 1 FROM message_copy
            JOIN folder ON folder.id = message_copy.folder_id
            WHERE message_copy.message_number = message.number
                AND message_copy.gone_at IS NULL
                AND (:account IS NULL OR folder.account_id = :account)
                AND (
                    :folder IS NULL OR folder.path = :folder
                    OR :folder IN (SELECT value FROM json_each(message_copy.labels))
                )
        ))
        ORDER BY date, id
        LIMIT :limit
        """,
        {
            "date": after[0],
            "id": after[1],
            "account": account,
            "folder": folder,
            "limit": _PORTION,
        },
    ).fetchall()
    if not rows:
        return None
    last = rows[-1]
    return Portion([MessageNumber(row["number"]) for row in rows], (last["date"], last["id"]))


def numbered(tx: Reading, messages: Sequence[MessageId]) -> list[MessageNumber]:
    """Return the numbers of messages, in this order; those that are not there are left out."""
    rows = tx.execute(
        "SELECT id, number FROM message WHERE id IN (SELECT value FROM json_each(?))",
        (json.dumps(messages),),
    )
    found = {row["id"]: MessageNumber(row["number"]) for row in rows}
    return [found[message] for message in messages if message in found]


def places(tx: Reading, numbers: Sequence[MessageNumber]) -> list[list[Leaving]]:
    """Return for each message, in this order, itself without a place, and then its copies."""
    wanted = json.dumps(numbers)
    found: dict[int, list[Leaving]] = {}
    for row in tx.execute(
        """
        SELECT message.number, message.id, message.from_address, message.date,
            source.id AS source_id, source.digest, source.size_bytes
        FROM message JOIN source ON source.id = message.source_id
        WHERE message.number IN (SELECT value FROM json_each(?))
        """,
        (wanted,),
    ):
        found[row["number"]] = [_itself(row)]
    for row in tx.execute(
        """
        SELECT message.number, message.id, message.from_address, message_copy.internal_date AS date,
            source.id AS source_id, source.digest, source.size_bytes, account.address,
            folder.path, message_copy.labels, message_copy.flags,
            message_copy.gone_at IS NOT NULL AS is_gone
        FROM message_copy
        JOIN message ON message.number = message_copy.message_number
        JOIN folder ON folder.id = message_copy.folder_id
        JOIN account ON account.id = folder.account_id
        JOIN source ON source.id = message_copy.source_id
        WHERE message_copy.message_number IN (SELECT value FROM json_each(?))
        ORDER BY message_copy.id
        """,
        (wanted,),
    ):
        found[row["number"]].append(_copy(row))
    return [found[number] for number in numbers if number in found]


def source(tx: Reading, source_id: SourceId) -> bytes | None:
    """Return the bytes of a source, None where it was purged meanwhile."""
    row = tx.execute("SELECT packed, codec FROM source WHERE id = ?", (source_id,)).fetchone()
    return None if row is None else unpacked(row)


@from_row
def _itself(row: sqlite3.Row) -> Leaving:
    return Leaving(
        message=MessageId(row["id"]),
        number=MessageNumber(row["number"]),
        source=SourceId(row["source_id"]),
        digest=row["digest"].hex(),
        size_bytes=row["size_bytes"],
        sender=row["from_address"],
        date=from_text(row["date"]),
    )


@from_row
def _copy(row: sqlite3.Row) -> Leaving:
    labels = () if row["labels"] is None else from_list(row["labels"])
    return replace(
        _itself(row),
        account=row["address"],
        folders=labels or (row["path"],),
        flags=from_list(row["flags"]),
        is_gone=bool(row["is_gone"]),
    )
