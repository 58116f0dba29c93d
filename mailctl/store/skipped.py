"""Queries: mail that a policy left on the server."""

from collections.abc import Iterable

from mailctl.domain.ids import FolderId
from mailctl.domain.syncing import Uid
from mailctl.store.connection import Reading, Writing


def put(tx: Writing, folder: FolderId, uid: Uid, reason: str) -> None:
    """Note that the message is not wanted, and by which policy."""
    tx.execute(
        """
        INSERT INTO skipped (folder_id, uid, reason) VALUES (?, ?, ?)
        ON CONFLICT (folder_id, uid) DO UPDATE SET reason = excluded.reason
        """,
        (folder, uid, reason),
    )


def release(tx: Writing, folder: FolderId, uids: Iterable[Uid]) -> None:
    """Forget that these were not wanted."""
    tx.executemany(
        "DELETE FROM skipped WHERE folder_id = ? AND uid = ?", [(folder, uid) for uid in uids]
    )


def of_folder(tx: Reading, folder: FolderId) -> dict[Uid, str]:
    """Return what was left in the folder, and by which policy."""
    rows = tx.execute("SELECT uid, reason FROM skipped WHERE folder_id = ?", (folder,))
    return {Uid(row["uid"]): row["reason"] for row in rows}
