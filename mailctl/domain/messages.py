"""One mail as such, and its copies in folders."""

from dataclasses import field
from datetime import datetime
from enum import StrEnum

from mailctl.domain.addresses import Person
from mailctl.domain.ids import MessageId
from mailctl.domain.links import Link, ObjectNoun
from mailctl.records import dataclass


class Role(StrEnum):
    """What the owner of a mailbox is to a message that lies in it."""

    FROM = "from"
    TO = "to"
    CC = "cc"
    BCC = "bcc"


@dataclass(frozen=True)
class Envelope:
    """What a message's source says about itself; never guessed, None or empty if absent.

    `defects` names each field that could not be read as RFC 5322 wants it.
    """

    rfc_message_id: str | None
    identity: str
    """Digest of the content that decides, with `rfc_message_id`, what is the same mail."""
    sent_at: datetime | None
    sender: Person | None
    to: tuple[Person, ...]
    cc: tuple[Person, ...]
    bcc: tuple[Person, ...]
    reply_to: tuple[Person, ...]
    subject: str
    in_reply_to: tuple[str, ...]
    references: tuple[str, ...]
    attachments: int
    size_bytes: int
    defects: tuple[str, ...] = ()
    marks: frozenset[str] = frozenset()
    """What the header says of the sender: `bulk`, `no-reply`; `invitation`. Not stored."""


@dataclass(frozen=True)
class Copy:
    """A message in one folder of one account."""

    account: str
    folder: str
    uid: int
    flags: tuple[str, ...]
    internal_date: datetime
    role: Role | None
    gone_at: datetime | None = None
    labels: tuple[str, ...] | None = None
    """The folders in which people see it, where the server has labels."""

    @property
    def seen_in(self) -> tuple[str, ...]:
        """The folders in which people see it: that in which it lies, or those of its labels."""
        return self.labels or (self.folder,)


@dataclass(frozen=True)
class Message:
    """One mail, once, with every copy we know of."""

    id: MessageId
    date: datetime
    envelope: Envelope
    thread_id: str | None
    copies: tuple[Copy, ...] = field(default=())
    links: tuple[Link, ...] = field(default=())
    said_processed: bool | None = None
    """What a person said of whether it has been dealt with."""

    @property
    def is_processed(self) -> bool:
        """Whether somebody dealt with it: it is known with whom it is, and what it is about."""
        if self.said_processed is not None:
            return self.said_processed
        nouns = {link.object.noun for link in self.links if not link.is_candidate}
        return ObjectNoun.RECORD in nouns and len(nouns) > 1

    @property
    def live_copies(self) -> tuple[Copy, ...]:
        """The copies that the servers still have."""
        return tuple(copy for copy in self.copies if copy.gone_at is None)
