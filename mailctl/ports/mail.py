"""What the core asks of mail servers: what changed in a mailbox, marks set there, mail sent."""

from __future__ import annotations

from dataclasses import field
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from mailctl.records import dataclass

if TYPE_CHECKING:  # nobody needs all of these nouns at once
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence, Set
    from contextlib import AbstractContextManager

    from mailctl.domain.folders import RemoteFolder
    from mailctl.domain.ids import SourceId
    from mailctl.domain.providers import Provider
    from mailctl.domain.secret import Secret
    from mailctl.domain.syncing import Entry, Fetched, Flags, Labels, Page, Recognised, Uid
    from mailctl.errors import MailctlError


@dataclass(frozen=True)
class Login:
    """All it takes to sign in: where, as whom, with what."""

    provider: Provider
    username: str
    secret: Secret
    is_token: bool = False
    """Whether the secret is an OAuth access token (XOAUTH2, OAUTHBEARER) and no password."""
    address: str | None = None
    """Whose mailbox it is, where the user name does not say so."""
    memo: str | None = None
    """What an earlier sign-in found out of the server (`MailSource.memo`)."""
    account: str | None = None
    """The id of the account, by which a trace calls it."""


Fact = tuple[datetime, int]
"""When a message was received and its size in octets: what a move does not change."""

NamedFact = tuple[str, Fact]
"""What the server calls a message, wherever it lies, and what is true of it."""

Name = tuple[str, datetime]
"""What the server calls a message, wherever it lies, and when that was received."""


class KnownCopies(Protocol):
    """What we hold of a folder, asked for range by range so that it need not fit in memory."""

    def between(self, first: Uid, last: Uid) -> Mapping[Uid, Flags]:
        """Return the copies not gone whose UID lies in `first`..`last`, both included."""
        ...

    def labelled(self, first: Uid, last: Uid) -> Mapping[Uid, Labels]:
        """Return the labels of those copies not gone in the range that have any said of them."""
        ...

    def lowest(self) -> Uid | None:
        """Return the lowest UID of a copy not gone."""
        ...


class Holdings(Protocol):
    """What we hold of a folder in each of its numberings, and of the mailbox it belongs to."""

    def numbered(self, numbering: int) -> KnownCopies:
        """Return the folder's copies of that numbering."""
        ...

    def is_empty(self) -> bool:
        """Whether we hold nothing at all of the mailbox."""
        ...

    def alike(self, facts: Collection[Fact]) -> Set[Fact]:
        """Return those facts that are true of something in the mailbox, here or elsewhere."""
        ...

    def identified(self, named: Collection[NamedFact]) -> Mapping[NamedFact, SourceId]:
        """Return the source of those of which we hold one, and only one."""
        ...

    def called(self, names: Collection[Name]) -> Mapping[Name, SourceId]:
        """Return the same where the server does not say beforehand how large a source is."""
        ...

    def with_header(self, fact: Fact, header: bytes) -> SourceId | None:
        """Return the one source of these facts that begins with that header."""
        ...


@dataclass(frozen=True)
class FolderRequest:
    """What is wanted of a folder.

    `cursor` is None at first, or what a stored page carried. Only mail received at or
    after `since` arrives. Of mail that `takes` refuses by its size no source is read.
    """

    path: str
    cursor: str | None
    holdings: Holdings
    since: datetime | None = None
    takes: Callable[[int], bool] | None = None
    numbering: int | None = None
    """Which numbering `again` and `leave` belong to: under another they mean nothing."""
    again: tuple[Uid, ...] = ()
    """Messages that are asked for whatever the cursor says."""
    leave: frozenset[Uid] = frozenset()
    """Messages that are not asked for."""
    is_full: bool = False
    """Whether everything is compared, whatever the server's counts say."""
    with_sources: bool = True
    with_bodies: bool = True
    """Whether sources are wanted whole: where not, of each its header may be given alone."""
    is_gentle: bool = False
    """Whether messages are asked for one by one: the last connection broke over one of them."""
    same: Recognised | None = None
    """What need not be fetched, for we hold it from the server where the mailbox was before."""


class MailSource(Protocol):
    """A signed-in mailbox that is only ever read."""

    def folders(self) -> Sequence[RemoteFolder]:
        """Return every folder, INBOX first where there is one."""
        ...

    def changes(self, requests: Sequence[FolderRequest]) -> Iterator[Page]:
        """Yield what changed in the folders, in bounded pages; pages of a folder come in order.

        The last page of a folder always carries a cursor; what vanished in pages without
        one belongs to it. A folder that the server refuses is left out and `refused` says
        why.
        """
        ...

    @property
    def refused(self) -> Mapping[str, MailctlError]:
        """Why folders of the last `changes` could not be read, by path."""
        ...

    def is_missing(self, folder: str) -> bool:
        """Whether the server says positively that there is no such folder."""
        ...

    def uids(self, folder: str) -> tuple[int, Iterator[Sequence[Uid]]]:
        """Return how a folder is numbered, and all its UIDs, ascending, in bounded portions."""
        ...

    def headings(self, folder: str) -> tuple[int, Iterator[tuple[Uid, bytes]]]:
        """Return how a folder is numbered, and what each message says of itself, in any order.

        That is a header with at least Message-ID, Date, From and Subject; drafts may be left
        out. Raises NotFound or ServerRefused for a folder that cannot be read.
        """
        ...

    def entries(self, folder: str, uids: Sequence[Uid], *, numbering: int) -> Iterator[Entry]:
        """Yield flags and date of those messages that the server still lists; order is free.

        Raises CursorExpired where the folder is numbered otherwise.
        """
        ...

    def fetch(self, folder: str, uids: Sequence[Uid], *, numbering: int) -> Iterator[Fetched]:
        """Yield the sources of those messages that the server still gives; order is free.

        Raises CursorExpired where the folder is numbered otherwise.
        """
        ...

    def watch(
        self, folder: str, *, at_most_s: float, ignoring: Collection[str] = frozenset()
    ) -> bool:
        """Wait until something happens in the folder; return whether it did within the time.

        Where the server tells of all folders at once, any counts but those that are ignored.
        A wait that follows another one at once goes on there: what happened between counts.
        """
        ...

    def describe(self) -> Mapping[str, object]:
        """Return how this server is talked to, and why, for a person to read."""
        ...

    @property
    def memo(self) -> str | None:
        """What was found out of the server and spares the next sign-in questions: `Login.memo`.

        It is opaque to all but the protocol, and holds no secret; None where nothing is.
        """
        ...


class MailMarker(Protocol):
    """A signed-in mailbox in which flags are changed, and nothing else."""

    def mark(
        self, folder: str, uids: Sequence[Uid], *, numbering: int, add: Flags, remove: Flags
    ) -> Mapping[Uid, Flags]:
        """Change flags; return those that the messages have now which are still there.

        Flags that are not named stay as whoever else set them. Raises CursorExpired where the
        folder is numbered otherwise, ServerRefused where the server keeps no such flag or
        lets nobody change it.
        """
        ...


@dataclass(frozen=True)
class Receipt:
    """For whom a submission service took a mail, and why not for the others.

    Where nobody was accepted, nothing was handed over.
    """

    accepted: tuple[str, ...]
    refused: Mapping[str, MailctlError] = field(default_factory=dict)
    """By address: ServerBusy where it may be tried again, ServerRefused where not."""


class MailSender(Protocol):
    """A signed-in submission service; it takes one mail after the other."""

    @property
    def largest_bytes(self) -> int | None:
        """The size of the largest mail that it takes, None where it does not say."""
        ...

    def verify(self) -> None:
        """Make sure that the service is ready to take a message."""
        ...

    def send(
        self,
        sender: str,
        recipients: Sequence[str],
        source: bytes,
        *,
        on_handing_over: Callable[[Receipt], None] = lambda receipt: None,
    ) -> Receipt:
        """Submit a message to those recipients that the service accepts.

        `on_handing_over` is called at the last moment at which the service certainly does not
        have the mail, with what it said of the recipients; if it raises, the mail is not handed
        over. Raises, for the mail as a
        whole: MailTooLarge, ServerRefused, ServerBusy, or Unreachable where the connection
        was lost before that moment; DeliveryUncertain where it was lost after. After
        ServerRefused and ServerBusy the next mail may be sent over the same connection,
        unless `is_open` says otherwise.
        """
        ...

    @property
    def is_open(self) -> bool:
        """Whether another mail can be sent."""
        ...


class MailFiler(Protocol):
    """A signed-in mailbox into which copies of sent mail are put, and nothing else."""

    def sent_folder(self) -> str | None:
        """Return the folder for sent mail: by its use (RFC 6154), else by its name, if any."""
        ...

    def new_sent_folder(self) -> str:
        """Return the path that a folder for sent mail would have if it were made."""
        ...

    def holds(self, folder: str, rfc_message_id: str) -> bool:
        """Whether the folder has a mail of that Message-ID. Raises NotFound without the folder."""
        ...

    def append(self, folder: str, source: bytes, *, received_at: datetime) -> None:
        """Put a mail into the folder, as read, making the folder where there is none.

        Raises ServerRefused, ServerBusy or Unreachable; DeliveryUncertain where the connection
        was lost when all of it had been handed over.
        """
        ...


@dataclass(frozen=True)
class ExchangeFound:
    """An Exchange server that Autodiscover names, and what it takes."""

    ews_url: str
    said_by: str
    """The host of the mail domain's own that named it."""
    takes_passwords: bool = True
    takes_tokens: bool = False


class MailAccess(Protocol):
    """Opens mailboxes and submission services, whatever protocol their provider speaks.

    Entering signs in. Raises Unreachable, TlsFailure, AuthenticationRefused,
    ServerBusy, ServerRefused, or GuardRefused for a discovered host at a private address.
    """

    def source(self, login: Login) -> AbstractContextManager[MailSource]:
        """Return the mailbox, to be entered."""
        ...

    def marker(self, login: Login) -> AbstractContextManager[MailMarker]:
        """Return the mailbox for changing flags, to be entered."""
        ...

    def sender(self, login: Login) -> AbstractContextManager[MailSender]:
        """Return the submission service, to be entered."""
        ...

    def find_exchange(
        self, login: Login, hosts: Sequence[str], *, is_own: Callable[[str], bool], signs: bool
    ) -> ExchangeFound:
        """Return the Exchange server of `login.address`, as Autodiscover at these hosts names it.

        They get the credentials only where it `signs`, and none gets anything that is not the
        domain's own. Raises AuthenticationRefused, GuardRefused where one sends us to a
        stranger, TlsFailure, ServerRefused, Unreachable, or NotFound.
        """
        ...

    def filer(self, login: Login) -> AbstractContextManager[MailFiler]:
        """Return the mailbox for filing what was sent, to be entered."""
        ...
