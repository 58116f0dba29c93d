"""Queries: messages, one row a mail however many copies there are."""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import count

from mailctl.domain.addresses import Person
from mailctl.domain.ids import MessageId, content_id
from mailctl.domain.messages import Copy, Envelope, Message, Role
from mailctl.store.columns import (
    from_list,
    from_text,
    from_text_or_none,
    to_list,
    to_text,
    to_text_or_none,
)
from mailctl.store.connection import Reading, Writing
from mailctl.store.failures import from_row

_BATCH = 200


@dataclass(frozen=True)
class Wanted:
    """Which messages a listing shows; None means any.

    They are those that a server still has, and those whose account was removed.
    """

    account: str | None = None
    folder: str | None = None
    limit: int | None = None


@dataclass(frozen=True, slots=True)
class NewMessage:
    """A mail to be stored unless we have it: then its `id` is the one that it has."""

    envelope: Envelope
    date: datetime
    thread_id: str
    source_digest: str


def put(tx: Writing, found: Sequence[NewMessage], *, at: datetime) -> list[MessageId]:
    """Return the ids of the messages, in order; those that are new to us are stored now.

    Two copies are one message where Message-ID and content agree: `envelope.identity`.
    """
    ids = _known_ids(tx, [message.envelope.identity for message in found])
    fresh: dict[str, NewMessage] = {}
    for message in found:
        if message.envelope.identity not in ids:
            fresh.setdefault(message.envelope.identity, message)
    ids |= _free_ids(tx, fresh)
    stored_at = to_text(at)
    tx.executemany(
        """
        INSERT INTO message (
            id, identity, rfc_message_id, date, sent_at, subject, from_name, from_address,
            in_reply_to, refs, thread_id, attachments, size_bytes, defects, source_digest,
            stored_at
        ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
        [(ids[key], *_values(message, stored_at)) for key, message in fresh.items()],
    )
    tx.executemany(
        """
        INSERT INTO recipient (message_id, kind, position, name, address) VALUES (?, ?, ?, ?, ?)
        """,
        [
            row
            for key, message in fresh.items()
            for row in _recipient_rows(ids[key], message.envelope)
        ],
    )
    return [ids[message.envelope.identity] for message in found]


def _known_ids(tx: Reading, identities: Sequence[str]) -> dict[str, MessageId]:
    rows = tx.execute(
        "SELECT identity, id FROM message WHERE identity IN (SELECT value FROM json_each(?))",
        (json.dumps(identities),),
    )
    return {row["identity"]: MessageId(row["id"]) for row in rows}


def _free_ids(tx: Reading, identities: Iterable[str]) -> dict[str, MessageId]:
    """Return for each identity an id made of it that no other message has.

    60 bits do not collide by chance, but the sender chooses the content.
    """
    free: dict[str, MessageId] = {}
    taken: set[str] = set()
    for attempt in count():
        salt = f"#{attempt}" if attempt else ""
        tried = {
            identity: content_id("msg", f"{identity}{salt}".encode())
            for identity in identities
            if identity not in free
        }
        if not tried:
            return free
        rows = tx.execute(
            "SELECT id FROM message WHERE id IN (SELECT value FROM json_each(?))",
            (json.dumps([*tried.values()]),),
        )
        taken |= {row["id"] for row in rows}
        for identity, candidate in tried.items():
            if candidate not in taken:
                taken.add(candidate)
                free[identity] = MessageId(candidate)
    raise AssertionError("count never ends")


def _values(message: NewMessage, at: str) -> tuple[object, ...]:
    envelope = message.envelope
    sender = envelope.sender
    return (
        envelope.identity,
        envelope.rfc_message_id,
        to_text(message.date),
        to_text_or_none(envelope.sent_at),
        envelope.subject,
        None if sender is None else sender.name,
        None if sender is None else sender.address,
        to_list(envelope.in_reply_to),
        to_list(envelope.references),
        message.thread_id,
        envelope.attachments,
        envelope.size_bytes,
        to_list(envelope.defects),
        message.source_digest,
        at,
    )


def _recipient_rows(message_id: MessageId, envelope: Envelope) -> Iterator[tuple[object, ...]]:
    for kind, people in (
        ("bcc", envelope.bcc),
        ("cc", envelope.cc),
        ("reply-to", envelope.reply_to),
        ("to", envelope.to),
    ):
        for position, person in enumerate(people):
            yield message_id, kind, position, person.name, person.address


def list_(tx: Reading, wanted: Wanted) -> Iterator[Message]:
    """Yield messages, newest first, in bounded memory."""
    cursor = tx.execute(
        """
        SELECT id, identity, rfc_message_id, date, sent_at, subject, from_name, from_address,
            in_reply_to, refs, thread_id, attachments, size_bytes, defects
        FROM message
        WHERE (
            :account IS NULL AND :folder IS NULL
            AND NOT EXISTS (SELECT 1 FROM message_copy WHERE message_id = message.id)
        ) OR EXISTS (
            SELECT 1 FROM message_copy
            JOIN folder ON folder.id = message_copy.folder_id
            WHERE message_copy.message_id = message.id
                AND message_copy.gone_at IS NULL
                AND (:account IS NULL OR folder.account_id = :account)
                AND (:folder IS NULL OR folder.path = :folder)
        )
        ORDER BY date DESC, id DESC
        LIMIT :limit
        """,
        {
            "account": wanted.account,
            "folder": wanted.folder,
            "limit": -1 if wanted.limit is None else wanted.limit,
        },
    )
    while rows := cursor.fetchmany(_BATCH):
        yield from _messages(tx, rows)


def only_of(tx: Reading, account: str) -> list[MessageId]:
    """Return the messages that no other account has a copy of, gone ones included."""
    rows = tx.execute(
        """
        SELECT message_id FROM message_copy JOIN folder ON folder.id = message_copy.folder_id
        GROUP BY message_id
        HAVING min(folder.account_id = :account) = 1
        """,
        {"account": account},
    )
    return [MessageId(row["message_id"]) for row in rows]


def purge(tx: Writing, ids: Sequence[MessageId]) -> None:
    """Forget the messages, their copies, and the sources that nothing else has."""
    tx.executemany("DELETE FROM message WHERE id = ?", [(message_id,) for message_id in ids])
    tx.execute(
        """
        DELETE FROM source
        WHERE NOT EXISTS (SELECT 1 FROM message WHERE source_digest = source.digest)
            AND NOT EXISTS (SELECT 1 FROM message_copy WHERE source_digest = source.digest)
        """
    )


def by_id(tx: Reading, message_id: str) -> Message | None:
    """Return the message of this id."""
    rows = tx.execute(
        """
        SELECT id, identity, rfc_message_id, date, sent_at, subject, from_name, from_address,
            in_reply_to, refs, thread_id, attachments, size_bytes, defects
        FROM message WHERE id = ?
        """,
        (message_id,),
    ).fetchall()
    return next(_messages(tx, rows), None)


def by_ids(tx: Reading, ids: Sequence[MessageId]) -> Iterator[Message]:
    """Yield the messages of these ids, in this order, in bounded memory."""
    for start in range(0, len(ids), _BATCH):
        places = {each: place for place, each in enumerate(ids[start : start + _BATCH])}
        rows = tx.execute(
            """
            SELECT id, identity, rfc_message_id, date, sent_at, subject, from_name, from_address,
                in_reply_to, refs, thread_id, attachments, size_bytes, defects
            FROM message WHERE id IN (SELECT value FROM json_each(?))
            """,
            (json.dumps(list(places)),),
        ).fetchall()
        yield from _messages(tx, sorted(rows, key=lambda row: places[row["id"]]))


def _messages(tx: Reading, rows: Sequence[sqlite3.Row]) -> Iterator[Message]:
    ids = json.dumps([row["id"] for row in rows])
    people = _recipients(tx, ids)
    copies = _copies(tx, ids)
    for row in rows:
        yield _message(row, people.get(row["id"], {}), copies.get(row["id"], []))


def _recipients(tx: Reading, ids: str) -> dict[str, dict[str, list[Person]]]:
    found: dict[str, dict[str, list[Person]]] = {}
    for row in tx.execute(
        """
        SELECT message_id, kind, name, address FROM recipient
        WHERE message_id IN (SELECT value FROM json_each(?))
        ORDER BY message_id, kind, position
        """,
        (ids,),
    ):
        of_kind = found.setdefault(row["message_id"], {}).setdefault(row["kind"], [])
        of_kind.append(Person(row["name"], row["address"]))
    return found


def _copies(tx: Reading, ids: str) -> dict[str, list[Copy]]:
    found: dict[str, list[Copy]] = {}
    for row in tx.execute(
        """
        SELECT message_copy.message_id, account.address, folder.path, message_copy.uid,
            message_copy.flags, message_copy.internal_date, message_copy.role,
            message_copy.gone_at
        FROM message_copy
        JOIN folder ON folder.id = message_copy.folder_id
        JOIN account ON account.id = folder.account_id
        WHERE message_copy.message_id IN (SELECT value FROM json_each(?))
        ORDER BY message_copy.id
        """,
        (ids,),
    ):
        found.setdefault(row["message_id"], []).append(_copy(row))
    return found


@from_row
def _copy(row: sqlite3.Row) -> Copy:
    return Copy(
        account=row["address"],
        folder=row["path"],
        uid=row["uid"],
        flags=from_list(row["flags"]),
        internal_date=from_text(row["internal_date"]),
        role=None if row["role"] is None else Role(row["role"]),
        gone_at=from_text_or_none(row["gone_at"]),
    )


@from_row
def _message(row: sqlite3.Row, people: dict[str, list[Person]], copies: list[Copy]) -> Message:
    sender = None
    if row["from_address"] is not None:
        sender = Person(row["from_name"], row["from_address"])
    envelope = Envelope(
        rfc_message_id=row["rfc_message_id"],
        identity=row["identity"],
        sent_at=from_text_or_none(row["sent_at"]),
        sender=sender,
        to=tuple(people.get("to", ())),
        cc=tuple(people.get("cc", ())),
        bcc=tuple(people.get("bcc", ())),
        reply_to=tuple(people.get("reply-to", ())),
        subject=row["subject"],
        in_reply_to=from_list(row["in_reply_to"]),
        references=from_list(row["refs"]),
        attachments=row["attachments"],
        size_bytes=row["size_bytes"],
        defects=from_list(row["defects"]),
    )
    return Message(
        id=MessageId(row["id"]),
        date=from_text(row["date"]),
        envelope=envelope,
        thread_id=row["thread_id"],
        copies=tuple(copies),
    )
