"""A store with one account, to be synced again and again against mailboxes that follow a script."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from mailctl.core.access.credentials import Credential
from mailctl.core.services import Services
from mailctl.core.sync.folder_sync import Wish
from mailctl.core.sync.mailbox_sync import Enough, MailboxSync
from mailctl.domain.accounts import Account, AccountState
from mailctl.domain.folders import Folder, RemoteFolder
from mailctl.domain.ids import AccountId, ProviderName
from mailctl.domain.secret import Secret, SecretRef, SecretScheme
from mailctl.domain.syncing import (
    AccountRun,
    Arrived,
    Entry,
    Fetched,
    Flags,
    Page,
    Progress,
    Reflagged,
    Uid,
    Vanished,
)
from mailctl.errors import MailctlError
from mailctl.ports import Authoriser
from mailctl.ports.mail import (
    ExchangeFound,
    FolderRequest,
    Login,
    MailAccess,
    MailFiler,
    MailMarker,
    MailSender,
    MailSource,
)
from mailctl.secrets.stores import Secrets
from mailctl.secrets.vault import Vault
from mailctl.store import copies, folders, holdings, skipped
from mailctl.store.connection import Store
from mailctl.store.locks import FileLocks
from tests.resolve.worlds import NOBODY, custom

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
NUMBERING = 7
ACCOUNT = Account(
    id=AccountId("acc_1"),
    address="ada@corp.example",
    provider=ProviderName("hosting"),
    owner=None,
    username="ada",
    submission_username="ada",
    secret=SecretRef(SecretScheme.ENV, "PW"),
    state=AccountState.OK,
    is_default=True,
    resolved_by="mx",
    evidence="[]",
    created_at=NOW,
)


def remote(
    path: str = "INBOX", *, state: str | None = "s1", messages: int | None = None
) -> RemoteFolder:
    """Return a folder as a server lists it."""
    return RemoteFolder(path, "/", None, is_selectable=True, state=state, messages=messages)


def mail(uid: int) -> bytes:
    """Return the source of a message."""
    return f"From: b@x.example\r\nMessage-ID: <{uid}@x>\r\n\r\nbody {uid}\r\n".encode()


def arrived(*uids: int) -> tuple[Arrived, ...]:
    """Return new messages with their sources."""
    return tuple(
        Arrived(Uid(uid), frozenset(), NOW, len(mail(uid)), source=mail(uid)) for uid in uids
    )


def withheld(*uids: int, size: int = 100) -> tuple[Arrived, ...]:
    """Return new messages that the server lists and does not give."""
    return tuple(Arrived(Uid(uid), frozenset(), NOW, size) for uid in uids)


def gone(*uids: int) -> tuple[Vanished, ...]:
    """Return what a server says of messages that it no longer has."""
    return tuple(Vanished(Uid(uid), "expunged") for uid in uids)


def page(
    *arrivals: Arrived,
    folder: str = "INBOX",
    numbering: int = NUMBERING,
    reflagged: tuple[Reflagged, ...] = (),
    vanished: tuple[Vanished, ...] = (),
    cursor: str | None = None,
    is_whole: bool = False,
) -> Page:
    """Return a page as a server might give it."""
    return Page(
        folder=folder,
        numbering=numbering,
        arrived=arrivals,
        reflagged=reflagged,
        vanished=vanished,
        cursor=cursor,
        is_whole=is_whole,
    )


@dataclass
class Script:
    """A mailbox that gives these pages, or fails in between, whatever it is asked for."""

    pages: Sequence[Page | MailctlError] = ()
    remotes: Sequence[RemoteFolder] = (remote(),)
    refused: Mapping[str, MailctlError] = field(default_factory=dict)
    missing: frozenset[str] = frozenset()
    unlisted: MailctlError | None = None
    """Why not even the folders are told."""
    requests: list[FolderRequest] = field(default_factory=list)
    """What it was asked for."""
    held: list[set[int]] = field(default_factory=list)
    """Which messages were held already, request by request."""

    def folders(self) -> Sequence[RemoteFolder]:
        if self.unlisted is not None:
            raise self.unlisted
        return self.remotes

    def changes(self, requests: Sequence[FolderRequest]) -> Iterator[Page]:
        self.requests += requests
        for request in requests:
            known = request.holdings.numbered(NUMBERING)
            self.held.append(set(known.between(Uid(1), Uid(9999))))
        for step in self.pages:
            if isinstance(step, MailctlError):
                raise step
            yield step

    def is_missing(self, folder: str) -> bool:
        return folder in self.missing

    def uids(self, folder: str) -> tuple[int, Iterator[Sequence[Uid]]]:
        raise AssertionError("nobody lists here")

    def fetch(self, folder: str, uids: Sequence[Uid], *, numbering: int) -> Iterator[Fetched]:
        raise AssertionError("nobody fetches here")

    def headings(self, folder: str) -> tuple[int, Iterator[tuple[Uid, bytes]]]:
        raise AssertionError("nobody moved here")

    def entries(self, folder: str, uids: Sequence[Uid], *, numbering: int) -> Iterator[Entry]:
        raise AssertionError("nobody verifies here")

    def watch(
        self, folder: str, *, at_most_s: float, ignoring: Collection[str] = frozenset()
    ) -> bool:
        raise AssertionError("nobody watches here")

    def describe(self) -> Mapping[str, object]:
        raise AssertionError("nobody asks here")

    @property
    def memo(self) -> str | None:
        return None


@dataclass
class Connections:
    """Signs in to the mailbox of each script, one after the other."""

    scripts: list[Script]
    opened: int = 0

    def source(self, login: Login) -> AbstractContextManager[MailSource]:
        return self._opened()

    @contextmanager
    def _opened(self) -> Iterator[Script]:
        self.opened += 1
        yield self.scripts.pop(0)

    def filer(self, login: Login) -> AbstractContextManager[MailFiler]:
        raise AssertionError("nobody files here")

    def find_exchange(
        self, login: Login, hosts: Sequence[str], *, is_own: Callable[[str], bool], signs: bool
    ) -> ExchangeFound:
        raise AssertionError("nobody looks for a server here")

    def marker(self, login: Login) -> AbstractContextManager[MailMarker]:
        raise AssertionError("nobody marks here")

    def sender(self, login: Login) -> AbstractContextManager[MailSender]:
        raise AssertionError("nobody sends here")


@dataclass
class Desk:
    """A store with one account."""

    services: Services
    account: Account = ACCOUNT
    now: datetime = NOW
    failure: MailctlError | None = None
    """Why the last sync could not read a folder."""
    told: list[Progress] = field(default_factory=list)

    def sync(
        self,
        *scripts: Script,
        only: tuple[str, ...] = (),
        is_over: Callable[[], bool] = lambda: False,
        **wish: bool,
    ) -> AccountRun:
        """Run once against a mailbox, with a script for each connection to it."""
        run = AccountRun(self.account.id, self.account.address, self.now)
        services = replace(self.services, mail=Connections(list(scripts)), clock=lambda: self.now)
        mailbox = MailboxSync(
            services=services,
            account=self.account,
            provider=custom("hosting"),
            wish=Wish(since=None, **wish),
            run=run,
            watch=self.told.append,
            is_over=is_over,
            only=only,
        )
        try:
            self.failure = mailbox.bring_up_to_date(Credential(Secret("pw")))
        except Enough:
            run.state = "stopped"
        return run

    def later(self, **span: float) -> None:
        """Let time go by."""
        self.now += timedelta(**span)

    def folder(self, path: str = "INBOX") -> Folder:
        """Return the folder as it is remembered."""
        with self.services.store.reading() as tx:
            ours = folders.of_account(tx, self.account.id)
        return next(folder for folder in ours if folder.path == path)

    def copies(self, path: str = "INBOX", *, numbering: int = NUMBERING) -> Mapping[Uid, Flags]:
        """Return the copies that are not gone."""
        known = holdings.StoredCopies(self.services.store, self.folder(path).id, numbering)
        return known.between(Uid(1), Uid(9999))

    def known(self, path: str = "INBOX", *, numbering: int = NUMBERING) -> set[int]:
        """Return the UIDs that are not gone."""
        return set(self.copies(path, numbering=numbering))

    def waiting(self) -> list[Uid]:
        """Return the UIDs in quarantine."""
        folder = self.folder()
        with self.services.store.reading() as tx:
            return [each.uid for each in copies.quarantined(tx, folder.id)]

    def skipped(self) -> Mapping[Uid, str]:
        """Return what was left on the server, with the reason."""
        folder = self.folder()
        with self.services.store.reading() as tx:
            return skipped.of_folder(tx, folder.id)


def services_at(store: Store, place: Path, *, mail: MailAccess | None = None) -> Services:
    """Return services whose network must not be used, unless there is mail."""
    return Services(
        store=store,
        mail=mail or Connections([]),
        online=lambda: NOBODY,
        secrets=Secrets(Vault(place / "vault.json", place / "vault.key", is_key_ours=True), {}),
        authoriser=no_issuer,
        locks=FileLocks(place / "locks"),
        clock=lambda: NOW,
        timer=lambda: 0.0,
        started=0.0,
        entropy=bytes,
    )


def no_issuer() -> Authoriser:
    raise AssertionError("nobody asks for tokens here")
