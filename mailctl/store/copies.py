"""Queries: which messages lie in which folder under which UID, and which no longer do."""

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING

from mailctl.domain.ids import AccountId, FolderId, MessageNumber, SourceId
from mailctl.domain.syncing import Flags, Labels, Reflagged, Uid, Vanished
from mailctl.records import dataclass
from mailctl.store.columns import from_text, to_list, to_text
from mailctl.store.connection import Reading, Writing

if TYPE_CHECKING:
    from mailctl.domain.messages import Role

LOCAL_NUMBERING = -1
"""The numbering of copies that came from files: no server has them, and none can lose them."""


@dataclass(frozen=True, slots=True)
class NewCopy:
    """A message that was found in a folder."""

    message: MessageNumber
    source: SourceId
    numbering: int
    uid: Uid
    flags: Flags
    internal_date: datetime
    role: "Role | None"
    server_id: str | None = None
    labels: Labels | None = None


@dataclass(frozen=True)
class KeptSource:
    """The bytes of a copy, and the digest under which they are kept."""

    digest: bytes
    source: bytes


@dataclass(frozen=True)
class Waiting:
    """A message that could not be read so far."""

    uid: Uid
    attempts: int
    last_at: datetime


def count(tx: Reading, folder: FolderId) -> int:
    """Return how many copies of a folder are not gone, of those that its server had."""
    number: int = tx.execute(
        """
        SELECT count(*) FROM message_copy
        WHERE folder_id = ? AND gone_at IS NULL AND numbering <> ?
        """,
        (folder, LOCAL_NUMBERING),
    ).fetchone()[0]
    return number


def uids(tx: Reading, folder: FolderId) -> list[Uid]:
    """Return the UIDs of the copies of a folder that are not gone, as its server gave them."""
    rows = tx.execute(
        """
        SELECT uid FROM message_copy
        WHERE folder_id = ? AND gone_at IS NULL AND numbering <> ? ORDER BY uid
        """,
        (folder, LOCAL_NUMBERING),
    )
    return [Uid(row["uid"]) for row in rows]


def source(tx: Reading, folder: FolderId, numbering: int, uid: Uid) -> KeptSource | None:
    """Return the bytes that are kept of a copy that is not gone."""
    row = tx.execute(
        """
        SELECT source.digest, source.packed, source.codec
        FROM message_copy JOIN source ON source.id = message_copy.source_id
        WHERE folder_id = ? AND numbering = ? AND uid = ? AND gone_at IS NULL
        """,
        (folder, numbering, uid),
    ).fetchone()
    if row is None:
        return None
    from mailctl.store import sources

    return KeptSource(row["digest"], sources.unpacked(row))


def _labels_text(labels: Labels | None) -> str | None:
    return None if labels is None else flags_text(labels)


def put(tx: Writing, folder: FolderId, copies: Iterable[NewCopy], *, at: datetime) -> None:
    """Note that messages lie in the folder; a copy that we know already stays as it is."""
    stored_at = to_text(at)
    tx.executemany(
        """
        INSERT INTO message_copy (
            message_number, folder_id, numbering, uid, flags, internal_date, role, source_id,
            server_id, labels, stored_at
        ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (folder_id, numbering, uid) WHERE gone_at IS NULL DO NOTHING
        """,
        [
            (
                copy.message,
                folder,
                copy.numbering,
                copy.uid,
                flags_text(copy.flags),
                to_text(copy.internal_date),
                copy.role,
                copy.source,
                copy.server_id,
                _labels_text(copy.labels),
                stored_at,
            )
            for copy in copies
        ],
    )


def like(tx: Reading, account: AccountId, source: SourceId) -> "tuple[MessageNumber, Role | None]":
    """Return the message of a source that the account has a copy of, and its role there."""
    row = tx.execute(
        """
        SELECT message_copy.message_number, message_copy.role
        FROM message_copy JOIN folder ON folder.id = message_copy.folder_id
        WHERE message_copy.source_id = ? AND folder.account_id = ?
        LIMIT 1
        """,
        (source, account),
    ).fetchone()
    from mailctl.domain.messages import Role

    role = None if row["role"] is None else Role(row["role"])
    return MessageNumber(row["message_number"]), role


def reflag(tx: Writing, folder: FolderId, numbering: int, reflagged: Iterable[Reflagged]) -> None:
    """Set the flags that the server has, and the labels where it says something of them."""
    tx.executemany(
        """
        UPDATE message_copy SET flags = ?, labels = coalesce(?, labels)
        WHERE folder_id = ? AND numbering = ? AND uid = ? AND gone_at IS NULL
        """,
        [
            (flags_text(change.flags), _labels_text(change.labels), folder, numbering, change.uid)
            for change in reflagged
        ],
    )


def mark_gone(
    tx: Writing, folder: FolderId, numbering: int, vanished: Iterable[Vanished], *, at: datetime
) -> None:
    """Note that the server no longer has these copies; the messages stay."""
    tx.executemany(
        """
        UPDATE message_copy SET gone_at = ?, gone_evidence = ?
        WHERE folder_id = ? AND numbering = ? AND uid = ? AND gone_at IS NULL
        """,
        [(to_text(at), change.evidence, folder, numbering, change.uid) for change in vanished],
    )


def count_lost(tx: Reading, folder: FolderId, numbering: int) -> int:
    """Return how many copies of older numberings are not there under this one."""
    number: int = tx.execute(
        """
        SELECT count(*) FROM message_copy AS old
        WHERE old.folder_id = :folder AND old.numbering NOT IN (:numbering, :local)
            AND old.gone_at IS NULL
            AND NOT EXISTS (
                SELECT 1 FROM message_copy AS new
                WHERE new.source_id = old.source_id AND new.folder_id = :folder
                    AND new.numbering = :numbering AND new.gone_at IS NULL
            )
        """,
        {"folder": folder, "numbering": numbering, "local": LOCAL_NUMBERING},
    ).fetchone()[0]
    return number


def leave_older_numberings(tx: Writing, folder: FolderId, numbering: int, *, at: datetime) -> None:
    """Mark every copy of an older numbering gone: what is still there has a newer one."""
    tx.execute(
        """
        UPDATE message_copy
        SET gone_at = ?, gone_evidence = 'numbered anew (UIDVALIDITY ' || ? || ')'
        WHERE folder_id = ? AND numbering NOT IN (?, ?) AND gone_at IS NULL
        """,
        (to_text(at), numbering, folder, numbering, LOCAL_NUMBERING),
    )


def mark_all_gone(tx: Writing, folder: FolderId, evidence: str, *, at: datetime) -> int:
    """Note that the folder has gone with all that was in it; return how many copies that were."""
    return tx.execute(
        """
        UPDATE message_copy SET gone_at = ?, gone_evidence = ?
        WHERE folder_id = ? AND gone_at IS NULL AND numbering <> ?
        """,
        (to_text(at), evidence, folder, LOCAL_NUMBERING),
    ).rowcount


def count_only_here(tx: Reading, folder: FolderId) -> int:
    """Return how many messages of a folder lie in no other folder of any account."""
    number: int = tx.execute(
        """
        SELECT count(*) FROM message_copy AS here
        WHERE here.folder_id = :folder AND here.gone_at IS NULL AND here.numbering <> :local
            AND NOT EXISTS (
                SELECT 1 FROM message_copy AS other
                WHERE other.message_number = here.message_number AND other.folder_id <> :folder
                    AND other.gone_at IS NULL
            )
        """,
        {"folder": folder, "local": LOCAL_NUMBERING},
    ).fetchone()[0]
    return number


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


def quarantined(tx: Reading, folder: FolderId) -> list[Waiting]:
    """Return the messages of a folder that wait to be tried again."""
    rows = tx.execute(
        "SELECT uid, attempts, last_at FROM quarantine WHERE folder_id = ? ORDER BY uid", (folder,)
    )
    return [Waiting(Uid(row["uid"]), row["attempts"], from_text(row["last_at"])) for row in rows]


@lru_cache(maxsize=1024)
def flags_text(flags: Flags) -> str:
    """Write flags or labels as a column holds them."""
    return to_list(sorted(flags))
