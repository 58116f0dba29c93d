"""Queries: folders and how far they have been read."""

import sqlite3
from datetime import datetime

from mailctl.domain.folders import Folder, RemoteFolder, SpecialUse
from mailctl.domain.ids import AccountId, FolderId
from mailctl.records import dataclass
from mailctl.store.columns import from_text_or_none, to_text, to_text_or_none
from mailctl.store.connection import Reading, Writing
from mailctl.store.failures import from_row


@dataclass(frozen=True)
class Contents:
    """How many messages of a folder are where."""

    held: int = 0
    """Stored, and still on the server as far as we know."""
    gone: int = 0
    """Stored, and no longer there on the server."""
    quarantined: int = 0
    """On the server, and unreadable so far."""
    left: int = 0
    """On the server, and not wanted by a policy."""


def ensure(tx: Writing, account: AccountId, remote: RemoteFolder) -> Folder:
    """Return our folder for the server's, made if it is new."""
    row = tx.execute(
        """
        INSERT INTO folder (account_id, path, special_use, has_labels)
        VALUES (?, ?, ?, ?)
        ON CONFLICT (account_id, path) DO UPDATE SET
            special_use = excluded.special_use, has_labels = excluded.has_labels, gone_at = NULL
        RETURNING id, account_id, path, special_use, cursor, state, since, read_at, gone_at,
            numbering, has_labels
        """,
        (account, remote.path, remote.special_use, remote.has_labels),
    ).fetchone()
    return _folder(row)


def advance(tx: Writing, folder: FolderId, cursor: str, *, since: datetime | None) -> None:
    """Remember how far the folder has been read, with the pages that say so."""
    tx.execute(
        "UPDATE folder SET cursor = ?, since = ? WHERE id = ?",
        (cursor, to_text_or_none(since), folder),
    )


def mark_read(tx: Writing, folder: FolderId, state: str | None, *, at: datetime) -> None:
    """Remember the server's token for the content that has been read completely."""
    tx.execute(
        "UPDATE folder SET state = ?, read_at = ? WHERE id = ?", (state, to_text(at), folder)
    )


def renumber(tx: Writing, folder: FolderId, numbering: int) -> None:
    """Note how the folder is numbered, and forget what older numbers named."""
    tx.execute("UPDATE folder SET numbering = ? WHERE id = ?", (numbering, folder))
    tx.execute("DELETE FROM quarantine WHERE folder_id = ?", (folder,))
    tx.execute("DELETE FROM skipped WHERE folder_id = ?", (folder,))


def mark_gone(tx: Writing, folder: FolderId, *, at: datetime) -> None:
    """Note that the server has no such folder any more; should it come back, it is read anew."""
    tx.execute(
        """
        UPDATE folder SET gone_at = ?, cursor = NULL, state = NULL, has_labels = 0 WHERE id = ?
        """,
        (to_text(at), folder),
    )


def of_account(tx: Reading, account: AccountId) -> list[Folder]:
    """Return the folders of an account, by path."""
    rows = tx.execute(
        """
        SELECT id, account_id, path, special_use, cursor, state, since, read_at, gone_at,
            numbering, has_labels
        FROM folder WHERE account_id = ? ORDER BY path
        """,
        (account,),
    )
    return [_folder(row) for row in rows]


def contents(tx: Reading) -> dict[FolderId, Contents]:
    """Return what there is of each folder that has anything."""
    rows = tx.execute(
        """
        SELECT
            folder_id, sum(held) AS held, sum(gone) AS gone, sum(waiting) AS waiting,
            sum(unwanted) AS unwanted
        FROM (
            SELECT folder_id, count(*) AS held, 0 AS gone, 0 AS waiting, 0 AS unwanted
            FROM message_copy WHERE gone_at IS NULL AND numbering <> -1 GROUP BY folder_id
            UNION ALL
            SELECT folder_id, 0, count(*), 0, 0
            FROM message_copy WHERE gone_at IS NOT NULL GROUP BY folder_id
            UNION ALL SELECT folder_id, 0, 0, 1, 0 FROM quarantine
            UNION ALL SELECT folder_id, 0, 0, 0, 1 FROM skipped
        )
        GROUP BY folder_id
        """
    )
    return {
        FolderId(row["folder_id"]): Contents(
            row["held"], row["gone"], row["waiting"], row["unwanted"]
        )
        for row in rows
    }


@from_row
def _folder(row: sqlite3.Row) -> Folder:
    use = row["special_use"]
    return Folder(
        id=FolderId(row["id"]),
        account=AccountId(row["account_id"]),
        path=row["path"],
        special_use=None if use is None else SpecialUse(use),
        cursor=row["cursor"],
        state=row["state"],
        since=from_text_or_none(row["since"]),
        read_at=from_text_or_none(row["read_at"]),
        gone_at=from_text_or_none(row["gone_at"]),
        numbering=row["numbering"],
        has_labels=bool(row["has_labels"]),
    )
