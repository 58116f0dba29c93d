"""One folder against sources that do odd things, each page as a server might give it."""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mailctl.core import folder_sync
from mailctl.core.filters import filters_of
from mailctl.core.folder_sync import FolderSync
from mailctl.core.services import Services
from mailctl.domain.accounts import Account, AccountState
from mailctl.domain.folders import Folder, RemoteFolder
from mailctl.domain.ids import AccountId, FolderId, ProviderName
from mailctl.domain.messages import Role
from mailctl.domain.secret import SecretRef, SecretScheme
from mailctl.domain.syncing import AccountRun, Arrived, Fetched, Page, Uid, Vanished
from mailctl.errors import GuardRefused
from mailctl.mail.parse import read_envelope
from mailctl.ports import Authoriser, KnownCopies, Login, MailSender, MailSource
from mailctl.secrets.stores import Secrets
from mailctl.secrets.vault import Vault
from mailctl.store import accounts, copies, folders, messages
from mailctl.store.connection import Store
from mailctl.store.locks import FileLocks
from tests.resolve.worlds import NOBODY

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
REMOTE = RemoteFolder("INBOX", "/", None, is_selectable=True, state="s1")


def arrived(*uids: int, size: int = 100) -> tuple[Arrived, ...]:
    """Return what a server says of new messages."""
    return tuple(Arrived(Uid(uid), frozenset(), NOW, size) for uid in uids)


def gone(*uids: int) -> tuple[Vanished, ...]:
    """Return what a server says of messages that it no longer has."""
    return tuple(Vanished(Uid(uid), "expunged") for uid in uids)


def mail(uid: int) -> bytes:
    """Return the source of a message."""
    return f"From: b@x.example\r\nMessage-ID: <{uid}@x>\r\n\r\nbody {uid}\r\n".encode()


@dataclass
class Script:
    """A source that gives these pages, whatever it is asked, and notes the cursor it is given."""

    pages: Sequence[Page]
    withheld: frozenset[int] = frozenset()
    cursors: list[str | None] = field(default_factory=list)
    fetched: list[int] = field(default_factory=list)

    def folders(self) -> Sequence[RemoteFolder]:
        return [REMOTE]

    def changes(
        self, folder: str, cursor: str | None, *, known: KnownCopies, since: datetime | None
    ) -> Iterator[Page]:
        self.cursors.append(cursor)
        yield from self.pages

    def fetch(self, folder: str, uids: Sequence[Uid]) -> Iterator[Fetched]:
        self.fetched += uids
        yield from (Fetched(uid, mail(uid)) for uid in uids if uid not in self.withheld)


@dataclass
class Desk:
    """A store with one account and one folder, to be synced again and again."""

    services: Services
    account: Account
    folder_id: FolderId

    def sync(self, script: Script, *, allow_delete: bool = False, state: str = "s1") -> AccountRun:
        """Run once against a source."""
        run = AccountRun(self.account.id, self.account.address, NOW)
        FolderSync(
            services=self.services,
            source=script,
            account=self.account,
            folder=self.folder,
            run=run,
            since=None,
            allow_delete=allow_delete,
            filters=filters_of(self.account),
        ).bring_up_to_date(replace(REMOTE, state=state))
        return run

    @property
    def folder(self) -> Folder:
        """The folder as it is remembered."""
        with self.services.store.reading() as tx:
            (folder,) = folders.of_account(tx, self.account.id)
        return folder

    def known(self) -> set[int]:
        """The UIDs that are not gone."""
        return set(
            copies.StoredCopies(self.services.store, self.folder_id).between(Uid(1), Uid(999))
        )

    def waiting(self) -> list[Uid]:
        """The UIDs in quarantine."""
        with self.services.store.reading() as tx:
            return copies.quarantined(tx, self.folder_id)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A fresh store with an account whose folder nobody has read yet."""
    store = Store(tmp_path / "mailctl.db")
    account = Account(
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
    with store.writing() as tx:
        accounts.add(tx, account)
        folder = folders.ensure(tx, account.id, REMOTE)
    yield Desk(services_at(store, tmp_path), account, folder.id)
    store.close()


def services_at(store: Store, place: Path) -> Services:
    """Return services whose network must not be used."""
    return Services(
        store=store,
        mail=NoMail(),
        internet=NOBODY,
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


class NoMail:
    """Stands where a folder's sync never looks."""

    def source(self, login: Login) -> AbstractContextManager[MailSource]:
        raise AssertionError("nobody signs in here")

    def sender(self, login: Login) -> AbstractContextManager[MailSender]:
        raise AssertionError("nobody signs in here")


def test_a_page_without_a_cursor_is_stored_and_not_remembered(desk: Desk) -> None:
    desk.sync(Script([Page(arrived=arrived(1, 2)), Page(arrived=arrived(3), cursor="c1")]))
    assert desk.known() == {1, 2, 3}
    assert desk.folder.cursor == "c1"


def test_the_state_is_remembered_only_if_nothing_was_left_out(desk: Desk) -> None:
    desk.sync(Script([Page(arrived=arrived(1), cursor="c1")]))
    assert desk.folder.state is None
    desk.sync(Script([Page(cursor="c2", is_whole=True)]), state="s2")
    assert desk.folder.state == "s2"


def test_an_unchanged_state_leaves_the_folder_closed(desk: Desk) -> None:
    desk.sync(Script([Page(cursor="c1", is_whole=True)]))
    script = Script([])
    desk.sync(script)
    assert script.cursors == []


def test_what_is_listed_but_not_given_waits_and_is_tried_again(desk: Desk) -> None:
    page = Page(arrived=arrived(1, 2), cursor="c1", is_whole=True)
    run = desk.sync(Script([page], withheld=frozenset({2})))
    assert (run.stored, run.failed) == (1, 1)
    assert desk.waiting() == [2]
    again = Script([Page(arrived=arrived(2), cursor="c1", is_whole=True)])
    assert desk.sync(again).stored == 1
    assert again.cursors == [None]
    assert desk.waiting() == []


def test_what_waits_and_is_gone_from_the_server_is_forgotten(desk: Desk) -> None:
    page = Page(arrived=arrived(1), cursor="c1", is_whole=True)
    desk.sync(Script([page], withheld=frozenset({1})))
    assert desk.sync(Script([Page(cursor="c1", is_whole=True)])).failed == 0
    assert desk.waiting() == []


def test_what_waits_stays_where_the_listing_was_not_whole(desk: Desk) -> None:
    page = Page(arrived=arrived(1), cursor="c1", is_whole=True)
    desk.sync(Script([page], withheld=frozenset({1})))
    desk.sync(Script([Page(cursor="c1")]))
    assert desk.waiting() == [1]


def test_a_message_that_is_too_large_is_not_fetched(desk: Desk) -> None:
    script = Script([Page(arrived=arrived(1, size=folder_sync.LARGEST_BYTES + 1), cursor="c1")])
    run = desk.sync(script)
    assert (run.stored, run.failed, script.fetched) == (0, 1, [])


def test_deletions_and_the_cursor_that_carries_them_are_refused_together(desk: Desk) -> None:
    desk.sync(Script([Page(arrived=arrived(1, 2, 3), cursor="c1")]))
    everything = Script([Page(vanished=gone(1, 2, 3), cursor="c2", is_whole=True)])
    with pytest.raises(GuardRefused):
        desk.sync(everything)
    assert desk.known() == {1, 2, 3}
    assert (desk.folder.cursor, desk.folder.state) == ("c1", None)
    assert desk.sync(everything, allow_delete=True).gone == 3
    assert (desk.known(), desk.folder.cursor) == (set(), "c2")


def test_an_arrival_does_not_hide_that_all_the_rest_vanished(desk: Desk) -> None:
    desk.sync(Script([Page(arrived=arrived(*range(1, 51)), cursor="c1")]))
    page = Page(arrived=arrived(51), vanished=gone(*range(1, 51)), cursor="c2")
    with pytest.raises(GuardRefused):
        desk.sync(Script([page]))
    assert desk.known() == set(range(1, 52))


def test_deletions_spread_over_pages_with_cursors_are_counted_together(desk: Desk) -> None:
    desk.sync(Script([Page(arrived=arrived(*range(1, 151)), cursor="c1")]))
    pages = [
        Page(vanished=gone(*range(first, first + 50)), cursor=f"c{first}") for first in (1, 51, 101)
    ]
    with pytest.raises(GuardRefused):
        desk.sync(Script(pages))
    assert len(desk.known()) == 50
    assert desk.folder.cursor == "c51"


def test_a_message_that_is_given_twice_is_stored_once(desk: Desk) -> None:
    page = Page(arrived=arrived(1), cursor="c1")
    desk.sync(Script([page]))
    desk.sync(Script([page]))
    with desk.services.store.reading() as tx:
        assert len(list(messages.list_(tx, messages.Wanted()))) == 1


@pytest.mark.parametrize(
    ("fields", "role"),
    [
        ("From: Ada <ADA@Corp.Example>", Role.FROM),
        ("To: b@x.example, ada@corp.example", Role.TO),
        ("Cc: ada@corp.example", Role.CC),
        ("Bcc: ada@corp.example", Role.BCC),
        ("To: list@x.example", None),
    ],
)
def test_the_owner_has_a_role_in_the_message(fields: str, role: Role | None) -> None:
    envelope = read_envelope(fields.encode() + b"\r\n\r\nbody")
    assert folder_sync.role_of("ada@corp.example", envelope) == role


def test_a_role_is_found_in_any_spelling_of_the_domain() -> None:
    envelope = read_envelope("To: ada@bücher.example\r\n\r\n".encode())
    assert folder_sync.role_of("ada@xn--bcher-kva.example", envelope) == Role.TO
