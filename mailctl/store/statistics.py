"""Queries: how many messages there are, by when, by whom, by where.

They are those that a server still has, and those whose account was removed.
"""

import json
import sqlite3
from dataclasses import dataclass
from datetime import datetime

from mailctl.domain.ids import AccountId
from mailctl.domain.statistics import By, Sum
from mailctl.store.columns import to_text
from mailctl.store.connection import Reading
from mailctl.store.failures import from_row

_LAST_DATE = "~"
"""It stands after every date."""


@dataclass(frozen=True)
class Counted:
    """Which messages are counted; None means any."""

    account: AccountId | None = None
    since: datetime | None = None
    before: datetime | None = None


def sums(tx: Reading, by: By, counted: Counted) -> list[Sum]:
    """Return the sums by the value they have in common, in its order.

    Days begin as this machine's zone has it. Of weeks it is a day, and of domains an address as
    it was written. A message in several folders counts in each where folders are counted, else
    once.
    """
    folders = None if counted.account is None else _folders(tx, counted.account)
    asked = {
        "by": "sender" if by is By.DOMAIN else by,
        "account": counted.account,
        "folders": folders,
        "since": "" if counted.since is None else to_text(counted.since),
        "before": _LAST_DATE if counted.before is None else to_text(counted.before),
    }
    match by:
        case By.FOLDER:
            rows = _by_folder(tx, asked)
        case By.ACCOUNT:
            rows = _by_account(tx, asked)
        case _:
            rows = _by_message(tx, asked)
    return [_sum(row) for row in rows]


def _folders(tx: Reading, account: AccountId) -> str:
    rows = tx.execute("SELECT id FROM folder WHERE account_id = ?", (account,))
    return json.dumps([row["id"] for row in rows])


def _by_message(tx: Reading, asked: dict[str, str | None]) -> sqlite3.Cursor:
    return tx.execute(
        """
        SELECT
            CASE :by
                WHEN 'sender' THEN from_address
                WHEN 'hour' THEN substr(datetime(date, 'localtime'), 12, 2)
                -- at the ends of the calendar another zone has no such day
                ELSE substr(
                    iif(date BETWEEN '0002' AND '9999', datetime(date, 'localtime'), date),
                    1,
                    CASE :by WHEN 'year' THEN 4 WHEN 'month' THEN 7 ELSE 10 END
                )
            END AS value,
            NULL AS account,
            count(*) AS messages,
            sum(size_bytes) AS bytes,
            sum(number IN (
                SELECT message_number FROM message_copy INDEXED BY copy_unread
                WHERE gone_at IS NULL AND instr(flags, '\\Seen"') = 0
                    AND (
                        :folders IS NULL
                        OR folder_id IN (SELECT value FROM json_each(:folders))
                    )
            )) AS unread
        FROM message
        WHERE date >= :since AND date < :before AND CASE
            WHEN :folders IS NULL THEN NOT EXISTS (
                SELECT 1 FROM message_copy INDEXED BY copy_gone
                WHERE message_number = number AND gone_at IS NOT NULL
            ) OR EXISTS (
                SELECT 1 FROM message_copy WHERE message_number = number AND gone_at IS NULL
            )
            ELSE number IN (
                SELECT message_number FROM message_copy INDEXED BY copy_by_uid
                WHERE folder_id IN (SELECT value FROM json_each(:folders)) AND gone_at IS NULL
            )
        END
        GROUP BY 1 ORDER BY 1
        """,
        asked,
    )


def _by_folder(tx: Reading, asked: dict[str, str | None]) -> sqlite3.Cursor:
    return tx.execute(
        """
        SELECT
            path AS value, address AS account, count(*) AS messages, sum(size_bytes) AS bytes,
            sum(is_unread) AS unread
        FROM (
            SELECT folder.path, account_id, message_number,
                instr(flags, '\\Seen"') = 0 AS is_unread
            FROM message_copy JOIN folder ON folder.id = message_copy.folder_id
            WHERE message_copy.gone_at IS NULL AND NOT has_labels
            UNION ALL
            SELECT label.value, account_id, message_number, instr(flags, '\\Seen"') = 0
            FROM folder
            JOIN message_copy ON message_copy.folder_id = folder.id
            JOIN json_each(
                CASE WHEN coalesce(labels, '[]') = '[]' THEN json_array(folder.path) ELSE labels END
            ) AS label
            WHERE message_copy.gone_at IS NULL AND has_labels
        )
        JOIN message ON message.number = message_number
        JOIN account ON account.id = account_id
        WHERE date >= :since AND date < :before AND (:account IS NULL OR account_id = :account)
        GROUP BY account_id, path ORDER BY 1, 2
        """,
        asked,
    )


def _by_account(tx: Reading, asked: dict[str, str | None]) -> sqlite3.Cursor:
    return tx.execute(
        """
        SELECT
            address AS value, NULL AS account, count(*) AS messages, sum(size_bytes) AS bytes,
            sum(is_unread) AS unread
        FROM (
            SELECT account_id, message_number, max(instr(flags, '\\Seen"') = 0) AS is_unread
            FROM message_copy JOIN folder ON folder.id = message_copy.folder_id
            WHERE message_copy.gone_at IS NULL
                AND (:account IS NULL OR folder.account_id = :account)
            GROUP BY message_number, account_id
        )
        JOIN message ON message.number = message_number
        JOIN account ON account.id = account_id
        WHERE date >= :since AND date < :before
        GROUP BY account_id ORDER BY 1
        """,
        asked,
    )


@from_row
def _sum(row: sqlite3.Row) -> Sum:
    return Sum(
        value=row["value"] or None,
        messages=row["messages"],
        bytes=row["bytes"],
        unread=row["unread"],
        account=row["account"],
    )
