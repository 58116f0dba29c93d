"""Verbs on sync: bring the mail of accounts into the store."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from mailctl.core import signin
from mailctl.core.credentials import Credential, signing_in
from mailctl.core.exit_codes import joint_exit_code
from mailctl.core.filters import filters_of
from mailctl.core.folder_sync import FolderSync
from mailctl.core.naming import account_named
from mailctl.core.providers import directory, provider_named
from mailctl.core.services import Services
from mailctl.domain.accounts import Account, AccountState
from mailctl.domain.folders import Folder, RemoteFolder
from mailctl.domain.health import ailing, is_paused, well
from mailctl.domain.ids import RunId
from mailctl.domain.syncing import AccountRun, FolderRead, SyncReport
from mailctl.errors import (
    AuthenticationRefused,
    BadUsage,
    ExitCode,
    GuardRefused,
    MailctlError,
    ServerBusy,
    ServerRefused,
    StoreUnusable,
    Terminated,
)
from mailctl.ports import MailSource
from mailctl.store import accounts, folders, runs

Watch = Callable[[FolderRead], None]
"""Is told of progress."""
Describe = Callable[[MailctlError], dict[str, object]]
"""Turns a failure into the object that is kept and shown."""


@dataclass(frozen=True)
class SyncRequest:
    """Which accounts, and what differs from their settings."""

    accounts: Sequence[str] = ()
    since: datetime | None = None
    allow_delete: bool = False


@dataclass(frozen=True)
class SyncResult:
    """The report, and what the process should say to the shell."""

    report: SyncReport
    exit_code: ExitCode


def run_sync(
    services: Services, request: SyncRequest, *, watch: Watch, describe: Describe
) -> SyncResult:
    """Sync the accounts named, or all that can be, one after the other.

    A failing account never stops the others: its error is in its part of the report.
    Raises NotFound for a name that is no account.
    """
    started = services.timer()
    chosen = _chosen(services, request)
    outcomes = [
        _sync_account(services, account, request, watch=watch, describe=describe)
        for account in chosen
    ]
    report = SyncReport(
        accounts=tuple(run for run, _ in outcomes),
        seconds=round(services.timer() - started, 3),
    )
    return SyncResult(report, joint_exit_code(code for _, code in outcomes))


def _chosen(services: Services, request: SyncRequest) -> list[Account]:
    with services.store.reading() as tx:
        if request.accounts:
            named = [account_named(tx, name) for name in request.accounts]
            _refuse_idle(named)
            return list({account.id: account for account in named}.values())
        return [
            account
            for account in accounts.all_(tx)
            if account.can_receive and account.state is not AccountState.DISABLED
        ]


def _refuse_idle(named: Sequence[Account]) -> None:
    for account in named:
        if not account.can_receive:
            raise BadUsage(
                f"{account.address} only sends",
                hint="leave it out: it has no mail to load",
            )
        if account.state is AccountState.DISABLED:
            raise BadUsage(
                f"{account.address} is disabled",
                hint=f"mailctl account enable {account.address}",
            )


def _sync_account(
    services: Services,
    account: Account,
    request: SyncRequest,
    *,
    watch: Watch,
    describe: Describe,
) -> tuple[AccountRun, ExitCode]:
    started = services.timer()
    run = AccountRun(account.id, account.address, services.now())
    failure: MailctlError | None = None
    try:
        _refuse_known_bad(services, account, request)
        with services.locks.hold(account.id, called=account.address):
            account = _read_again(services, account)
            failure = _sync_mailbox(services, account, request, run, watch)
            run.seconds = round(services.timer() - started, 3)
            _conclude(run, failure, describe)
            _record(services, account, run, failure)
    except Terminated:
        raise  # no account is to be blamed, and none is to follow
    except MailctlError as error:
        failure = error
        _conclude(run, failure, describe)
    if failure is not None:
        return run, failure.exit_code
    return run, ExitCode.PARTIAL if run.failed else ExitCode.OK


def _read_again(services: Services, account: Account) -> Account:
    """Return the account as it is now that nobody else works on it."""
    with services.store.reading() as tx:
        return account_named(tx, account.id)


def _conclude(run: AccountRun, failure: MailctlError | None, describe: Describe) -> None:
    if failure is not None:
        run.state, run.error = "failed", describe(failure)
    elif run.failed:
        run.state = "partial"


def _refuse_known_bad(services: Services, account: Account, request: SyncRequest) -> None:
    """Spare the server what it refused: repeated tries lock mailboxes, and lengthen pauses."""
    trouble = account.trouble
    if trouble and is_paused(account, now=services.now()):
        pause_s = (
            (trouble.next_try_at - services.now()).total_seconds() if trouble.next_try_at else 0
        )
        raise ServerBusy(
            f"the server of {account.address} asked for a pause: {trouble.sentence}",
            hint="it is over at next_try_at: mailctl account status",
            retry_after_s=pause_s,
        )
    if account.state is AccountState.AUTH_REQUIRED and not request.accounts:
        raise AuthenticationRefused(
            f"{account.address} was refused at its last sign-in and is not tried again by itself",
            hint=f"sign in again: mailctl account reauth {account.address}",
        )


def _sync_mailbox(
    services: Services, account: Account, request: SyncRequest, run: AccountRun, watch: Watch
) -> MailctlError | None:
    """Read the mailbox; return why it, or one of its folders, could not be read."""
    try:
        return _sync_folders(services, account, request, run, watch)
    except (StoreUnusable, Terminated):
        raise  # nothing can be recorded either
    except MailctlError as error:
        return error


def _sync_folders(
    services: Services, account: Account, request: SyncRequest, run: AccountRun, watch: Watch
) -> MailctlError | None:
    def sync(credential: Credential) -> MailctlError | None:
        return _sync_as(services, account, credential, request, run, watch)

    return signing_in(services, account, sync)


def _sync_as(
    services: Services,
    account: Account,
    credential: Credential,
    request: SyncRequest,
    run: AccountRun,
    watch: Watch,
) -> MailctlError | None:
    provider = provider_named(directory(services.store), account.provider)
    filters = filters_of(account)
    failure: MailctlError | None = None
    with services.mail.source(signin.receiving(account, provider, credential)) as source:
        for remote, folder in _wanted(services, account, source):
            run.folders += 1
            before = run.stored, run.seen
            step = FolderSync(
                services=services,
                source=source,
                account=account,
                folder=folder,
                run=run,
                since=request.since or account.since,
                allow_delete=request.allow_delete,
                filters=filters,
            )
            try:
                step.bring_up_to_date(remote)
            except (GuardRefused, ServerRefused) as error:
                failure = failure or error
            stored, seen = run.stored - before[0], run.seen - before[1]
            watch(FolderRead(account.address, folder.path, stored, seen))
    return failure


def _wanted(
    services: Services, account: Account, source: MailSource
) -> list[tuple[RemoteFolder, Folder]]:
    remotes = [remote for remote in source.folders() if remote.is_selectable]
    with services.store.reading() as tx:
        ours = {folder.path: folder for folder in folders.of_account(tx, account.id)}
    unknown = [
        remote
        for remote in remotes
        if remote.path not in ours or ours[remote.path].special_use != remote.special_use
    ]
    if unknown:
        with services.store.writing() as tx:
            for remote in unknown:
                ours[remote.path] = folders.ensure(tx, account.id, remote)
    return [
        (remote, ours[remote.path])
        for remote in remotes
        if account.settings.folders.wants(remote.path, remote.special_use)
    ]


def _record(
    services: Services, account: Account, run: AccountRun, failure: MailctlError | None
) -> None:
    now = services.now()
    with services.store.writing() as tx:
        runs.add(tx, RunId(services.new_id("run")), run)
        account = account_named(tx, account.id)  # a person may have acted meanwhile
        after = well(account, at=now) if failure is None else ailing(account, failure, now=now)
        accounts.record_health(tx, after)
