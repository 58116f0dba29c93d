"""Queries: copies of messages that no server has, for they came from files."""

import json
from collections.abc import Collection, Sequence, Set
from datetime import datetime

from mailctl.domain.ids import AccountId, FolderId, MessageNumber
from mailctl.store.columns import to_text
from mailctl.store.connection import Reading, Writing
from mailctl.store.copies import LOCAL_NUMBERING


def known(tx: Reading, identities: Collection[str]) -> dict[str, MessageNumber]:
    """Return the messages that we have, by identity."""
    from mailctl.store.messages import number_of  # a sync of an idle mailbox does without

    found = {identity: number_of(tx, identity) for identity in identities}
    return {identity: number for identity, number in found.items() if number is not None}


def at_servers(tx: Reading, messages: Sequence[MessageNumber]) -> Set[MessageNumber]:
    """Return those that a server has."""
    rows = tx.execute(
        """
        SELECT DISTINCT message_number FROM message_copy
        WHERE message_number IN (SELECT value FROM json_each(?))
            AND gone_at IS NULL AND numbering <> ?
        """,
        (json.dumps(messages), LOCAL_NUMBERING),
    )
    return {MessageNumber(row["message_number"]) for row in rows}


def in_folder(
    tx: Reading, folder: FolderId, messages: Sequence[MessageNumber]
) -> Set[MessageNumber]:
    """Return those that lie in the folder."""
    rows = tx.execute(
        """
        SELECT DISTINCT message_number FROM message_copy
        WHERE message_number IN (SELECT value FROM json_each(?))
            AND gone_at IS NULL AND folder_id = ?
        """,
        (json.dumps(messages), folder),
    )
    return {MessageNumber(row["message_number"]) for row in rows}


def ensure_folder(tx: Writing, account: AccountId, path: str, *, at: datetime) -> FolderId:
    """Return the folder of that path; one that is new is noted as not being at the server."""
    tx.execute(
        """
        INSERT INTO folder (account_id, path, has_labels, gone_at) VALUES (?, ?, 0, ?)
        ON CONFLICT (account_id, path) DO NOTHING
        """,
        (account, path, to_text(at)),
    )
    row = tx.execute(
        "SELECT id FROM folder WHERE account_id = ? AND path = ?", (account, path)
    ).fetchone()
    return FolderId(row["id"])


def next_uid(tx: Reading, folder: FolderId) -> int:
    """Return the number for the next copy in the folder that no server has."""
    row = tx.execute(
        """
        SELECT coalesce(max(uid), 0) + 1 AS following FROM message_copy
        WHERE folder_id = ? AND numbering = ? AND gone_at IS NULL
        """,
        (folder, LOCAL_NUMBERING),
    ).fetchone()
    following: int = row["following"]
    return following


def leave_to_server(tx: Writing, folder: FolderId, messages: Collection[MessageNumber]) -> None:
    """Drop the copies from files of messages that the folder's server turned out to have."""
    is_any = tx.execute(
        """
        SELECT EXISTS (
            SELECT 1 FROM message_copy
            WHERE folder_id = ? AND numbering = ? AND gone_at IS NULL
        )
        """,
        (folder, LOCAL_NUMBERING),
    ).fetchone()[0]
    if is_any:
        tx.executemany(
            "DELETE FROM message_copy WHERE message_number = ? AND folder_id = ? AND numbering = ?",
            [(message, folder, LOCAL_NUMBERING) for message in messages],
        )
