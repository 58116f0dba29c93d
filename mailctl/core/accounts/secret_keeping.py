"""Verbs on secrets: where each is kept, whether it can be read, and moving them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from mailctl.core.exit_codes import joint_exit_code
from mailctl.core.naming import account_named
from mailctl.core.services import Services
from mailctl.domain.accounts import Account
from mailctl.domain.oauth import RegisteredApp
from mailctl.domain.secret import SecretRef, SecretScheme
from mailctl.errors import BadUsage, Conflict, ExitCode, MailctlError, Terminated
from mailctl.store import accounts, oauth_apps

_WAIT_S = 60.0
_OURS = (SecretScheme.KEYRING, SecretScheme.VAULT)


@dataclass(frozen=True)
class KeptSecret:
    """Where the secret of an account or an app is."""

    owner: str
    kind: str
    """`account` or `oauth-app`."""
    ref: SecretRef
    error: MailctlError | None = None
    """Why it cannot be read."""


@dataclass(frozen=True)
class MovedSecret:
    """What became of a secret that was to be moved."""

    owner: str
    kind: str
    before: SecretRef
    after: SecretRef
    outcome: str
    """`moved`, `unchanged` or `failed`."""
    detail: str = ""
    exit_code: ExitCode = ExitCode.OK


def kept_secrets(services: Services) -> Iterator[KeptSecret]:
    """Yield every secret that mailctl knows the place of, and whether it can be read."""
    for owner, kind, ref in _all(services):
        error = None
        try:
            services.secrets.read(ref)
        except MailctlError as failure:
            error = failure
        yield KeptSecret(owner, kind, ref, error)


def move_secrets(
    services: Services, names: Sequence[str], to: str
) -> tuple[list[MovedSecret], ExitCode]:
    """Move the secrets of the accounts named, or all, to the keyring or the vault.

    Each is copied, read back, noted and only then removed from its old place; one that
    fails stops no other. Files, variables and commands of a person stay as they are.
    Raises BadUsage for a place that is none of ours, NotFound.
    """
    if to not in _OURS:
        raise BadUsage(
            f"secrets cannot be moved to {to!r}",
            hint="name keyring or vault; to read one from elsewhere, add the account with "
            "--secret env:NAME, file:PATH or command:CMD",
        )
    scheme = SecretScheme(to)
    chosen: list[Account | RegisteredApp] = []
    with services.store.reading() as tx:
        if names:
            chosen += [account_named(tx, name) for name in names]
        else:
            chosen += accounts.all_(tx)
            chosen += oauth_apps.all_(tx)
    moved = [_moved(services, each, scheme) for each in chosen if each.secret is not None]
    return moved, joint_exit_code(each.exit_code for each in moved)


def _moved(services: Services, holder: Account | RegisteredApp, to: SecretScheme) -> MovedSecret:
    before = holder.secret
    if before is None:
        raise AssertionError("chosen for its secret")
    owner, kind, own_name = _described(holder)
    after = SecretRef(to, before.name if before.scheme in _OURS else own_name)
    if before.scheme is to:
        return MovedSecret(owner, kind, before, before, "unchanged")
    try:
        # nobody may renew a token in the old place meanwhile
        with services.locks.hold(f"token-{own_name}", called=owner, wait_s=_WAIT_S):
            detail = _move(services, holder, before, after)
    except Terminated:
        raise
    except MailctlError as error:
        return MovedSecret(owner, kind, before, after, "failed", error.sentence, error.exit_code)
    return MovedSecret(owner, kind, before, after, "moved", detail)


def _move(
    services: Services, holder: Account | RegisteredApp, before: SecretRef, after: SecretRef
) -> str:
    services.secrets.copy(before, after)
    with services.store.writing(durable=True) as tx:
        if isinstance(holder, Account):
            is_noted = accounts.move_secret(tx, holder.id, before, after)
        else:
            is_noted = oauth_apps.move_secret(tx, holder.name, before, after)
    if not is_noted:
        raise Conflict("its secret went elsewhere meanwhile", hint="see: mailctl secrets list")
    if before.scheme not in _OURS:
        return f"{before} is yours and stays"
    if before in [ref for _, _, ref in _all(services)]:
        return f"{before} stays: another account reads it"
    services.secrets.remove(before)
    return ""


def _described(holder: Account | RegisteredApp) -> tuple[str, str, str]:
    """Return what people call it, its kind, and the name its secret has by default."""
    if isinstance(holder, Account):
        return holder.address, "account", holder.id
    return holder.name, "oauth-app", f"oauth-{holder.name}"


def _all(services: Services) -> list[tuple[str, str, SecretRef]]:
    with services.store.reading() as tx:
        holders: list[Account | RegisteredApp] = [*accounts.all_(tx), *oauth_apps.all_(tx)]
    return [
        (*_described(holder)[:2], holder.secret) for holder in holders if holder.secret is not None
    ]
