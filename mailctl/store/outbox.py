"""Queries: mail on its way out, and what became of it."""

import json
import sqlite3
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from mailctl.domain.folders import SpecialUse
from mailctl.domain.ids import AccountId, MessageId
from mailctl.domain.outgoing import (
    CopyState,
    OutgoingId,
    OutgoingMessage,
    OutgoingState,
    Recipient,
    RecipientKind,
    SentCopy,
)
from mailctl.store import sources
from mailctl.store.columns import from_text, from_text_or_none, to_text, to_text_or_none
from mailctl.store.connection import Reading, Writing
from mailctl.store.failures import from_row
from mailctl.store.sources import PackedSource

_SELECT = """
    SELECT
        outgoing.id, outgoing.account_id, outgoing.sender, outgoing.rfc_message_id,
        outgoing.message_id, outgoing.subject, outgoing.size_bytes, outgoing.state,
        outgoing.attempts, outgoing.created_at, outgoing.send_at, outgoing.tried_at,
        outgoing.next_try_at, outgoing.handed_over_at, outgoing.sent_at, outgoing.error,
        outgoing.copy_state, outgoing.copy_folder, outgoing.copy_error,
        outgoing.idempotency_key, outgoing.number, account.address
    FROM outgoing JOIN account ON account.id = outgoing.account_id
"""


def add(
    tx: Writing, message: OutgoingMessage, source: PackedSource, *, request_digest: bytes | None
) -> None:
    """Put a mail into the outbox; its id and its idempotency key must be new."""
    (source_id,) = sources.put(tx, [source])
    number = tx.execute(
        """
        INSERT INTO outgoing (
            id, account_id, sender, rfc_message_id, message_id, subject, source_id, size_bytes,
            state, created_at, send_at, copy_state, idempotency_key, request_digest
        ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        RETURNING number
        """,
        (
            message.id,
            message.account,
            message.sender,
            message.rfc_message_id,
            message.message,
            message.subject,
            source_id,
            message.size_bytes,
            message.state,
            to_text(message.created_at),
            to_text_or_none(message.send_at),
            message.copy.state,
            message.idempotency_key,
            request_digest,
        ),
    ).fetchone()["number"]
    tx.executemany(
        """
        INSERT INTO outgoing_recipient (outgoing_number, position, address, kind, state)
        VALUES (?, ?, ?, ?, ?)
        """,
        [
            (number, position, each.address, each.kind, each.state)
            for position, each in enumerate(message.recipients)
        ],
    )


def save(tx: Writing, message: OutgoingMessage) -> None:
    """Keep what became of a mail, of each of its recipients, and of its copy."""
    tx.execute(
        """
        UPDATE outgoing SET
            state = ?, attempts = ?, send_at = ?, tried_at = ?, next_try_at = ?,
            handed_over_at = ?, sent_at = ?, error = ?, copy_state = ?, copy_folder = ?,
            copy_error = ?
        WHERE id = ?
        """,
        (
            message.state,
            message.attempts,
            to_text_or_none(message.send_at),
            to_text_or_none(message.tried_at),
            to_text_or_none(message.next_try_at),
            to_text_or_none(message.handed_over_at),
            to_text_or_none(message.sent_at),
            _to_json(message.error),
            message.copy.state,
            message.copy.folder,
            _to_json(message.copy.error),
            message.id,
        ),
    )
    tx.executemany(
        """
        UPDATE outgoing_recipient SET state = ?, error = ?
        WHERE outgoing_number = (SELECT number FROM outgoing WHERE id = ?) AND position = ?
        """,
        [
            (each.state, _to_json(each.error), message.id, position)
            for position, each in enumerate(message.recipients)
        ],
    )


def remove(tx: Writing, ids: Iterable[OutgoingId]) -> None:
    """Forget mails, and their sources unless something else has them."""
    for each in ids:
        row = tx.execute(
            "DELETE FROM outgoing WHERE id = ? RETURNING source_id", (each,)
        ).fetchone()
        if row is not None:
            tx.execute(
                """
                DELETE FROM source
                WHERE id = :id
                    AND NOT EXISTS (SELECT 1 FROM outgoing WHERE source_id = :id)
                    AND NOT EXISTS (SELECT 1 FROM message WHERE source_id = :id)
                    AND NOT EXISTS (SELECT 1 FROM message_copy WHERE source_id = :id)
                """,
                {"id": row["source_id"]},
            )


def finished_before(tx: Reading, before: datetime, *, limit: int) -> list[OutgoingId]:
    """Return mails in which nothing is to happen any more and that are older than that."""
    rows = tx.execute(
        """
        SELECT id FROM outgoing
        WHERE created_at < ? AND number NOT IN (SELECT number FROM unfinished_outgoing)
        LIMIT ?
        """,
        (to_text(before), limit),
    )
    return [OutgoingId(row["id"]) for row in rows]


def by_id(tx: Reading, outgoing: str) -> OutgoingMessage | None:
    """Return the mail of that id."""
    return next(iter(_found(tx, "WHERE outgoing.id = ?", (outgoing,))), None)


def by_key(tx: Reading, key: str) -> tuple[OutgoingMessage, bytes | None] | None:
    """Return the mail of that idempotency key, and the digest of what was asked for."""
    found = next(iter(_found(tx, "WHERE idempotency_key = ?", (key,))), None)
    if found is None:
        return None
    query = "SELECT request_digest FROM outgoing WHERE id = ?"
    return found, tx.execute(query, (found.id,)).fetchone()["request_digest"]


def by_message_id(tx: Reading, rfc_message_id: str) -> list[OutgoingMessage]:
    """Return the mails of that Message-ID, oldest first."""
    return _found(tx, "WHERE rfc_message_id = ? ORDER BY outgoing.number", (rfc_message_id,))


def list_(
    tx: Reading,
    *,
    account: AccountId | None = None,
    states: Collection[OutgoingState] | None = None,
    limit: int | None = None,
) -> list[OutgoingMessage]:
    """Return mails in the order in which they came, the last ones where there are more."""
    rows = _found(
        tx,
        """
        WHERE (:account IS NULL OR account_id = :account)
            AND (:states IS NULL OR outgoing.state IN (SELECT value FROM json_each(:states)))
        ORDER BY outgoing.number DESC LIMIT :limit
        """,
        {
            "account": account,
            "states": None if states is None else json.dumps(sorted(states)),
            "limit": -1 if limit is None else limit,
        },
    )
    return rows[::-1]


def unfinished(tx: Reading, account: AccountId) -> list[OutgoingMessage]:
    """Return the mails of an account in which something is to happen, oldest first."""
    return _found(
        tx,
        """
        WHERE outgoing.number IN (SELECT number FROM unfinished_outgoing WHERE account_id = ?)
        ORDER BY outgoing.number
        """,
        (account,),
    )


def is_held(tx: Reading, message: MessageId) -> bool:
    """Whether a mailbox of ours has the message, as far as we know.

    A draft of it says nothing: it may be what was to be sent.
    """
    found = tx.execute(
        """
        SELECT 1 FROM message JOIN message_copy ON message_number = message.number
        WHERE message.id = ? AND gone_at IS NULL AND numbering <> -1 AND instr(flags, ?) = 0
            AND folder_id NOT IN (SELECT id FROM folder WHERE special_use = ?)
        LIMIT 1
        """,
        (message, "\\Draft", SpecialUse.DRAFTS),
    ).fetchone()
    return found is not None


def source(tx: Reading, outgoing: OutgoingId) -> bytes:
    """Return the bytes of a mail. Raises LookupError where it is not there."""
    row = tx.execute(
        """
        SELECT packed, codec FROM source JOIN outgoing ON outgoing.source_id = source.id
        WHERE outgoing.id = ?
        """,
        (outgoing,),
    ).fetchone()
    if row is None:
        raise LookupError(outgoing)
    return sources.unpacked(row)


def _found(
    tx: Reading, where: str, values: Sequence[object] | Mapping[str, object]
) -> list[OutgoingMessage]:
    rows = tx.execute(_SELECT + where, values).fetchall()
    recipients: dict[int, list[Recipient]] = {row["number"]: [] for row in rows}
    told = tx.execute(
        """
        SELECT outgoing_number, address, kind, state, error FROM outgoing_recipient
        WHERE outgoing_number IN (SELECT value FROM json_each(?))
        ORDER BY outgoing_number, position
        """,
        (json.dumps(list(recipients)),),
    )
    for row in told:
        recipients[row["outgoing_number"]].append(_recipient(row))
    return [_message(row, recipients[row["number"]]) for row in rows]


@from_row
def _recipient(row: sqlite3.Row) -> Recipient:
    return Recipient(
        address=row["address"],
        kind=RecipientKind(row["kind"]),
        state=OutgoingState(row["state"]),
        error=_from_json(row["error"]),
    )


@from_row
def _message(row: sqlite3.Row, recipients: Sequence[Recipient]) -> OutgoingMessage:
    return OutgoingMessage(
        id=OutgoingId(row["id"]),
        account=AccountId(row["account_id"]),
        address=row["address"],
        sender=row["sender"],
        rfc_message_id=row["rfc_message_id"],
        message=MessageId(row["message_id"]),
        subject=row["subject"],
        recipients=tuple(recipients),
        state=OutgoingState(row["state"]),
        created_at=from_text(row["created_at"]),
        size_bytes=row["size_bytes"],
        copy=SentCopy(
            CopyState(row["copy_state"]), row["copy_folder"], _from_json(row["copy_error"])
        ),
        attempts=row["attempts"],
        send_at=from_text_or_none(row["send_at"]),
        tried_at=from_text_or_none(row["tried_at"]),
        next_try_at=from_text_or_none(row["next_try_at"]),
        sent_at=from_text_or_none(row["sent_at"]),
        handed_over_at=from_text_or_none(row["handed_over_at"]),
        error=_from_json(row["error"]),
        idempotency_key=row["idempotency_key"],
    )


def _to_json(value: Mapping[str, object] | None) -> str | None:
    return None if value is None else json.dumps(value, ensure_ascii=False)


def _from_json(text: str | None) -> Mapping[str, object] | None:
    if text is None:
        return None
    found: Mapping[str, object] = json.loads(text)
    return found
