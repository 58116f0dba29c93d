"""Queries: which messages lie in which folder under which UID, and which no longer do."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from mailctl.domain.ids import FolderId, MessageId
from mailctl.domain.messages import Role
from mailctl.domain.syncing import Flags, Reflagged, Uid, Vanished
from mailctl.store.columns import from_list, to_list, to_text
from mailctl.store.connection import Reading, Store, Writing
from mailctl.store.failures import from_row


@dataclass(frozen=True)
class NewCopy:
    """A message that was found in a folder."""

    uid: Uid
    flags: Flags
    internal_date: datetime
    role: Role | None


@dataclass(frozen=True)
class StoredCopies:
    """What we hold of one folder, read range by range (a KnownCopies)."""

    store: Store
    folder: FolderId

    def between(self, first: Uid, last: Uid) -> Mapping[Uid, Flags]:
        """Return the copies not gone whose UID lies in `first`..`last`."""
        with self.store.reading() as tx:
            rows = tx.execute(
                """
                SELECT uid, flags FROM message_copy
                WHERE folder_id = ? AND gone_at IS NULL AND uid BETWEEN ? AND ?
                """,
                (self.folder, first, last),
            )
            return {Uid(row["uid"]): _flags(row["flags"]) for row in rows}

    def lowest(self) -> Uid | None:
        """Return the lowest UID of a copy not gone."""
        with self.store.reading() as tx:
            lowest = tx.execute(
                "SELECT min(uid) FROM message_copy WHERE folder_id = ? AND gone_at IS NULL",
                (self.folder,),
            ).fetchone()[0]
        return None if lowest is None else Uid(lowest)

    def count(self) -> int:
        """Return how many copies are not gone."""
        with self.store.reading() as tx:
            number: int = tx.execute(
                "SELECT count(*) FROM message_copy WHERE folder_id = ? AND gone_at IS NULL",
                (self.folder,),
            ).fetchone()[0]
        return number


def put(
    tx: Writing,
    folder: FolderId,
    message: MessageId,
    copy: NewCopy,
    *,
    source_digest: str,
    at: datetime,
) -> None:
    """Note that the message lies in the folder; a copy that we know already stays as it is."""
    tx.execute(
        """
        INSERT INTO message_copy (
            message_id, folder_id, uid, flags, internal_date, role, source_digest, stored_at
        ) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (folder_id, uid) WHERE gone_at IS NULL DO NOTHING
        """,
        (
            message,
            folder,
            copy.uid,
            to_list(sorted(copy.flags)),
            to_text(copy.internal_date),
            copy.role,
            source_digest,
            to_text(at),
        ),
    )


def reflag(tx: Writing, folder: FolderId, reflagged: Iterable[Reflagged]) -> None:
    """Set the flags that the server has."""
    tx.executemany(
        "UPDATE message_copy SET flags = ? WHERE folder_id = ? AND uid = ? AND gone_at IS NULL",
        [(to_list(sorted(change.flags)), folder, change.uid) for change in reflagged],
    )


def mark_gone(tx: Writing, folder: FolderId, vanished: Iterable[Vanished], *, at: datetime) -> None:
    """Note that the server no longer has these copies; the messages stay."""
    tx.executemany(
        """
        UPDATE message_copy SET gone_at = ?, gone_evidence = ?
        WHERE folder_id = ? AND uid = ? AND gone_at IS NULL
        """,
        [(to_text(at), change.evidence, folder, change.uid) for change in vanished],
    )


def quarantine(tx: Writing, folder: FolderId, uid: Uid, reason: str, *, at: datetime) -> None:
    """Note that a message could not be read, to try it again in a later run."""
    tx.execute(
        """
        INSERT INTO quarantine (folder_id, uid, reason, attempts, first_at, last_at)
        VALUES (?, ?, ?, 1, ?, ?)
        ON CONFLICT (folder_id, uid) DO UPDATE SET
            reason = excluded.reason, attempts = attempts + 1, last_at = excluded.last_at
        """,
        (folder, uid, reason, to_text(at), to_text(at)),
    )


def release(tx: Writing, folder: FolderId, uids: Iterable[Uid]) -> None:
    """Take messages out of quarantine."""
    tx.executemany(
        "DELETE FROM quarantine WHERE folder_id = ? AND uid = ?", [(folder, uid) for uid in uids]
    )


def quarantined(tx: Reading, folder: FolderId) -> list[Uid]:
    """Return the messages of a folder that wait to be tried again."""
    rows = tx.execute("SELECT uid FROM quarantine WHERE folder_id = ? ORDER BY uid", (folder,))
    return [Uid(row["uid"]) for row in rows]


@from_row
def _flags(text: str) -> Flags:
    return frozenset(from_list(text))
