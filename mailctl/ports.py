"""What the core asks of the world: servers, name servers, secret stores, the clock."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from mailctl.domain.folders import RemoteFolder
from mailctl.domain.providers import Provider
from mailctl.domain.resolution import Outcome
from mailctl.domain.secret import Secret, SecretRef
from mailctl.domain.syncing import Fetched, Flags, Page, Uid


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


class KnownCopies(Protocol):
    """What we hold of a folder, asked for range by range so that it need not fit in memory."""

    def between(self, first: Uid, last: Uid) -> Mapping[Uid, Flags]:
        """Return the copies not gone whose UID lies in `first`..`last`, both included."""
        ...

    def lowest(self) -> Uid | None:
        """Return the lowest UID of a copy not gone."""
        ...


class MailSource(Protocol):
    """A signed-in mailbox that is only ever read."""

    def folders(self) -> Sequence[RemoteFolder]:
        """Return every folder, INBOX first where there is one."""
        ...

    def changes(
        self, folder: str, cursor: str | None, *, known: KnownCopies, since: datetime | None
    ) -> Iterator[Page]:
        """Yield what changed after `cursor` in bounded pages, ascending.

        `cursor` is None at first, or what a stored page carried. Only mail received at
        or after `since` arrives. The last page always carries a cursor; what vanished in
        pages without one belongs to the next page that has one.

        Raises CursorExpired where the server's numbering started over.
        """
        ...

    def fetch(self, folder: str, uids: Sequence[Uid]) -> Iterator[Fetched]:
        """Yield the sources of those messages that the server still gives; order is free."""
        ...


class MailSender(Protocol):
    """A signed-in submission service."""

    def verify(self) -> None:
        """Make sure that the service is ready to take a message."""
        ...


class MailAccess(Protocol):
    """Opens mailboxes and submission services, whatever protocol their provider speaks.

    Entering signs in. Raises Unreachable, TlsFailure, AuthenticationRefused,
    ServerBusy, ServerRefused, or GuardRefused for a discovered host at a private address.
    """

    def source(self, login: Login) -> AbstractContextManager[MailSource]:
        """Return the mailbox, to be entered."""
        ...

    def sender(self, login: Login) -> AbstractContextManager[MailSender]:
        """Return the submission service, to be entered."""
        ...


@dataclass(frozen=True)
class MxRecord:
    """A mail exchanger: lower preference first, host without the trailing dot."""

    preference: int
    host: str


@dataclass(frozen=True)
class MxAnswer:
    """What the name server said; records only where the outcome is a hit."""

    outcome: Outcome
    records: tuple[MxRecord, ...] = ()
    detail: str = ""


@dataclass(frozen=True)
class SrvRecord:
    """A server of a service: lower priority first; host without the trailing dot.

    An empty host says that the service is not offered (RFC 2782).
    """

    priority: int
    weight: int
    port: int
    host: str


@dataclass(frozen=True)
class SrvAnswer:
    """What the name server said; records only where the outcome is a hit."""

    outcome: Outcome
    records: tuple[SrvRecord, ...] = ()
    detail: str = ""


@dataclass(frozen=True)
class TextAnswer:
    """What the name server said; texts only where the outcome is a hit."""

    outcome: Outcome
    texts: tuple[str, ...] = ()
    detail: str = ""


@dataclass(frozen=True)
class AliasAnswer:
    """What the name server said; names only where the outcome is a hit.

    They are all of the chain, the first one being what the owner of the alias wrote.
    """

    outcome: Outcome
    names: tuple[str, ...] = ()
    detail: str = ""


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


@dataclass(frozen=True)
class WebAnswer:
    """What a web server said; a body only where the outcome is a hit.

    `url` is what gave the answer, after all redirects.
    """

    outcome: Outcome
    url: str
    body: bytes = b""
    detail: str = ""
    status: int | None = None


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


class SecretStore(Protocol):
    """Keeps secrets of every scheme; the reference says which."""

    def read(self, ref: SecretRef) -> Secret:
        """Return the secret. Raises SecretMissing or SecretStoreUnusable."""
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

    def own_ref(self, name: str) -> SecretRef:
        """Return the reference under which a new secret is best kept on this machine."""
        ...


class AccountLocks(Protocol):
    """Keeps two runs from working on one account, on this machine."""

    def hold(self, account: str, /, *, called: str = "") -> AbstractContextManager[None]:
        """Hold the account until the block ends or the process dies.

        Raises Locked, in which the account is `called` what a person calls it.
        """
        ...
