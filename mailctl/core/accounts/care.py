"""Verbs that care for accounts: how they do, which is the default, let rest, removed."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from shlex import quote

from mailctl.core.linking.insiders import note_insiders
from mailctl.core.linking.settling import settled
from mailctl.core.naming import account_named
from mailctl.core.providers.providers import directory_in
from mailctl.core.services import Services
from mailctl.domain.accounts import Account, AccountState
from mailctl.domain.health import well
from mailctl.domain.providers import Provider
from mailctl.domain.secret import SecretScheme
from mailctl.domain.servers import Security
from mailctl.errors import BadUsage, ExitCode, MailctlError
from mailctl.store import accounts, messages, outbox


class Health(StrEnum):
    """What a monitor makes of an account."""

    GOOD = "good"
    STALE = "stale"
    """Its mail is older than it may be."""
    FAILING = "failing"
    """The last try failed; it is tried again."""
    AUTH_REQUIRED = "auth-required"
    """A person has to sign in again."""
    RESTING = "resting"
    """It was disabled by a person."""


@dataclass(frozen=True)
class AccountStatus:
    """How an account does."""

    account: Account
    health: Health
    age_s: int | None
    """Seconds since its mail was complete, None where it never was."""
    tls: str
    """`verified`, or what is out of the ordinary in how its servers are trusted."""

    @property
    def todo(self) -> str | None:
        """The command that helps, where one does."""
        name = quote(self.account.address)
        if self.health is Health.AUTH_REQUIRED:
            return f"mailctl account reauth {name}"
        if self.health is Health.FAILING:
            return f"mailctl account test {name}"
        if self.health is Health.STALE:
            return f"mailctl sync run {name}"
        return None


def status(
    services: Services, names: Sequence[str], *, max_age: timedelta | None
) -> tuple[list[AccountStatus], ExitCode]:
    """Return how the accounts named, or all, do, and what a monitor's exit code is.

    The code is 4 where a person has to sign in again, 3 where something fails or is
    stale. Raises NotFound.
    """
    now = services.now()
    with services.store.reading() as tx:
        chosen = [account_named(tx, name) for name in names] if names else accounts.all_(tx)
        known = directory_in(tx)
    found = [
        AccountStatus(
            account=account,
            health=_health(account, now, max_age),
            age_s=_age_s(account, now),
            tls=trust(known.provider(account.provider)),
        )
        for account in chosen
    ]
    healths = {each.health for each in found}
    if Health.AUTH_REQUIRED in healths:
        return found, ExitCode.AUTHORISATION
    is_unwell = healths & {Health.FAILING, Health.STALE}
    return found, ExitCode.PARTIAL if is_unwell else ExitCode.OK


def make_default(services: Services, name: str) -> Account:
    """Make the account the one that its owner sends from. Raises NotFound, or BadUsage."""
    with services.store.writing(durable=True) as tx:
        account = account_named(tx, name)
        if not account.can_send:
            raise BadUsage(
                f"{account.address} does not send",
                hint=f"let it first: mailctl account set {quote(account.address)} send=true",
            )
        accounts.make_default(tx, account)
        return account_named(tx, account.id)


def disable(services: Services, name: str) -> Account:
    """Let the account rest: it is neither synced nor sent from. Raises NotFound."""
    with services.store.writing(durable=True) as tx:
        account = replace(account_named(tx, name), state=AccountState.DISABLED)
        accounts.record_health(tx, account)
        return account


def enable(services: Services, name: str) -> Account:
    """End the rest of an account; what it needs shows at its next sync. Raises NotFound."""
    with services.store.writing(durable=True) as tx:
        account = account_named(tx, name)
        if account.state is AccountState.DISABLED:
            fresh = account.last_sync_at is None
            state = AccountState.UNVERIFIED if fresh else AccountState.OK
            account = replace(well(account), state=state)
            accounts.record_health(tx, account)
        return account


@dataclass(frozen=True)
class RemovedAccount:
    """What is left of an account, and what is not."""

    account: Account
    purged_messages: int
    kept_messages: int
    secret_left: str | None
    """Why the secret is still where it was, None where it went too."""


@settled
def remove_account(services: Services, name: str, *, purges_mail: bool) -> RemovedAccount:
    """Forget an account and its secret; the domain stays learned.

    Its messages stay unless `purges_mail`; those that other accounts have stay in any
    case. Raises NotFound, GuardRefused where mail of it is still to be sent, or Locked while a
    sync or a flush of its outbox works on it.
    """
    from mailctl.core.sending.outbox import refuse_unfinished  # what reads mail, for this alone

    with services.store.reading() as tx:
        account = account_named(tx, name)
    with (
        services.locks.hold(account.id, called=account.address),
        services.locks.hold(f"outbox-{account.id}", called=f"the outbox of {account.address}"),
    ):
        with services.store.writing(durable=True) as tx:
            refuse_unfinished(tx, account)
            outbox.remove(tx, [each.id for each in outbox.list_(tx, account=account.id)])
            theirs = messages.only_of(tx, account.id)
            accounts.remove(tx, account.id)
            accounts.appoint_default(tx, account.owner)
            note_insiders(tx)
            if purges_mail:
                messages.purge(tx, theirs)
        left = _secret_left(services, account)
    purged = len(theirs) if purges_mail else 0
    return RemovedAccount(account, purged, len(theirs) - purged, left)


def _secret_left(services: Services, account: Account) -> str | None:
    with services.store.reading() as tx:
        others = accounts.reading_secret(tx, account.secret)
    if others:
        return f"{account.secret} stays: {', '.join(others)} reads it too"
    if account.secret.scheme not in {SecretScheme.KEYRING, SecretScheme.VAULT}:
        return f"{account.secret} is yours"
    try:
        services.secrets.remove(account.secret)
    except MailctlError as error:  # the account is gone: say what a person can still do
        return error.sentence
    return None


def _health(account: Account, now: datetime, max_age: timedelta | None) -> Health:
    match account.state:
        case AccountState.DISABLED:
            return Health.RESTING
        case AccountState.AUTH_REQUIRED:
            return Health.AUTH_REQUIRED
        case AccountState.TEMPORARY_FAILURE:
            return Health.FAILING
        case AccountState.OK | AccountState.UNVERIFIED | AccountState.THROTTLED:
            pass
    seen_at = account.last_sync_at or account.created_at
    is_stale = account.can_receive and max_age is not None and now - seen_at > max_age
    return Health.STALE if is_stale else Health.GOOD


def _age_s(account: Account, now: datetime) -> int | None:
    return (
        None if account.last_sync_at is None else int((now - account.last_sync_at).total_seconds())
    )


def trust(provider: Provider | None) -> str:
    """Return what a person should know of how the servers are trusted."""
    if provider is None:
        return "unknown"
    servers = [server for server in (provider.incoming, provider.submission) if server]
    if any(server.security is Security.NONE for server in servers):
        return "none: without encryption, on this machine only"
    return f"verified, also by {provider.ca_file}" if provider.ca_file else "verified"
