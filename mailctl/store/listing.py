"""Queries: which messages a listing shows, in which order and from which one on.

They are those that a server still has, and those whose account was removed.
"""

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import islice

from mailctl.domain.ids import AccountId, MessageId, MessageNumber
from mailctl.domain.listing import NEWEST_FIRST, Order, Sort
from mailctl.domain.messages import Message
from mailctl.store import messages, processing
from mailctl.store.columns import to_text
from mailctl.store.connection import Reading

_BATCH = 200
_MANY = 2_000
_FEW = 20_000
"""So many messages are sorted sooner than found among all, in their order."""
_LAST_DATE = "~"
"""It stands after every date."""


@dataclass(frozen=True)
class Wanted:
    """Which messages a listing shows; None means any."""

    account: AccountId | None = None
    folder: str | None = None
    is_unread: bool = False
    """Whether a copy in such a folder has to be unread."""
    is_unprocessed: bool = False
    """Whether nobody may have dealt with it."""
    since: datetime | None = None
    before: datetime | None = None
    order: Order = NEWEST_FIRST
    after: MessageId | None = None
    """The message that they follow in their order."""
    limit: int | None = None


@dataclass(frozen=True)
class _Folders:
    """The folders whose copies count: as JSON, None for any folder."""

    whole: str | None
    labelled: str
    """Those of whose copies the ones with the label count."""
    label: str | None


@dataclass(frozen=True)
class _Bounds:
    """Where a listing begins and ends: of days, and by what it is sorted."""

    since: str
    before: str
    after: tuple[str | int, str] | None
    """What the message is sorted by that they follow, and its id."""


def has_folder(tx: Reading, wanted: Wanted) -> bool:
    """Whether there is, or was, such a folder; where there are labels, it may be one of them."""
    found = tx.execute(
        """
        SELECT 1 FROM folder
        WHERE (path = :path OR has_labels) AND (:account IS NULL OR account_id = :account)
        LIMIT 1
        """,
        {"path": wanted.folder, "account": wanted.account},
    ).fetchone()
    return found is not None


def list_(tx: Reading, wanted: Wanted, *, few: int = _FEW) -> Iterator[Message]:
    """Yield the messages in bounded memory; up to `few` are sorted in it."""
    found = _numbers(tx, wanted, few)
    numbers = islice(_open(tx, found) if wanted.is_unprocessed else found, wanted.limit)
    while batch := list(islice(numbers, _BATCH)):
        yield from messages.by_numbers(tx, batch)


def _open(tx: Reading, found: Iterator[MessageNumber]) -> Iterator[MessageNumber]:
    """Yield those of the messages that nobody has dealt with."""
    while batch := list(islice(found, _BATCH)):
        left = processing.unprocessed(tx, batch)
        yield from (number for number in batch if number in left)


def _numbers(tx: Reading, wanted: Wanted, most: int) -> Iterator[MessageNumber]:
    """Yield the messages: few are found first and then sorted, many the other way round."""
    among = _folders(tx, wanted)
    few = _few(tx, among, most, is_unread=wanted.is_unread)
    bounds = _bounds(tx, wanted)
    if few is not None:
        yield from _sorted(tx, few, wanted.order, bounds)
        return
    in_order = _in_order(tx, wanted.order, bounds)
    size = _BATCH  # the first rows are wanted soon, the others with few questions
    while batch := list(islice(in_order, size)):
        shown = _shown(tx, batch, among, is_unread=wanted.is_unread)
        yield from (number for number in batch if number in shown)
        size = _MANY


def _folders(tx: Reading, wanted: Wanted) -> _Folders:
    if wanted.account is None and wanted.folder is None:
        return _Folders(None, "[]", None)
    rows = tx.execute(
        """
        SELECT id, has_labels, :path IS NULL OR path = :path AS is_whole FROM folder
        WHERE :account IS NULL OR account_id = :account
        """,
        {"account": wanted.account, "path": wanted.folder},
    ).fetchall()
    return _Folders(
        whole=json.dumps([row["id"] for row in rows if row["is_whole"]]),
        labelled=json.dumps([row["id"] for row in rows if row["has_labels"]]),
        label=wanted.folder,
    )


def _few(tx: Reading, among: _Folders, most: int, *, is_unread: bool) -> list[MessageNumber] | None:
    """Return the messages of which such a copy is there, None if there are more than `most`."""
    asked = {**asdict(among), "most": most + 1}
    if is_unread:
        rows = tx.execute(
            """
            SELECT message_number FROM message_copy INDEXED BY copy_unread
            WHERE gone_at IS NULL AND instr(flags, '\\Seen"') = 0
                AND (
                    :whole IS NULL
                    OR folder_id IN (SELECT value FROM json_each(:whole))
                    OR (
                        folder_id IN (SELECT value FROM json_each(:labelled))
                        AND :label IN (SELECT value FROM json_each(labels))
                    )
                )
            LIMIT :most
            """,
            asked,
        ).fetchall()
    elif among.whole is None:
        return None
    else:
        rows = tx.execute(
            """
            SELECT message_number FROM message_copy INDEXED BY copy_by_uid
            WHERE folder_id IN (SELECT value FROM json_each(:whole)) AND gone_at IS NULL
            UNION ALL
            SELECT message_number FROM message_copy INDEXED BY copy_by_uid
            WHERE folder_id IN (SELECT value FROM json_each(:labelled)) AND gone_at IS NULL
                AND :label IN (SELECT value FROM json_each(labels))
            LIMIT :most
            """,
            asked,
        ).fetchall()
    return [*{row["message_number"] for row in rows}] if len(rows) <= most else None


def _shown(
    tx: Reading, numbers: list[MessageNumber], among: _Folders, *, is_unread: bool
) -> set[MessageNumber]:
    """Return those of the messages of which such a copy is there, or that never had one."""
    asked = {**asdict(among), "numbers": json.dumps(numbers), "is_unread": is_unread}
    if among.whole is None and not is_unread:
        rows = tx.execute(
            """
            SELECT asked.value AS number FROM json_each(:numbers) AS asked
            WHERE NOT EXISTS (
                SELECT 1 FROM message_copy INDEXED BY copy_gone
                WHERE message_number = asked.value AND gone_at IS NOT NULL
            ) OR EXISTS (
                SELECT 1 FROM message_copy
                WHERE message_number = asked.value AND gone_at IS NULL
            )
            """,
            asked,
        )
    else:
        rows = tx.execute(
            """
            SELECT asked.value AS number FROM json_each(:numbers) AS asked
            WHERE EXISTS (
                SELECT 1 FROM message_copy INDEXED BY copy_by_message
                WHERE message_number = asked.value AND gone_at IS NULL
                    AND (NOT :is_unread OR instr(flags, '\\Seen"') = 0)
                    AND (
                        :whole IS NULL
                        OR folder_id IN (SELECT value FROM json_each(:whole))
                        OR (
                            folder_id IN (SELECT value FROM json_each(:labelled))
                            AND :label IN (SELECT value FROM json_each(labels))
                        )
                    )
            )
            """,
            asked,
        )
    return {row["number"] for row in rows}


def _bounds(tx: Reading, wanted: Wanted) -> _Bounds:
    after = None
    if wanted.after is not None:
        row = tx.execute(
            """
            SELECT
                CASE :by WHEN 'size' THEN size_bytes WHEN 'subject' THEN lower(subject)
                    WHEN 'from' THEN lower(coalesce(from_address, '')) ELSE date END AS key,
                id
            FROM message WHERE id = :id
            """,
            {"by": wanted.order.by, "id": wanted.after},
        ).fetchone()
        after = (row["key"], row["id"])
    return _Bounds(
        since="" if wanted.since is None else to_text(wanted.since),
        before=_LAST_DATE if wanted.before is None else to_text(wanted.before),
        after=after,
    )


def _sorted(
    tx: Reading, few: list[MessageNumber], order: Order, bounds: _Bounds
) -> list[MessageNumber]:
    rows = tx.execute(
        """
        SELECT
            CASE :by WHEN 'size' THEN size_bytes WHEN 'subject' THEN lower(subject)
                WHEN 'from' THEN lower(coalesce(from_address, '')) ELSE date END AS key,
            message.id, number
        FROM json_each(:few) AS few CROSS JOIN message ON message.number = few.value
        WHERE date >= :since AND date < :before
        """,
        {"by": order.by, "few": json.dumps(few), "since": bounds.since, "before": bounds.before},
    )
    places = sorted(((row["key"], row["id"]), row["number"]) for row in rows)
    if order.is_descending:
        places.reverse()
    if bounds.after is None:
        return [number for _, number in places]
    if order.is_descending:
        return [number for place, number in places if place < bounds.after]
    return [number for place, number in places if place > bounds.after]


def _in_order(tx: Reading, order: Order, bounds: _Bounds) -> Iterator[MessageNumber]:
    if order.by is not Sort.DATE:
        rows = _scanned(tx, order, bounds)
    elif order.is_descending:
        until = min((bounds.before, ""), bounds.after or (_LAST_DATE, ""))
        rows = tx.execute(
            """
            SELECT number FROM message INDEXED BY message_by_date
            WHERE (date, id) < (?, ?) AND date >= ?
            ORDER BY date DESC, id DESC
            """,
            (*until, bounds.since),
        )
    else:
        start = max((bounds.since, ""), bounds.after or ("", ""))
        rows = tx.execute(
            """
            SELECT number FROM message INDEXED BY message_by_date
            WHERE (date, id) > (?, ?) AND date < ?
            ORDER BY date, id
            """,
            (*start, bounds.before),
        )
    return (row["number"] for row in rows)


def _scanned(tx: Reading, order: Order, bounds: _Bounds) -> sqlite3.Cursor:
    after_key, after_id = bounds.after or (None, None)
    return tx.execute(
        """
        SELECT number FROM (
            SELECT
                CASE :by WHEN 'size' THEN size_bytes WHEN 'subject' THEN lower(subject)
                    ELSE lower(coalesce(from_address, '')) END AS key,
                id, number
            FROM message WHERE date >= :since AND date < :before
        )
        WHERE CASE
            WHEN :after_id IS NULL THEN 1
            WHEN :is_descending THEN (key, id) < (:after_key, :after_id)
            ELSE (key, id) > (:after_key, :after_id)
        END
        ORDER BY
            CASE WHEN :is_descending THEN key END DESC,
            CASE WHEN :is_descending THEN id END DESC,
            key, id
        """,
        {
            "by": order.by,
            "is_descending": order.is_descending,
            "since": bounds.since,
            "before": bounds.before,
            "after_key": after_key,
            "after_id": after_id,
        },
    )
