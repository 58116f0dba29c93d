"""An account goes to another provider, by another protocol, and keeps its mail and all it is."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from shlex import quote

from mailctl.core.access import signin
from mailctl.core.access.account_provider import no_server
from mailctl.core.access.credentials import Obtained, Wish, named_in_hints, obtain
from mailctl.core.accounts.accounts import refuse_serverless
from mailctl.core.accounts.new_accounts import Persons, Step
from mailctl.core.naming import account_named
from mailctl.core.providers import providers as provider_verbs
from mailctl.core.services import Services
from mailctl.domain.accounts import Account, AccountState
from mailctl.domain.addresses import Address
from mailctl.domain.health import well
from mailctl.domain.providers import Provider, username
from mailctl.domain.resolution import Method
from mailctl.domain.secret import SecretRef, SecretScheme
from mailctl.errors import BadUsage
from mailctl.resolve.addresses import parse_address
from mailctl.resolve.platforms import at_domain
from mailctl.store import accounts, former
from mailctl.store.connection import Reading

_OURS = {SecretScheme.KEYRING, SecretScheme.VAULT}


@dataclass(frozen=True)
class Migration:
    """Where an account is to go, and how it signs in there."""

    provider: str
    username: str | None = None
    wish: Wish = field(default_factory=Wish)
    is_handed_over: bool = False
    """Whether a person hands over a new secret, or names its place; else the old one is tried."""
    no_send: bool = False
    is_dry: bool = False
    verify: bool = True
    """Whether it signs in there before it is moved."""


@dataclass(frozen=True)
class MigratedAccount:
    """An account at its new provider, or as it would be."""

    account: Account
    before: Account
    messages: int
    """How many copies wait to be found again there."""
    is_dry: bool

    @property
    def next(self) -> tuple[Step, ...]:
        """The commands that a person is told of."""
        address = quote(self.account.address)
        if self.is_dry:
            go = f"mailctl account migrate {address} --to {quote(self.account.provider)}"
            return (Step("Move it", go),)
        return (Step("Find its mail again", f"mailctl sync run {address}"),)


def migrate_account(
    services: Services, name: str, migration: Migration, persons: Persons
) -> MigratedAccount:
    """Sign in at the new provider, and only then move the account there, all of it or nothing.

    Its mail stays as it is; the next sync finds out what lies where at the new server, and
    fetches what it does not recognise. Raises NotFound, BadUsage, Locked while a sync or a
    flush of its outbox works on it, or why the sign-in failed.
    """
    with services.store.reading() as tx:
        before = account_named(tx, name)
    with (
        services.locks.hold(before.id, called=before.address),
        services.locks.hold(f"outbox-{before.id}", called=f"the outbox of {before.address}"),
    ):
        with services.store.reading() as tx:
            before = account_named(tx, before.id)
            provider = _destination(tx, before, migration)
        address = parse_address(before.address)
        account = _moved(before, provider, migration, address)
        account, obtained = _signed_in(services, account, provider, migration, persons, address)
        memo = None
        if migration.verify:
            with named_in_hints(account.address):
                memo = signin.verify(services, account, provider, obtained.credential)
        waiting = _waiting(services, account) if migration.is_dry else None
        if waiting is None:
            account = replace(well(account), server_memo=memo)
            if not migration.verify and account.state is not AccountState.DISABLED:
                account = replace(account, state=AccountState.UNVERIFIED)
            account, waiting = _keep(services, before, account, provider, obtained)
    return MigratedAccount(account, before, waiting, migration.is_dry)


def _destination(tx: Reading, account: Account, migration: Migration) -> Provider:
    """Return the new provider. Raises NotFound or BadUsage."""
    if account.provider == accounts.NO_PROVIDER:
        raise no_server(account)
    provider = provider_verbs.provider_named(provider_verbs.directory_in(tx), migration.provider)
    if provider.name == account.provider:
        raise BadUsage(
            f"{account.address} is at {provider.name} already",
            hint=f"a new secret: mailctl account reauth {quote(account.address)}",
        )
    signin.refuse_unreachable_kind(provider)
    return provider


def _moved(before: Account, provider: Provider, migration: Migration, address: Address) -> Account:
    """Return the account as it is to be. Raises BadUsage or ProviderNotRecognised."""
    local = at_domain(provider, address.domain)
    name = migration.username or username(local.login, str(address))
    if name is None:
        raise BadUsage(
            f"{provider.title} has user names of its own", hint="name yours: --login NAME"
        )
    settings = before.settings
    if migration.no_send:
        settings = replace(settings, send=False, chosen=settings.chosen | {"send"})
    refuse_serverless(provider, local, can_receive=settings.receive, can_send=settings.send)
    form = local.submission_login or local.login
    return replace(
        before,
        provider=provider.name,
        username=name,
        submission_username=migration.username or username(form, str(address)) or name,
        incoming=None,
        submission=None,
        server_memo=None,
        settings=settings,
        resolved_by=str(Method.MANUAL),
        evidence=json.dumps([]),
    )


def _signed_in(
    services: Services,
    account: Account,
    provider: Provider,
    migration: Migration,
    persons: Persons,
    address: Address,
) -> tuple[Account, Obtained]:
    """Return the account with the place of its secret, and what it signs in with."""
    uses_old = not migration.is_handed_over and not migration.wish.oauth
    if uses_old and account.oauth_app is not None:
        raise BadUsage(
            f"{account.address} signs in by OAuth at {account.provider}, which is no password",
            hint="hand one over: --password-stdin; or sign in anew: --oauth",
        )
    ref = account.secret if uses_old else _free_place(account, persons)
    obtained = obtain(
        services,
        provider,
        address,
        ref,
        wish=replace(migration.wish, is_password_handed_over=True) if uses_old else migration.wish,
        ask=(lambda *_: None) if uses_old else persons.ask,
        consent=persons.consent,
    )
    return replace(account, secret=ref, oauth_app=obtained.app), obtained


def _free_place(account: Account, persons: Persons) -> SecretRef:
    """Return a place beside that of the old secret: whoever is killed has one or the other."""
    place = persons.place(account.id)
    return persons.place(f"{account.id}-2") if place == account.secret else place


def _waiting(services: Services, account: Account) -> int:
    with services.store.reading() as tx:
        return former.held(tx, account.id)


def _keep(
    services: Services, before: Account, account: Account, provider: Provider, obtained: Obtained
) -> tuple[Account, int]:
    """Store secret, account and what becomes of its copies, all of it or nothing."""
    with (
        _secret_kept(services, before.secret, account.secret, obtained),
        services.store.writing(durable=True) as tx,
    ):
        provider_verbs.refuse_removed(tx, provider)
        accounts.move(tx, account)
        accounts.set_server_memo(tx, account.id, account.server_memo)
        accounts.put_settings(tx, account)
        accounts.record_health(tx, account)
        waiting = former.leave_server(tx, account.id, at=services.now())
        moved = account_named(tx, account.id)
    return moved, waiting


@contextmanager
def _secret_kept(
    services: Services, before: SecretRef, after: SecretRef, obtained: Obtained
) -> Iterator[None]:
    """Keep the new secret before the block, and let the old one go after it, if that is ours."""
    given = obtained.given
    if given is not None:
        if after.scheme in _OURS:
            services.secrets.remove(after)  # of somebody who was killed
        services.secrets.write(after, given)
    try:
        yield
    except BaseException:
        if given is not None:
            services.secrets.remove(after)
        raise
    if before != after and before.scheme in _OURS:
        services.secrets.remove(before)
