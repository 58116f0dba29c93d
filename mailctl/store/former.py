"""Queries: copies from the server where a mailbox was before, until they are found again."""

import sqlite3
from collections.abc import Iterator
from datetime import datetime

from mailctl.domain.ids import AccountId, SourceId
from mailctl.records import dataclass
from mailctl.store.columns import from_text_or_none, to_text
from mailctl.store.connection import Reading, Writing
from mailctl.store.failures import from_row

# Their numberings are -2 and below: see `leave_server`.


@dataclass(frozen=True)
class FormerSource:
    """The source of copies that wait to be found again, and what its message says of itself."""

    source: SourceId
    copies: int
    """How many of them wait, less those that the account holds at its new server."""
    rfc_message_id: str | None
    sent_at: datetime | None
    sender: str | None
    subject: str


def leave_server(tx: Writing, account: AccountId, *, at: datetime) -> int:
    """Note that the account is at another server from now on; return how many copies wait.

    What numbered its folders there means nothing any more: copies keep their UIDs under a
    numbering that no server gives, and all folders are to be read from the beginning.
    """
    tx.execute(
        """
        UPDATE message_copy SET gone_at = ?, gone_evidence = 'the account moved twice'
        WHERE gone_at IS NULL AND numbering < -1
            AND folder_id IN (SELECT id FROM folder WHERE account_id = ?)
            AND EXISTS (
                SELECT 1 FROM message_copy AS newer
                WHERE newer.folder_id = message_copy.folder_id
                    AND newer.numbering = -2 - message_copy.numbering
                    AND newer.uid = message_copy.uid AND newer.gone_at IS NULL
            )
        """,
        (to_text(at), account),
    )
    tx.execute(
        """
        UPDATE message_copy SET numbering = -2 - numbering
        WHERE gone_at IS NULL AND numbering >= 0
            AND folder_id IN (SELECT id FROM folder WHERE account_id = ?)
        """,
        (account,),
    )
    for forgotten in (
        "DELETE FROM quarantine WHERE folder_id IN (SELECT id FROM folder WHERE account_id = ?)",
        "DELETE FROM skipped WHERE folder_id IN (SELECT id FROM folder WHERE account_id = ?)",
        """
        UPDATE folder SET cursor = NULL, state = NULL, numbering = NULL, has_labels = 0
        WHERE account_id = ?
        """,
    ):
        tx.execute(forgotten, (account,))
    return count(tx, account)


def count(tx: Reading, account: AccountId) -> int:
    """Return how many copies wait to be found again."""
    number: int = tx.execute(
        """
        SELECT count(*) FROM message_copy
        WHERE folder_id IN (SELECT id FROM folder WHERE account_id = ?)
            AND numbering < -1 AND gone_at IS NULL
        """,
        (account,),
    ).fetchone()[0]
    return number


def held(tx: Reading, account: AccountId) -> int:
    """Return how many copies would wait if the account moved now."""
    number: int = tx.execute(
        """
        SELECT count(*) FROM message_copy
        WHERE folder_id IN (SELECT id FROM folder WHERE account_id = ?)
            AND numbering <> -1 AND gone_at IS NULL
        """,
        (account,),
    ).fetchone()[0]
    return number


def sources(tx: Reading, account: AccountId) -> Iterator[FormerSource]:
    """Yield the sources of which copies wait; drafts, whose words change, are left out."""
    rows = tx.execute(
        """
        SELECT message_copy.source_id, message.rfc_message_id, message.sent_at,
            message.from_address, message.subject,
            sum(CASE WHEN message_copy.numbering < -1 THEN 1 ELSE -1 END) AS copies
        FROM message_copy
        JOIN folder ON folder.id = message_copy.folder_id
        JOIN message ON message.number = message_copy.message_number
        WHERE folder.account_id = ? AND message_copy.gone_at IS NULL
            AND message_copy.numbering <> -1
            AND coalesce(folder.special_use, '') <> 'drafts'
            AND instr(message_copy.flags, '"\\\\Draft"') = 0
        GROUP BY message_copy.source_id
        HAVING max(message_copy.numbering < -1)
        """,
        (account,),
    )
    yield from map(_source, rows)


@from_row
def _source(row: sqlite3.Row) -> FormerSource:
    return FormerSource(
        SourceId(row["source_id"]),
        row["copies"],
        row["rfc_message_id"],
        from_text_or_none(row["sent_at"]),
        row["from_address"],
        row["subject"],
    )
