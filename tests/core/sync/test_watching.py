"""Following a mailbox through bad times: pauses, a machine that slept, a sign-in refused."""

import os
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from mailctl.core.services import Services
from mailctl.core.sync import watching
from mailctl.core.sync.watching import Ears, Happening, Setback, WatchRequest, watch_accounts
from mailctl.domain.accounts import AccountState
from mailctl.domain.folders import RemoteFolder
from mailctl.domain.ids import ProviderName
from mailctl.domain.providers import Origin, Provider, ProviderKind
from mailctl.domain.secret import SecretRef, SecretScheme
from mailctl.domain.servers import Endpoint, Security
from mailctl.errors import AuthenticationRefused, ExitCode, MailctlError, ServerBusy, Unreachable
from mailctl.ports.mail import ExchangeFound, Login, MailFiler, MailMarker, MailSender, MailSource
from mailctl.secrets.stores import Secrets
from mailctl.secrets.vault import Vault
from mailctl.store import accounts, providers
from mailctl.store.connection import Store
from tests.core.desk import services_at
from tests.store.samples import account

REFUSED = AuthenticationRefused("the password is wrong")


@dataclass
class Quiet:
    """A mailbox without folders, in which `wait` is all that happens."""

    wait: Callable[[float], bool]
    memo: str | None = None

    def folders(self) -> Sequence[RemoteFolder]:
        return []

    @property
    def refused(self) -> dict[str, MailctlError]:
        return {}

    def watch(
        self, folder: str, *, at_most_s: float, ignoring: Collection[str] = frozenset()
    ) -> bool:
        return self.wait(at_most_s) if at_most_s else False


@dataclass
class Fate:
    """What becomes of each sign-in, one after the other; the last one stays."""

    turns: list[Callable[[float], bool] | MailctlError]
    sign_ins: int = 0

    @contextmanager
    def source(self, login: Login) -> Iterator[MailSource]:
        turn = self.turns[min(self.sign_ins, len(self.turns) - 1)]
        self.sign_ins += 1
        if isinstance(turn, MailctlError):
            raise turn
        yield Quiet(turn)  # type: ignore[misc]

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
class Life:
    """A machine with one account, whose time goes by only when it is told to."""

    services: Services
    now: datetime = datetime(2026, 11, 23, 12, tzinfo=UTC)
    awake_s: float = 0.0
    pauses: list[float] = field(default_factory=list)
    told: list[Happening | Setback] = field(default_factory=list)

    def follow(self, *turns: Callable[[float], bool] | MailctlError) -> tuple[ExitCode, Fate]:
        """Follow the account until it is left, and return why, and how often it was tried."""
        fate = Fate(list(turns))
        services = replace(
            self.services,
            mail=fate,
            clock=lambda: self.now,
            timer=lambda: self.awake_s,
            entropy=lambda size: b"\x80" if size == 1 else os.urandom(size),
        )
        ears = Ears(self.told.append, lambda event: None, lambda error: {"code": error.kind})
        code = watch_accounts(services, WatchRequest(sleep=self.sleep), ears)
        return code, fate

    def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.pass_by(seconds)

    def pass_by(self, seconds: float, *, asleep_s: float = 0) -> bool:
        """Let time go by in which nothing happens, part of it while the machine sleeps."""
        self.awake_s += seconds
        self.now += timedelta(seconds=seconds + asleep_s)
        return False


@pytest.fixture
def life(tmp_path: Path) -> Iterator[Life]:
    store = Store(tmp_path / "mailctl.db")
    services = services_at(store, tmp_path)
    vault = Vault(tmp_path / "vault.json", tmp_path / "vault.key", is_key_ours=True)
    services = replace(services, secrets=Secrets(vault, {"PW": "pw"}))
    provider = Provider(
        name=ProviderName("hosting"),
        title="hosting",
        kind=ProviderKind.IMAP,
        origin=Origin.CUSTOM,
        incoming=Endpoint("127.0.0.1", 143, Security.NONE),
    )
    with store.writing() as tx:
        providers.add(tx, provider, at=datetime(2026, 1, 1, tzinfo=UTC))
        accounts.add(tx, replace(account(), secret=SecretRef(SecretScheme.ENV, "PW")))
    yield Life(services)
    store.close()


def state(life: Life) -> AccountState:
    with life.services.store.reading() as tx:
        (found,) = accounts.all_(tx)
    return found.state


def test_pauses_grow_from_a_second_to_five_minutes(life: Life) -> None:
    away = [Unreachable("nobody answers")] * 12
    code, fate = life.follow(*away, REFUSED)
    assert (code, fate.sign_ins) == (ExitCode.AUTHORISATION, 13)
    assert life.pauses == [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300]
    assert state(life) is AccountState.AUTH_REQUIRED
    (*_, last) = life.told
    assert isinstance(last, Setback)
    assert (last.error, last.pause_s) == (REFUSED, None)


def test_a_server_that_asks_for_a_pause_gets_it(life: Life) -> None:
    code, _ = life.follow(ServerBusy("slow down", retry_after_s=400.0), REFUSED)
    assert code == ExitCode.AUTHORISATION
    assert life.pauses[0] == 400


def test_a_connection_that_breaks_while_waiting_is_no_failure_of_the_account(life: Life) -> None:
    def breaks(at_most_s: float) -> bool:
        assert state(life) is AccountState.OK
        raise Unreachable("the connection broke")

    life.follow(breaks, breaks, REFUSED)
    assert life.pauses == [1]


def test_a_machine_that_slept_connects_anew_at_once(life: Life) -> None:
    waits: list[float] = []

    def awake(at_most_s: float) -> bool:
        waits.append(at_most_s)
        return life.pass_by(at_most_s, asleep_s=3600 if len(waits) == 3 else 0)

    code, fate = life.follow(awake, awake, REFUSED)
    assert (code, fate.sign_ins) == (ExitCode.AUTHORISATION, 3)
    assert waits == [watching.LOOK_S] * 3
    assert life.pauses == []


def test_the_account_is_synced_again_after_its_interval(life: Life) -> None:
    waited: list[float] = []

    def wait(at_most_s: float) -> bool:
        waited.append(at_most_s)
        if sum(waited) > 600:
            raise REFUSED
        return life.pass_by(at_most_s)

    _, fate = life.follow(wait)
    assert fate.sign_ins == 3, "one to wait, and one for each sync"
    assert sum(waited[:-1]) == 600
    assert state(life) is AccountState.AUTH_REQUIRED
