"""Mailboxes followed as they change: synced, watched, and synced again, until somebody stops it."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from mailctl.core.access.due import chosen, refuse_known_bad
from mailctl.core.access.reading import reading
from mailctl.core.exit_codes import is_of_the_run, joint_exit_code
from mailctl.core.naming import account_named
from mailctl.core.services import Services
from mailctl.core.side_by_side import side_by_side
from mailctl.core.sync.after_storing import Watch
from mailctl.core.sync.sync import Describe, SyncRequest, run_sync
from mailctl.domain.accounts import Account, AccountState
from mailctl.domain.health import ailing
from mailctl.domain.settings import DEFAULT_INTERVAL
from mailctl.domain.syncing import AccountRun
from mailctl.errors import (
    BadUsage,
    ExitCode,
    GuardRefused,
    Locked,
    MailctlError,
    NotFound,
    StoreUnusable,
)
from mailctl.ports.mail import MailSource
from mailctl.store import accounts

FIRST_PAUSE_S, LONGEST_PAUSE_S = 1.0, 300.0
INBOX = "INBOX"
LOOK_S = 60.0
"""How often it is made sure that the connection lives, and that the machine did not sleep."""
_GATHER_S = 0.5
"""Mail seldom comes alone."""
_SLEPT_S = 30.0
_INDEX_WAIT_S = 60.0
"""Several accounts that are followed make their mail searchable one after the other."""


@dataclass(frozen=True)
class WatchRequest:
    """Which accounts, and for how long."""

    accounts: Sequence[str] = ()
    interval_s: float | None = None
    """How long after a sync the next one is made in any case; None: the account's own."""
    is_once: bool = False
    """Whether it ends with the sync after the first wait, or with the first failure."""
    sleep: Callable[[float], None] = time.sleep


@dataclass(frozen=True)
class Happening:
    """A sync that changed something."""

    at: datetime
    cause: str
    """`start`, `news`, `interval` or `reconnected`."""
    run: AccountRun
    indexed: int


@dataclass(frozen=True)
class Setback:
    """What went wrong with an account, and when it is tried again."""

    address: str
    error: MailctlError
    pause_s: float | None
    """None where the account is watched no more, or watched on as if nothing had been."""


Tell = Callable[[Happening | Setback], None]
"""Is told what happens, by several threads."""


@dataclass(frozen=True)
class Ears:
    """Who is told what: of happenings, and of the progress of each sync."""

    tell: Tell
    watch: Watch
    describe: Describe


def watch_accounts(services: Services, request: WatchRequest, ears: Ears) -> ExitCode:
    """Follow the accounts, each in a thread of its own; return when none is left to follow.

    Lost connections and temporary failures are survived; an account whose sign-in is
    refused is left, with its state. An account is locked only while it is synced. Raises
    NotFound for a name that is no account, or where there is none at all.
    """
    found = chosen(services, request.accounts)
    if not found:
        raise NotFound("there is no account to watch", hint="connect one: mailctl account add")

    def follow(account: Account) -> ExitCode:
        return _Watcher(services, request, account, ears).run()

    return joint_exit_code(side_by_side(found, follow, jobs=len(found)))


class _Woken(Exception):
    """No failure: the machine slept, and the connection is not to be trusted any more."""


@dataclass
class _Watcher:
    """One account, followed."""

    services: Services
    request: WatchRequest
    account: Account
    ears: Ears
    _failures: int = 0
    _is_open: bool = False
    """Whether the connection to wait over was opened."""
    _known: MailctlError | None = None
    """The failure that a sync recorded, or that had been recorded before."""
    _unwanted: frozenset[str] = frozenset()
    """The folders that are not synced: nothing that happens in them is news."""
    _said: str = ""
    _cause: str = "start"

    def run(self) -> ExitCode:
        """Follow the account until that is pointless; return why."""
        while True:
            try:
                self._is_open = False
                return reading(self.services, self._account_now(), self._follow)
            except _Woken:
                self._cause = "reconnected"
            except StoreUnusable:
                raise
            except MailctlError as error:
                if is_of_the_run(error):
                    raise
                is_refused = error.exit_code is ExitCode.AUTHORISATION
                # servers end what is silent for long: that is no failure of the account
                if error is not self._known and (is_refused or not self._is_open):
                    self._record(error)
                if is_refused or self.request.is_once or isinstance(error, NotFound | BadUsage):
                    self.ears.tell(Setback(self.account.address, error, None))
                    return error.exit_code
                self._pause(error)
                self._cause = "reconnected"

    def _account_now(self) -> Account:
        with self.services.store.reading() as tx:
            account = account_named(tx, self.account.id)
        is_named = bool(self.request.accounts)
        try:
            refuse_known_bad(account, now=self.services.now(), is_named=is_named)
        except MailctlError as error:
            self._known = error
            raise
        return account

    def _follow(self, source: MailSource) -> ExitCode:
        """Sync and wait in turn over one connection, which is opened before the sync.

        What happens after that is told by the next wait, so that nothing falls between.
        """
        self._is_open = True
        self._unwanted = self._unwanted_of(source)
        source.watch(INBOX, at_most_s=0, ignoring=self._unwanted)
        while True:
            code = self._sync(self._cause)
            self._failures = 0
            if self.request.is_once and self._cause != "start":
                return code
            self._cause = self._wait(source)

    def _unwanted_of(self, source: MailSource) -> frozenset[str]:
        there = source.folders()
        wanted = {folder.path for folder in self.account.settings.folders.among(there)}
        return frozenset(folder.path for folder in there) - wanted - {INBOX}

    def _sync(self, cause: str) -> ExitCode:
        """Sync the account once it is free; raise why it could not be synced."""
        request = SyncRequest(accounts=(self.account.id,), index_wait_s=_INDEX_WAIT_S)
        while True:
            result = run_sync(
                self.services, request, watch=self.ears.watch, describe=self.ears.describe
            )
            failure = result.failures.get(self.account.id)
            if not isinstance(failure, Locked):
                break
            self._pause(failure)
        for run in result.report.accounts:
            if run.stored or run.updated or run.gone:
                happening = Happening(self.services.now(), cause, run, result.report.indexed)
                self.ears.tell(happening)
        if failure is not None and not isinstance(failure, GuardRefused):
            self._known = failure
            raise failure
        self._mention(failure or result.index_failure)
        return result.exit_code

    def _mention(self, failure: MailctlError | None) -> None:
        """Tell of what keeps nothing from going on, once as long as it stays the same."""
        sentence = "" if failure is None else failure.sentence
        if failure is not None and sentence != self._said:
            self.ears.tell(Setback(self.account.address, failure, None))
        self._said = sentence

    def _wait(self, source: MailSource) -> str:
        """Return why it is time for the next sync."""
        services = self.services
        until = services.timer() + self._interval_s()
        while (left_s := until - services.timer()) > 0:
            began, began_at = services.timer(), services.clock()
            wait_s = min(left_s, LOOK_S)
            if source.watch(INBOX, at_most_s=wait_s, ignoring=self._unwanted):
                self.request.sleep(_GATHER_S)
                return "news"
            awake_s = services.timer() - began
            if (services.clock() - began_at).total_seconds() - awake_s > _SLEPT_S:
                raise _Woken
        return "interval"

    def _interval_s(self) -> float:
        own = self.account.settings.sync_interval or DEFAULT_INTERVAL
        return own.total_seconds() if self.request.interval_s is None else self.request.interval_s

    def _pause(self, error: MailctlError) -> None:
        """Wait longer each time, and never in step with others; at least as long as was asked."""
        usual_s = min(FIRST_PAUSE_S * 2 ** min(self._failures, 10), LONGEST_PAUSE_S)
        chance = self.services.entropy(1)[0] / 256
        pause_s = max(usual_s * (0.75 + chance / 2), error.retry_after_s or 0)
        self._failures += 1
        self.ears.tell(Setback(self.account.address, error, pause_s))
        self.request.sleep(pause_s)

    def _record(self, error: MailctlError) -> None:
        with self.services.store.writing() as tx:
            account = accounts.by_id(tx, self.account.id)
            if account is not None and account.state is not AccountState.DISABLED:
                accounts.record_health(tx, ailing(account, error, now=self.services.now()))
