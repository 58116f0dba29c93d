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
    ServerBusy or ServerRefused.
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


class MxLookup(Protocol):
    """Asks the DNS for mail exchangers."""

    def __call__(self, domain: str, /) -> MxAnswer:
        """Return the MX records of an A-label domain. Never raises: see the outcome."""
        ...


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
