"""Queries: the copies whose flags are to be changed."""

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from mailctl.domain.ids import AccountId, FolderId, MessageId
from mailctl.domain.syncing import Flags, Uid
from mailctl.store.columns import from_list
from mailctl.store.connection import Reading
from mailctl.store.copies import LOCAL_NUMBERING
from mailctl.store.failures import from_row


@dataclass(frozen=True, slots=True)
class HeldCopy:
    """A copy that is not gone."""

    message: MessageId
    account: AccountId
    address: str
    folder: FolderId
    path: str
    numbering: int
    uid: Uid
    flags: Flags

    @property
    def is_local(self) -> bool:
        """Whether no server has it."""
        return self.numbering == LOCAL_NUMBERING


def held_copies(tx: Reading, messages: Sequence[MessageId]) -> list[HeldCopy]:
    """Return the copies of messages that are not gone, by account and folder."""
    rows = tx.execute(
        """
        SELECT message.id, folder.account_id, account.address, folder.id AS folder_id, folder.path,
            message_copy.numbering, message_copy.uid, message_copy.flags
        FROM message
        JOIN message_copy ON message_copy.message_number = message.number
        JOIN folder ON folder.id = message_copy.folder_id
        JOIN account ON account.id = folder.account_id
        WHERE message.id IN (SELECT value FROM json_each(?)) AND message_copy.gone_at IS NULL
        ORDER BY account.address, folder.path, message_copy.numbering, message_copy.uid
        """,
        (json.dumps(messages),),
    )
    return [_held(row) for row in rows]


@from_row
def _held(row: sqlite3.Row) -> HeldCopy:
    return HeldCopy(
        message=MessageId(row["id"]),
        account=AccountId(row["account_id"]),
        address=row["address"],
        folder=FolderId(row["folder_id"]),
        path=row["path"],
        numbering=row["numbering"],
        uid=Uid(row["uid"]),
        flags=frozenset(from_list(row["flags"])),
    )
