"""The desktop's or the system's keyring."""

from collections.abc import Mapping
from contextlib import AbstractContextManager, closing, suppress
from importlib import import_module
from types import TracebackType
from typing import TYPE_CHECKING, Any

from mailctl.domain.secret import Secret
from mailctl.errors import MailctlError, SecretMissing, SecretStoreUnusable

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

SERVICE = "mailctl"
_DESKTOP = "keyring.backends.SecretService"
_ELSEWHERE = "keep it elsewhere: --secret vault, env:NAME, file:PATH or command:CMD"


def is_usable(environment: Mapping[str, str]) -> bool:
    """Whether this machine has a keyring that keeps secrets safely.

    keyring also offers backends that keep nothing (null) or keep plain text
    (keyrings.alt, priority below 1): the latter only by a person's word.
    Raises SecretStoreUnusable for a backend that was named and cannot be had.
    """
    with _Calling():
        backend = _backend()
        if type(backend).__module__.startswith(("keyring.backends.fail", "keyring.backends.null")):
            return False
        return bool(environment.get("PYTHON_KEYRING_BACKEND")) or backend.priority >= 1


def name() -> str:
    """Return what the keyring in use calls itself. Raises SecretStoreUnusable."""
    with _Calling():
        return str(_backend().name)


def is_locked() -> bool:
    """Whether a desktop's keyring (Secret Service) is locked; it is only looked at, never unlocked.

    One that is not made yet is not, and others cannot tell. Raises SecretStoreUnusable.
    """
    with _Calling():
        backend: Any = _backend()
        chained = getattr(backend, "backends", [backend])
        return any(_is_locked(each) for each in chained if type(each).__module__ == _DESKTOP)


def _is_locked(backend: Any) -> bool:
    # keyring's own door to a collection unlocks it, which asks its owner and waits
    library = import_module(_DESKTOP).secretstorage
    named = [backend.preferred_collection] if hasattr(backend, "preferred_collection") else []
    with closing(library.dbus_init()) as bus:
        try:
            return bool(library.Collection(bus, *named).is_locked())
        except library.ItemNotFoundException:
            return False


def read(name: str) -> Secret:
    """Return the secret of that name. Raises SecretMissing or SecretStoreUnusable."""
    value = _kept(name)
    if value is None:
        raise SecretMissing(
            f"the keyring has no secret named {name}",
            hint="unlock the keyring, or give it anew: mailctl account reauth ADDRESS",
        )
    return Secret(value)


def write(name: str, secret: Secret, environment: Mapping[str, str]) -> None:
    """Keep the secret under a new name; one that is there is never replaced.

    Raises SecretStoreUnusable.
    """
    if not is_usable(environment):
        raise SecretStoreUnusable("this machine has no keyring", hint=_ELSEWHERE)
    if _kept(name) is not None:
        raise SecretStoreUnusable(
            f"the keyring has a secret named {name} already",
            hint="leave the password option out to use that one, or choose another name",
        )
    replace(name, secret)


def replace(name: str, secret: Secret) -> None:
    """Keep the secret in the place of the one of that name. Raises SecretStoreUnusable."""
    with _Calling():
        _backend().set_password(SERVICE, name, secret.reveal())


def remove(name: str) -> None:
    """Forget the secret of that name, if there is one."""
    from keyring.errors import PasswordDeleteError

    with _Calling(), suppress(PasswordDeleteError):
        _backend().delete_password(SERVICE, name)


class _Calling(AbstractContextManager[None]):
    """Whatever a backend raises inside leaves as SecretStoreUnusable.

    Backends are other people's plug-ins. A name that is none raises ImportError or
    AttributeError, and what SecretStorage and jeepney raise is no KeyringError.
    """

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if isinstance(error, Exception) and not isinstance(error, MailctlError):
            raise SecretStoreUnusable(
                f"the keyring cannot be used: {type(error).__name__}",
                hint=f"unlock it, or {_ELSEWHERE}",
            ) from error


def _kept(name: str) -> str | None:
    with _Calling():
        return _backend().get_password(SERVICE, name)


def _backend() -> "KeyringBackend":
    import keyring  # 50 ms, for the commands that sign in

    return keyring.get_keyring()
