"""Verbs on sync: bring the mail of accounts into the store."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import field
from datetime import datetime, timedelta

from mailctl.core.access.account_provider import provider_of
from mailctl.core.access.credentials import signing_in
from mailctl.core.access.due import chosen, refuse_known_bad
from mailctl.core.exit_codes import joint_exit_code
from mailctl.core.naming import account_named
from mailctl.core.services import Services
from mailctl.core.side_by_side import side_by_side
from mailctl.core.sync.after_storing import Made, Watch, made_of_it
from mailctl.core.sync.folder_sync import Wish
from mailctl.core.sync.mailbox_sync import Enough, MailboxSync
from mailctl.domain.accounts import Account
from mailctl.domain.health import ailing, well
from mailctl.domain.ids import AccountId, RunId
from mailctl.domain.periods import BEGINNING
from mailctl.domain.sync_events import Begun, Chosen, Ended, Waiting
from mailctl.domain.syncing import AccountRun, SyncReport
from mailctl.errors import (
    ExitCode,
    MailctlError,
    StoreUnusable,
    Terminated,
)
from mailctl.records import dataclass
from mailctl.store import accounts, runs, unsent

STOPPED = "stopped"
"""The state of a run that reached a limit: the next one goes on."""
REMEMBERED, REMEMBERED_LAST = timedelta(days=90), 20
"""How long a run is remembered, and how many runs of an account are in any case."""
Describe = Callable[[MailctlError], dict[str, object]]
"""Turns a failure into the object that is kept and shown."""


@dataclass(frozen=True)
class Limits:
    """When a run ends although there is more to do; the next one goes on."""

    duration_s: float | None = None
    bytes: int | None = None


@dataclass(frozen=True)
class SyncRequest:
    """Which accounts, and what differs from their settings."""

    accounts: Sequence[str] = ()
    owners: Sequence[str] = ()
    folders: Sequence[str] = ()
    is_due: bool = False
    """Only those whose time has come."""
    jobs: int = 1
    since: datetime | None = None
    allow_delete: bool = False
    is_full: bool = False
    is_dry: bool = False
    retries_all: bool = False
    indexes: bool = True
    """Whether what is stored is made searchable at the end."""
    index_wait_s: float = 0
    """How long another run that makes mail searchable is waited for."""
    limits: Limits = field(default_factory=Limits)
    jitter_s: float = 0
    """Up to how long it waits before it begins, each store so long that all are spread."""
    sleep: Callable[[float], object] = time.sleep


@dataclass(frozen=True)
class SyncResult:
    """The report, and what the process should say to the shell."""

    report: SyncReport
    exit_code: ExitCode
    failures: Mapping[AccountId, MailctlError] = field(default_factory=dict)
    """Why accounts could not be synced, or not all of their folders."""
    index_failure: MailctlError | None = None
    """Why not everything that waited could be made searchable and linked."""


def run_sync(
    services: Services, request: SyncRequest, *, watch: Watch, describe: Describe
) -> SyncResult:
    """Sync the accounts chosen, as many at once as `jobs` says.

    A failing account never stops the others: its error is in its part of the report. What
    was stored is made searchable and linked at the end. Raises NotFound for a name that is no
    account.
    """
    asked = services.timer()
    blocked = services.blocklist  # one that cannot be read is no account's failure
    _begin_apart(services, request, watch)
    started = services.timer()
    desk = _Desk(services, request, watch, describe, asked, blocked)
    accounts_ = chosen(services, request.accounts, owners=request.owners, is_due=request.is_due)
    watch(Chosen(len(accounts_)))
    outcomes = side_by_side(accounts_, desk.turn, jobs=request.jobs)
    sent, sent_code = (
        (None, ExitCode.OK) if request.is_dry else _sent(services, request, accounts_, describe)
    )
    made, failure = Made(), None
    if request.indexes and not request.is_dry:
        made, failure = made_of_it(services, watch, desk.is_late, wait_s=request.index_wait_s)
    report = SyncReport(
        accounts=tuple(run for run, _ in outcomes),
        seconds=round(services.timer() - started, 3),
        indexed=made.searchable,
        linked=made.links,
        outbox=sent,
    )
    codes = [_exit_code(run, error) for run, error in outcomes]
    codes += [] if sent is None else [sent_code]
    return SyncResult(
        report,
        joint_exit_code([*codes, failure.exit_code] if failure else codes),
        failures={run.account: error for run, error in outcomes if error is not None},
        index_failure=failure,
    )


def _begin_apart(services: Services, request: SyncRequest, watch: Watch) -> None:
    if not request.jitter_s:
        return
    from mailctl.core.sync.jitter import begin_apart  # most runs do not wait

    begin_apart(
        services,
        request.jitter_s,
        request.accounts,
        owners=request.owners,
        is_due=request.is_due,
        told=lambda seconds: watch(Waiting(seconds)),
        sleep=request.sleep,
    )


def run_index(services: Services, *, limits: Limits, watch: Watch) -> SyncResult:
    """Make searchable and link what waits for it, and do nothing else."""
    started = services.timer()

    def is_late() -> bool:
        return limits.duration_s is not None and services.timer() - started >= limits.duration_s

    made, failure = made_of_it(services, watch, is_late)
    seconds = round(services.timer() - started, 3)
    code = failure.exit_code if failure else ExitCode.OK
    report = SyncReport((), seconds, made.searchable, made.links)
    return SyncResult(report, code, index_failure=failure)


@dataclass
class _Desk:
    """One run over several accounts."""

    services: Services
    request: SyncRequest
    watch: Watch
    describe: Describe
    started: float
    """When it was asked for: what it waited before it began counts for its limits."""
    blocked: tuple[str, ...]
    _runs: list[AccountRun] = field(default_factory=list)

    def turn(self, account: Account) -> tuple[AccountRun, MailctlError | None]:
        """Sync one account, and tell before and after."""
        self.watch(Begun(account.address))
        outcome = self.sync(account)
        self.watch(Ended(outcome[0]))
        return outcome

    def sync(self, account: Account) -> tuple[AccountRun, MailctlError | None]:
        """Sync one account, record how that went, and return why it failed."""
        started = self.services.timer()
        run = AccountRun(account.id, account.address, self.services.now())
        self._runs.append(run)
        if self._is_over():
            run.state = STOPPED
            return run, None
        failure: MailctlError | None = None
        try:
            is_named = bool(self.request.accounts)
            refuse_known_bad(account, now=self.services.now(), is_named=is_named)
            with self.services.locks.hold(account.id, called=account.address):
                account = _read_again(self.services, account)
                failure = self._read(account, run)
                run.seconds = round(self.services.timer() - started, 3)
                _conclude(run, failure, self.describe)
                if not self.request.is_dry:
                    is_all = not self.request.folders
                    _record(self.services, account, run, failure, is_all=is_all)
        except Terminated:
            raise  # no account is to be blamed, and none is to follow
        except MailctlError as error:
            failure = error
            _conclude(run, failure, self.describe)
        return run, failure

    def _read(self, account: Account, run: AccountRun) -> MailctlError | None:
        """Read the mailbox; return why it, or one of its folders, could not be read."""
        provider = provider_of(self.services.store, account)
        request = self.request
        mailbox = MailboxSync(
            services=self.services,
            account=account,
            provider=provider,
            wish=Wish(
                since=_since(request, account),
                allow_delete=request.allow_delete,
                is_full=request.is_full,
                is_dry=request.is_dry,
                retries_all=request.retries_all,
            ),
            run=run,
            blocked=self.blocked,
            watch=self.watch,
            is_over=self._is_over,
            only=tuple(request.folders),
        )
        try:
            return signing_in(self.services, account, mailbox.bring_up_to_date)
        except Enough:
            run.state = STOPPED
            return None
        except (StoreUnusable, Terminated):
            raise  # nothing can be recorded either
        except MailctlError as error:
            return error

    def _is_over(self) -> bool:
        """Whether a limit of the whole run is reached."""
        limits = self.request.limits
        if limits.bytes is not None and sum(run.bytes for run in self._runs) >= limits.bytes:
            return True
        return self.is_late()

    def is_late(self) -> bool:
        """Whether the run has lasted as long as it may."""
        most_s = self.request.limits.duration_s
        return most_s is not None and self.services.timer() - self.started >= most_s


def _exit_code(run: AccountRun, failure: MailctlError | None) -> ExitCode:
    if failure is not None:
        return failure.exit_code
    return ExitCode.PARTIAL if run.failed else ExitCode.OK


def _sent(
    services: Services, request: SyncRequest, synced: Sequence[Account], describe: Describe
) -> tuple[dict[str, int] | None, ExitCode]:
    """Send what is due of the accounts; return how much is how now, None where nothing was."""
    with services.store.reading() as tx:
        waiting = unsent.accounts(tx)
    is_choice = request.accounts or request.owners
    those = {account.id for account in synced}
    whose = [each for each in waiting if each in those or not is_choice]
    if not whose:
        return None, ExitCode.OK
    from mailctl.core.sending import (
        delivery,
        failures,  # only where there is something to send
    )

    report = delivery.deliver(
        services,
        delivery.DeliveryRequest(accounts=whose, jobs=request.jobs),
        watch=lambda message: None,
        describe=describe,
    )
    if not report.messages:
        return None, ExitCode.OK
    return dict(delivery.counted(report.messages)), failures.exit_code(report.messages)


def _since(request: SyncRequest, account: Account) -> datetime | None:
    """Return from when on mail is wanted, None for everything."""
    since = account.since if request.since is None else request.since
    return None if since is not None and since <= BEGINNING else since


def _read_again(services: Services, account: Account) -> Account:
    """Return the account as it is now that nobody else works on it."""
    with services.store.reading() as tx:
        return account_named(tx, account.id)


def _conclude(run: AccountRun, failure: MailctlError | None, describe: Describe) -> None:
    if failure is not None:
        run.state, run.error = "failed", describe(failure)
    elif run.failed and run.state != STOPPED:
        run.state = "partial"


def _record(
    services: Services,
    account: Account,
    run: AccountRun,
    failure: MailctlError | None,
    *,
    is_all: bool,
) -> None:
    """Note how the run ended; only one over all folders makes the mail complete."""
    now = services.now()
    run.id = RunId(services.new_id("run"))
    with services.store.writing() as tx:
        runs.add(tx, run.id, run)
        runs.forget(tx, account.id, before=now - REMEMBERED, but_last=REMEMBERED_LAST)
        account = account_named(tx, account.id)  # a person may have acted meanwhile
        if run.state == STOPPED:
            after = well(account)  # what came came well, but not all of it
        elif failure is not None:
            after = ailing(account, failure, now=now)
        else:
            after = well(account, at=now if is_all else None)
        accounts.record_health(tx, after)
