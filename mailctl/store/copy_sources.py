"""Queries: the bytes of one copy of a message among several."""

from dataclasses import dataclass

from mailctl.domain.ids import MessageId
from mailctl.store.connection import Reading
from mailctl.store.sources import unpacked


@dataclass(frozen=True)
class Place:
    """Where a copy lies; None means anywhere."""

    account: str | None = None
    folder: str | None = None
    uid: int | None = None


def of_copy(tx: Reading, message: MessageId, place: Place) -> bytes | None:
    """Return the bytes of a copy in that place, one that is not gone before one that is."""
    row = tx.execute(
        """
        SELECT source.packed, source.codec
        FROM message
        JOIN message_copy ON message_copy.message_number = message.number
        JOIN folder ON folder.id = message_copy.folder_id
        JOIN source ON source.id = message_copy.source_id
        WHERE message.id = :message
            AND (:account IS NULL OR folder.account_id = :account)
            AND (
                :folder IS NULL OR folder.path = :folder
                OR :folder IN (SELECT value FROM json_each(message_copy.labels))
            )
            AND (:uid IS NULL OR message_copy.uid = :uid)
        ORDER BY message_copy.gone_at IS NOT NULL, message_copy.id
        LIMIT 1
        """,
        {
            "message": message,
            "account": place.account,
            "folder": place.folder,
            "uid": place.uid,
        },
    ).fetchone()
    return None if row is None else unpacked(row)
