"""Queries: messages, one row a mail however many copies there are."""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import count

from mailctl.domain.addresses import Person
from mailctl.domain.ids import MessageId, MessageNumber, SourceId, content_id
from mailctl.domain.links import Link
from mailctl.domain.messages import Copy, Envelope, Message, Role
from mailctl.records import dataclass
from mailctl.store import links, processing
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


@dataclass(frozen=True, slots=True)
class NewMessage:
    """A mail to be stored unless we have it: then its `id` is the one that it has."""

    envelope: Envelope
    date: datetime
    thread_id: str
    source: SourceId


def put(tx: Writing, found: Sequence[NewMessage], *, at: datetime) -> list[MessageNumber]:
    """Return the numbers of the messages, in order; those that are new to us are stored now.

    Two copies are one message where Message-ID and content agree: `envelope.identity`.
    """
    first = tx.execute("SELECT coalesce(max(number), 0) + 1 FROM message").fetchone()[0]
    stored_at = to_text(at)
    _insert(
        tx,
        [
            (number, public_id(message.envelope.identity), *_values(message, stored_at))
            for number, message in enumerate(found, first)
        ],
    )
    rows = tx.execute("SELECT identity, number FROM message WHERE number >= ?", (first,))
    numbers = {row["identity"].hex(): MessageNumber(row["number"]) for row in rows}
    fresh = set(numbers)
    for message in found:
        identity = message.envelope.identity
        if identity in numbers:
            continue
        known = number_of(tx, identity)
        if known is None:
            known = _put_beside(tx, message, stored_at)
            fresh.add(identity)
        numbers[identity] = known
    _put_recipients(tx, found, {identity: numbers[identity] for identity in fresh})
    return [numbers[message.envelope.identity] for message in found]


def public_id(identity: str, salt: str = "") -> MessageId:
    """Return the id that a message of this identity gets, unless another one has it."""
    return MessageId(content_id("msg", f"{identity}{salt}".encode()))


def _insert(tx: Writing, rows: Sequence[tuple[object, ...]]) -> None:
    """Insert messages; what is there already, under its identity or its id, stays as it is."""
    tx.executemany(
        """
        INSERT INTO message (
            number, id, identity, rfc_message_id, date, sent_at, subject, from_name, from_address,
            in_reply_to, refs, thread_id, attachments, size_bytes, defects, source_id, stored_at
        ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT DO NOTHING
        """,
        rows,
    )


def number_of(tx: Reading, identity: str) -> MessageNumber | None:
    """Return the message of that identity, if we have it."""
    row = tx.execute(
        "SELECT number FROM message WHERE identity = ?", (bytes.fromhex(identity),)
    ).fetchone()
    return None if row is None else MessageNumber(row["number"])


def _put_beside(tx: Writing, message: NewMessage, at: str) -> MessageNumber:
    """Store a message whose id another one has.

    60 bits do not collide by chance, but the sender chooses the content.
    """
    identity = message.envelope.identity
    for attempt in count(1):
        values = _values(message, at)
        _insert(tx, [(None, public_id(identity, f"#{attempt}"), *values)])
        number = number_of(tx, identity)
        if number is not None:
            return number
    raise AssertionError("count never ends")


def _values(message: NewMessage, at: str) -> tuple[object, ...]:
    envelope = message.envelope
    sender = envelope.sender
    return (
        bytes.fromhex(envelope.identity),
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
        message.source,
        at,
    )


def _put_recipients(
    tx: Writing, found: Sequence[NewMessage], numbers: dict[str, MessageNumber]
) -> None:
    """Store who the messages in `numbers` are for; it is emptied, for they may come twice."""
    rows: list[tuple[object, ...]] = []
    for message in found:
        number = numbers.pop(message.envelope.identity, None)
        if number is not None:
            rows += _recipient_rows(number, message.envelope)
    tx.executemany(
        """
        INSERT INTO recipient (message_number, kind, position, name, address)
        VALUES (?, ?, ?, ?, ?)
        """,
        rows,
    )


def _recipient_rows(number: MessageNumber, envelope: Envelope) -> Iterator[tuple[object, ...]]:
    for kind, people in (
        ("bcc", envelope.bcc),
        ("cc", envelope.cc),
        ("reply-to", envelope.reply_to),
        ("to", envelope.to),
    ):
        for position, person in enumerate(people):
            yield number, kind, position, person.name, person.address


def only_of(tx: Reading, account: str) -> list[MessageId]:
    """Return the messages that no other account has a copy of, gone ones included."""
    rows = tx.execute(
        """
        SELECT message.id
        FROM message_copy
        JOIN folder ON folder.id = message_copy.folder_id
        JOIN message ON message.number = message_copy.message_number
        GROUP BY message.number
        HAVING min(folder.account_id = :account) = 1
        """,
        {"account": account},
    )
    return [MessageId(row["id"]) for row in rows]


def purge(tx: Writing, ids: Sequence[MessageId]) -> None:
    """Forget the messages, their copies, and the sources that nothing else has."""
    tx.executemany("DELETE FROM message WHERE id = ?", [(message_id,) for message_id in ids])
    tx.execute(
        """
        DELETE FROM source
        WHERE NOT EXISTS (SELECT 1 FROM message WHERE source_id = source.id)
            AND NOT EXISTS (SELECT 1 FROM message_copy WHERE source_id = source.id)
            AND NOT EXISTS (SELECT 1 FROM outgoing WHERE source_id = source.id)
        """
    )


def by_id(tx: Reading, message_id: str) -> Message | None:
    """Return the message of this id."""
    rows = tx.execute(
        """
        SELECT number, id, identity, rfc_message_id, date, sent_at, subject, from_name,
            from_address, in_reply_to, refs, thread_id, attachments, size_bytes, defects
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
            SELECT number, id, identity, rfc_message_id, date, sent_at, subject, from_name,
                from_address, in_reply_to, refs, thread_id, attachments, size_bytes, defects
            FROM message WHERE id IN (SELECT value FROM json_each(?))
            """,
            (json.dumps(list(places)),),
        ).fetchall()
        yield from _messages(tx, sorted(rows, key=lambda row: places[row["id"]]))


def by_numbers(tx: Reading, numbers: Sequence[MessageNumber]) -> Iterator[Message]:
    """Yield the messages of these numbers, a few hundred at most, in this order."""
    places = {each: place for place, each in enumerate(numbers)}
    rows = tx.execute(
        """
        SELECT number, id, identity, rfc_message_id, date, sent_at, subject, from_name,
            from_address, in_reply_to, refs, thread_id, attachments, size_bytes, defects
        FROM message WHERE number IN (SELECT value FROM json_each(?))
        """,
        (json.dumps(numbers),),
    ).fetchall()
    yield from _messages(tx, sorted(rows, key=lambda row: places[row["number"]]))


def _messages(tx: Reading, rows: Sequence[sqlite3.Row]) -> Iterator[Message]:
    numbers = json.dumps([row["number"] for row in rows])
    people = _recipients(tx, numbers)
    copies = _copies(tx, numbers)
    ids = [row["id"] for row in rows]
    about, said = links.of_messages(tx, ids), processing.said(tx, ids)
    for row in rows:
        number = row["number"]
        yield _message(
            row,
            people.get(number, {}),
            copies.get(number, []),
            about.get(row["id"], []),
            said.get(row["id"]),
        )


def _recipients(tx: Reading, numbers: str) -> dict[int, dict[str, list[Person]]]:
    found: dict[int, dict[str, list[Person]]] = {}
    for row in tx.execute(
        """
        SELECT message_number, kind, name, address FROM recipient
        WHERE message_number IN (SELECT value FROM json_each(?))
        ORDER BY message_number, kind, position
        """,
        (numbers,),
    ):
        of_kind = found.setdefault(row["message_number"], {}).setdefault(row["kind"], [])
        of_kind.append(Person(row["name"], row["address"]))
    return found


def _copies(tx: Reading, numbers: str) -> dict[int, list[Copy]]:
    found: dict[int, list[Copy]] = {}
    for row in tx.execute(
        """
        SELECT message_copy.message_number, account.address, folder.path, message_copy.uid,
            message_copy.flags, message_copy.internal_date, message_copy.role,
            message_copy.gone_at, message_copy.labels
        FROM message_copy
        JOIN folder ON folder.id = message_copy.folder_id
        JOIN account ON account.id = folder.account_id
        WHERE message_copy.message_number IN (SELECT value FROM json_each(?))
        ORDER BY message_copy.id
        """,
        (numbers,),
    ):
        found.setdefault(row["message_number"], []).append(_copy(row))
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
        labels=None if row["labels"] is None else from_list(row["labels"]),
    )


@from_row
def _message(
    row: sqlite3.Row,
    people: dict[str, list[Person]],
    copies: list[Copy],
    about: list[Link],
    said_processed: bool | None,
) -> Message:
    sender = None
    if row["from_address"] is not None:
        sender = Person(row["from_name"], row["from_address"])
    envelope = Envelope(
        rfc_message_id=row["rfc_message_id"],
        identity=row["identity"].hex(),
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
        links=tuple(about),
        said_processed=said_processed,
    )
