"""An account, a folder and mail for it, put into a store as a sync would."""

from datetime import UTC, datetime

from mailctl.domain.accounts import Account, AccountState
from mailctl.domain.folders import Folder, RemoteFolder, SpecialUse
from mailctl.domain.ids import AccountId, MessageId, ProviderName
from mailctl.domain.secret import SecretRef, SecretScheme
from mailctl.domain.syncing import Uid
from mailctl.mail.parse import read_envelope, thread_id
from mailctl.store import accounts, copies, folders, messages, sources
from mailctl.store.connection import Writing

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
    packed = sources.pack(source)
    sources.put(tx, [packed])
    (message_id,) = messages.put(tx, [new_message(source, date=date)], at=NOW)
    copy = copies.NewCopy(
        message=message_id,
        source_digest=packed.digest,
        numbering=numbering,
        uid=Uid(uid),
        flags=frozenset({"\\Seen"}),
        internal_date=date,
        role=None,
        server_id=server_id,
    )
    copies.put(tx, into.id, [copy], at=NOW)
    return message_id


def new_message(source: bytes, *, date: datetime = NOW) -> messages.NewMessage:
    """Return a message as a sync makes it of a source."""
    envelope = read_envelope(source)
    return messages.NewMessage(envelope, date, thread_id(envelope), sources.pack(source).digest)
