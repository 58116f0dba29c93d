"""Makes accounts as files declare them: signs in first, then stores."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from mailctl.core.access.credentials import Wish
from mailctl.core.accounts.accounts import keep_account, ready_account
from mailctl.core.accounts.care import disable, enable
from mailctl.core.accounts.migrating import Migration, migrate_account
from mailctl.core.accounts.new_accounts import NewAccount, Persons, PlaceSecret, ReadyAccount
from mailctl.core.accounts.reach import reached_otherwise
from mailctl.core.accounts.settings import change_account, owner_name
from mailctl.core.apply.kinds import Described, Run
from mailctl.core.naming import account_named
from mailctl.core.services import Services
from mailctl.domain.accounts import Account, AccountState
from mailctl.domain.addresses import Address
from mailctl.domain.ids import AccountId
from mailctl.domain.oauth import OAuthApp
from mailctl.domain.secret import Secret
from mailctl.errors import BadUsage, ConsentRefused
from mailctl.records import dataclass
from mailctl.store import accounts

_WAYS = ("provider", "login", "secret", "oauth_app")
"""What an account is reached by: a change of that is tried before it is stored."""


@dataclass(frozen=True)
class SaidAccount:
    """What a file says of an account; None: nothing, empty: what holds by default."""

    address: Address
    provider: str | None
    login: str | None
    owner: str | None
    secret: str | None
    oauth_app: str | None
    enabled: bool | None
    default: bool | None
    settings: Mapping[str, str]


def created(said: SaidAccount, chosen: Mapping[str, str], run: Run) -> Callable[[], object]:
    """Sign in as a new account, where that is wanted; return what stores it."""
    ready = _ready(said, run, chosen)

    def keep() -> None:
        services = run.services
        account = keep_account(services, ready)
        if said.default and not account.is_default:
            _make_default(services, account.id)
        if said.enabled is False:
            disable(services, account.id)

    return keep


def changed(
    said: SaidAccount, was: Account, before: Described, after: Described, run: Run
) -> Callable[[], object]:
    """Sign in where it is to be reached otherwise; return what stores the changes."""
    reach = _reached(said, was, before, after, run)

    def store() -> None:
        services = run.services
        reach()
        changes = [(name, "=", text) for name, text in said.settings.items()]
        if said.owner is not None:
            changes.append(("owner", "=", owner_name(said.owner)))
        if changes:
            change_account(services, was.id, changes)
        _rest(services, was, said.enabled)
        if said.default and not was.is_default:
            _make_default(services, was.id)

    return store


def _reached(
    said: SaidAccount, was: Account, before: Described, after: Described, run: Run
) -> Callable[[], object]:
    """Sign in as the account is to be reached from now on; return what stores that."""
    differing = {way for way in _WAYS if before.get(way) != after.get(way)}
    if not differing:
        return lambda: None
    services, manner = run.services, run.manner
    verify = manner.verify and after.get("enabled") is not False
    ref = manner.place_of(str(after["secret"]), was.id)
    if "provider" in differing:
        migration = Migration(
            provider=str(after["provider"]),
            username=said.login if "login" in differing else None,
            wish=Wish(oauth=bool(said.oauth_app), app=said.oauth_app or None),
            is_handed_over="secret" in differing,
            verify=verify,
        )
        migrate_account(services, was.id, migration, _persons(lambda _: ref))
        return lambda: None
    if "oauth_app" in differing:
        raise BadUsage(
            f"{was.address} signs in otherwise, and nobody is here to agree",
            hint=f"mailctl account reauth {was.address} --oauth --app {said.oauth_app}",
        )
    return reached_otherwise(services, was, username=said.login or None, ref=ref, verify=verify)


def _make_default(services: Services, account: AccountId) -> None:
    """Make it the default, even if it does not send: the first of an owner is that too."""
    with services.store.writing(durable=True) as tx:
        accounts.make_default(tx, account_named(tx, account))


def _rest(services: Services, was: Account, enabled: bool | None) -> None:
    if enabled is True and was.state is AccountState.DISABLED:
        enable(services, was.id)
    elif enabled is False:
        disable(services, was.id)


def _ready(said: SaidAccount, run: Run, chosen: Mapping[str, str]) -> ReadyAccount:
    manner = run.manner
    new = NewAccount(
        address=str(said.address),
        provider=said.provider or None,
        owner=said.owner or None,
        username=said.login or None,
        chosen=chosen,
        wish=Wish(oauth=bool(said.oauth_app), app=said.oauth_app or None),
        verify=manner.verify and said.enabled is not False,  # one that rests signs in nowhere
        trusts_discovered=manner.trusts_discovered,
        learns=False,
    )
    persons = _persons(lambda name: manner.place_of(said.secret or None, name))
    # each has the whole time for its look-ups, however many were before it
    services = replace(run.services, started=run.services.timer())
    return ready_account(services, new, persons, known=run.known)


def _persons(place: PlaceSecret) -> Persons:
    """Return what is said in the name of persons where there are none."""
    return Persons(
        choose=lambda _: None,
        agree=lambda _: False,
        ask=lambda *_: None,
        consent=_nobody,
        place=place,
    )


def _nobody(app: OAuthApp, secret: Secret | None, address: Address) -> Secret:
    raise ConsentRefused(
        f"nobody is here to agree that {app.name} reads {address}",
        hint=f"let its person agree: mailctl account add ADDRESS --oauth --app {app.name}",
    )
