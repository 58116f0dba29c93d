"""What the core asks of the world: servers, name servers, secret stores, the clock."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from mailctl.records import dataclass

if TYPE_CHECKING:  # nobody needs all of these nouns at once
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence, Set
    from contextlib import AbstractContextManager

    from mailctl.domain.answers import AliasAnswer, MxAnswer, SrvAnswer, TextAnswer, WebAnswer
    from mailctl.domain.folders import RemoteFolder
    from mailctl.domain.ids import SourceId
    from mailctl.domain.oauth import AccessToken, DeviceCode, OAuthApp
    from mailctl.domain.providers import Provider
    from mailctl.domain.secret import Secret, SecretRef
    from mailctl.domain.syncing import Entry, Fetched, Flags, Labels, Page, Uid
    from mailctl.errors import MailctlError


class Clock(Protocol):
    """Tells the time."""

    def __call__(self) -> datetime:
        """Return the instant, aware, in UTC."""
        ...


class Timer(Protocol):
    """Measures how long things take."""

    def __call__(self) -> float:
        """Return seconds since some fixed moment; never goes back."""
        ...


class Entropy(Protocol):
    """The source of unpredictability."""

    def __call__(self, size: int, /) -> bytes:
        """Return `size` unpredictable bytes."""
        ...


@dataclass(frozen=True)
class Login:
    """All it takes to sign in: where, as whom, with what."""

    provider: Provider
    username: str
    secret: Secret
    is_token: bool = False
    """Whether the secret is an OAuth access token (XOAUTH2, OAUTHBEARER) and no password."""


Fact = tuple[datetime, int]
"""When a message was received and its size in octets: what a move does not change."""

NamedFact = tuple[str, Fact]
"""What the server calls a message, wherever it lies, and what is true of it."""


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
    is_gentle: bool = False
    """Whether messages are asked for one by one: the last connection broke over one of them."""


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


class MailSender(Protocol):
    """A signed-in submission service."""

    def verify(self) -> None:
        """Make sure that the service is ready to take a message."""
        ...

    def send(self, sender: str, recipients: Sequence[str], source: bytes) -> None:
        """Submit a message to all of the recipients or to none.

        Raises ServerRefused, ServerBusy or Unreachable.
        """
        ...


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


class NameServer(Protocol):
    """Answers what the DNS says. Never raises: see the outcome. Names are A-labels."""

    async def exchangers(self, domain: str, /) -> MxAnswer:
        """Return the MX records, best first."""
        ...

    async def services(self, name: str, /) -> SrvAnswer:
        """Return the SRV records of a name such as _imaps._tcp.example.org, best first."""
        ...

    async def texts(self, domain: str, /) -> TextAnswer:
        """Return the TXT records, the parts of each joined."""
        ...

    async def alias(self, host: str, /) -> AliasAnswer:
        """Return what the host is an alias of; nodata where of nothing."""
        ...


class Web(Protocol):
    """Fetches small documents over verified HTTPS from public addresses, and nothing else.

    Never raises: a redirect to anything but HTTPS, a certificate of another name, a
    private address or a document over the limit is an outcome (`rejected`).
    """

    async def get(self, url: str, /, *, stays_at: str | None = None) -> WebAnswer:
        """Return the document; with `stays_at` no redirect may leave what lies below that name."""
        ...


@dataclass(frozen=True)
class Internet:
    """Whom a resolution may ask: name servers, and web servers unless that is not wanted."""

    names: NameServer
    web: Web | None = None


class Authoriser(Protocol):
    """Gets grants from OAuth issuers.

    A grant is what the issuer gave: tokens and when they end. It is kept as one secret,
    which only this port reads. `client_secret` is None for a public client.

    Everything that asks the issuer raises ConsentRefused where a person or the issuer said
    no, GrantRevoked where what was agreed holds no more, ServerRefused where the app itself
    is refused, Unreachable, ServerBusy or TlsFailure.
    """

    def in_browser(
        self,
        app: OAuthApp,
        client_secret: Secret | None,
        *,
        login_hint: str,
        show: Callable[[str], None],
    ) -> Secret:
        """Return the grant that a person gives in a browser on this machine.

        `show` is told the address to open, before anything waits for it. Waits at most
        five minutes.
        """
        ...

    def by_device(
        self, app: OAuthApp, client_secret: Secret | None, *, show: Callable[[DeviceCode], None]
    ) -> Secret:
        """Return the grant that a person gives by typing a code in somewhere (RFC 8628)."""
        ...

    def by_paste(
        self,
        app: OAuthApp,
        client_secret: Secret | None,
        *,
        login_hint: str,
        ask: Callable[[str], str],
    ) -> Secret:
        """Return the grant of a browser elsewhere.

        `ask` is told the address to open and returns the address at which the browser ended.
        """
        ...

    def by_app(self, app: OAuthApp, client_secret: Secret, *, address: str) -> Secret:
        """Return the grant of an app that signs in by itself, for that mailbox."""
        ...

    def from_refresh_token(self, refresh_token: Secret) -> Secret:
        """Return a grant made elsewhere, to be renewed before its first use."""
        ...

    def renewed(self, app: OAuthApp, client_secret: Secret | None, grant: Secret) -> Secret:
        """Return the grant with a new access token, and a new refresh token if that rotates."""
        ...

    def access(self, grant: Secret) -> AccessToken:
        """Return the access token in the grant, without asking anybody.

        Raises SecretStoreUnusable for a secret that is no grant.
        """
        ...


class SecretStore(Protocol):
    """Keeps secrets of every scheme; the reference says which."""

    def read(self, ref: SecretRef) -> Secret:
        """Return the secret. Raises SecretMissing or SecretStoreUnusable."""
        ...

    def is_writable(self, ref: SecretRef) -> bool:
        """Whether `replace` may be called for the place, as tokens need it."""
        ...

    def write(self, ref: SecretRef, secret: Secret) -> None:
        """Keep a new secret; one that is there is never replaced. Raises SecretStoreUnusable."""
        ...

    def replace(self, ref: SecretRef, secret: Secret) -> None:
        """Keep the secret in the place of the old one, in one step.

        Raises SecretStoreUnusable, also for a place that is a person's.
        """
        ...

    def remove(self, ref: SecretRef) -> None:
        """Take back what `write` kept, and nothing else.

        A file is removed whoever made it: only for what was written before.
        """
        ...

    def copy(self, before: SecretRef, after: SecretRef) -> None:
        """Keep the secret in a second place as well; made again it is no failure.

        Raises SecretMissing, or SecretStoreUnusable where another secret is there.
        """
        ...

    def own_ref(self, name: str) -> SecretRef:
        """Return the reference under which a new secret is best kept on this machine."""
        ...


class AccountLocks(Protocol):
    """Keeps two runs from working on one account, on this machine."""

    def hold(
        self, account: str, /, *, called: str = "", wait_s: float = 0
    ) -> AbstractContextManager[None]:
        """Hold the account until the block ends or the process dies.

        Raises Locked where another holds it for more than `wait_s`; in it the account is
        `called` what a person calls it.
        """
        ...

    def holder(self, account: str, /) -> int | None:
        """Return the process that works on the account now, None where none does."""
        ...
