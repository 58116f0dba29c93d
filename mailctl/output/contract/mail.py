"""Messages, what they are made of, and mail on its way out, as JSON."""

from datetime import datetime
from typing import Annotated, Literal, TypedDict

from mailctl.core.messages.purging import PurgeState
from mailctl.domain.addresses import Person
from mailctl.domain.content import DeliveryReport, Invitation
from mailctl.domain.defects import Defect
from mailctl.domain.ids import MessageId
from mailctl.domain.links import Step
from mailctl.domain.mail_files import FileFormat
from mailctl.domain.messages import Copy
from mailctl.domain.outgoing import CopyState, OutgoingId, OutgoingState, RecipientKind
from mailctl.domain.suspicions import Suspicion
from mailctl.mail.header_list import HeaderField
from mailctl.output.contract.failures import Failure


class About(TypedDict):
    """What a message is about."""

    kind: Annotated[str, "contact, company, or record:TYPE"]
    id: str
    name: str
    step: Step
    candidate: Annotated[bool, "whether a person has to choose"]


# `from` is no name for the syntax of classes
_Sender = TypedDict("_Sender", {"from": Person | None})


class Message(_Sender):
    """A message, once, however many folders have it."""

    id: MessageId
    date: datetime
    to: list[Person]
    subject: str
    account: Annotated[str | None, "the first of accounts"]
    accounts: list[str]
    folders: list[str]
    flags: list[str]
    thread_id: str | None
    size: int
    attachments: Annotated[int, "how many"]
    links: list[About]
    processed: bool


class PlacedMessage(Message):
    """A message in its conversation."""

    parent_id: MessageId | None
    depth: int


class File(TypedDict):
    """An attachment."""

    number: int
    name: str
    safe_name: Annotated[str, "fit for any disk"]
    media_type: str
    size: int
    inline: bool
    content_id: str | None


class ShownMessage(Message):
    """A message with everything that is in it."""

    cc: list[Person]
    bcc: list[Person]
    reply_to: list[Person]
    message_id: str | None
    in_reply_to: list[str]
    references: list[str]
    defects: Annotated[list[Defect], "docs/defects.md"]
    copies: list[Copy]
    text: str
    text_from: str | None
    urls: list[str]
    files: list[File]
    invitation: Invitation | None
    report: DeliveryReport | None
    marks: list[str]
    protection: list[str]
    warnings: list[Suspicion]
    headers: list[HeaderField]


class Count(TypedDict):
    """How many messages there are."""

    count: int


class Sum(TypedDict):
    """What messages have in common, and how many they are."""

    value: str | None
    messages: int
    bytes: int
    unread: int
    account: str | None


class AttachedFile(File):
    """An attachment of a message."""

    message: MessageId


class SavedFile(TypedDict):
    """An attachment that was written to a disk."""

    message: MessageId
    number: int
    name: str
    path: str
    media_type: str
    size: int


class ExportFailure(TypedDict):
    """A message that was not written."""

    message: MessageId
    error: str


class ExportReport(TypedDict):
    """What was written to files."""

    format: FileFormat
    to: str | None
    messages: int
    written: int
    known: Annotated[int, "there already"]
    updated: Annotated[int, "with other flags now"]
    failed: int
    errors: list[ExportFailure]


class UnreadFile(TypedDict):
    """A file that was not imported."""

    path: str
    reason: str
    error: str


class MailImport(TypedDict):
    """What was read from files."""

    imported: int
    known: int
    failed: int
    skipped: dict[str, int]
    errors: list[UnreadFile]
    indexed: int


class Flagged(TypedDict):
    """A copy of a message whose flags were to be changed."""

    id: MessageId
    account: str | None
    folder: str | None
    uid: int | None
    flags: list[str]
    changed: bool
    error: Failure | None


class Purged(_Sender):
    """A message that no server has any more."""

    id: MessageId
    state: PurgeState
    date: datetime
    subject: str
    size: int


class Recipient(TypedDict):
    """One who is to get a mail."""

    address: str
    kind: RecipientKind
    state: OutgoingState
    error: Failure | None


class SentCopy(TypedDict):
    """The copy in the folder for sent mail."""

    state: CopyState
    folder: str | None
    error: Failure | None


_From = TypedDict("_From", {"from": str})


class OutgoingMessage(_From):
    """A mail on its way out, or there."""

    id: OutgoingId
    state: OutgoingState
    account: str
    message_id: str
    message: Annotated[MessageId, "its id in the store, once its copy was synced"]
    subject: str
    recipients: list[Recipient]
    attempts: int
    created_at: datetime
    send_at: datetime | None
    tried_at: datetime | None
    next_try_at: datetime | None
    sent_at: datetime | None
    size: int
    copy: SentCopy
    error: Failure | None
    idempotency_key: str | None
    addresses: list[str]


class PreparedRecipient(TypedDict):
    """One who would get a mail."""

    address: str
    kind: RecipientKind
    state: Literal["queued"]
    error: None


class PreparedMessage(_Sender):
    """A mail as it would be sent (--dry-run)."""

    account: str
    recipients: list[PreparedRecipient]
    subject: str
    size: int
    send_at: datetime | None
    idempotency_key: str | None
    source: str
    addresses: list[str]
