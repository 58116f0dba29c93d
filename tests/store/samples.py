"""An account, a folder and mail for it, put into a store as a sync would."""

from datetime import UTC, datetime

from mailctl.domain.accounts import Account, AccountState
from mailctl.domain.folders import Folder, RemoteFolder, SpecialUse
from mailctl.domain.ids import AccountId, MessageId, MessageNumber, ProviderName
from mailctl.domain.secret import SecretRef, SecretScheme
from mailctl.domain.syncing import Uid
from mailctl.mail.parse import read_envelope, thread_id
from mailctl.store import accounts, copies, folders, messages, sources
from mailctl.store.connection import Reading, Writing

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
NUMBERING = 7
"""The UIDVALIDITY of every folder, where a test says no other."""
HOSTILE = "Robert'); DROP TABLE account;-- \"%_\\ \0 \u202e ü 😀"
"""A text that breaks whatever builds SQL, or a path or a pattern, out of values."""


def account(address: str = "ada@example.org") -> Account:
    return Account(
        id=AccountId(f"acc_{address}"),
        address=address,
        provider=ProviderName("hosting"),
        owner=None,
        username=address,
        submission_username=address,
        secret=SecretRef(SecretScheme.VAULT, f"acc_{address}"),
        state=AccountState.OK,
        is_default=False,
        resolved_by="mx",
        evidence="[]",
        created_at=NOW,
    )


def remote(path: str = "INBOX", special_use: SpecialUse | None = None) -> RemoteFolder:
    return RemoteFolder(path, "/", special_use, is_selectable=True, state=None)


def folder(tx: Writing, path: str = "INBOX", address: str = "ada@example.org") -> Folder:
    """Return the folder, made with its account where they are new."""
    if accounts.by_address(tx, address) is None:
        accounts.add(tx, account(address))
    return folders.ensure(tx, account(address).id, remote(path))


def mail(
    subject: str = "hello", *, message_id: str | None = "<1@example.org>", body: str = "text"
) -> bytes:
    known = "" if message_id is None else f"Message-ID: {message_id}\r\n"
    return (
        f"From: Ben <ben@example.net>\r\nTo: Ada <ada@example.org>\r\nSubject: {subject}\r\n"
        f"Date: Fri, 2 Jan 2026 03:04:05 +0000\r\n{known}\r\n{body}\r\n"
    ).encode()


def deliver(
    tx: Writing,
    into: Folder,
    uid: int,
    source: bytes,
    *,
    date: datetime = NOW,
    numbering: int = NUMBERING,
    server_id: str | None = None,
) -> MessageId:
    """Store a message and its copy, and return the message's id."""
    message = new_message(tx, source, date=date)
    (number,) = messages.put(tx, [message], at=NOW)
    copy = copies.NewCopy(
        message=number,
        source=message.source,
        numbering=numbering,
        uid=Uid(uid),
        flags=frozenset({"\\Seen"}),
        internal_date=date,
        role=None,
        server_id=server_id,
    )
    copies.put(tx, into.id, [copy], at=NOW)
    return id_of(tx, number)


def new_message(tx: Writing, source: bytes, *, date: datetime = NOW) -> messages.NewMessage:
    """Return a message as a sync makes it of a source, which is stored."""
    envelope = read_envelope(source)
    (kept,) = sources.put(tx, [sources.pack(source)])
    return messages.NewMessage(envelope, date, thread_id(envelope), kept)


def id_of(tx: Reading, number: MessageNumber) -> MessageId:
    """Return the public id of a message."""
    row = tx.execute("SELECT id FROM message WHERE number = ?", (number,)).fetchone()
    return MessageId(row["id"])


def number_of(tx: Reading, message: MessageId) -> MessageNumber:
    """Return a message's row."""
    row = tx.execute("SELECT number FROM message WHERE id = ?", (message,)).fetchone()
    return MessageNumber(row["number"])
