"""The desktop's or the system's keyring."""

import os
from typing import TYPE_CHECKING

from mailctl.domain.secret import Secret
from mailctl.errors import SecretMissing, SecretStoreUnusable

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

SERVICE = "mailctl"
_ELSEWHERE = "keep it elsewhere: --secret vault, env:NAME, file:PATH or command:CMD"


def is_usable() -> bool:
    """Whether this machine has a keyring that keeps secrets safely.

    keyring also offers backends that keep nothing (null) or keep plain text
    (keyrings.alt, priority below 1): those only by a person's word.
    """
    backend = _backend()
    if type(backend).__module__.startswith(("keyring.backends.fail", "keyring.backends.null")):
        return False
    return bool(os.environ.get("PYTHON_KEYRING_BACKEND")) or backend.priority >= 1


def read(name: str) -> Secret:
    """Return the secret of that name. Raises SecretMissing or SecretStoreUnusable."""
    from keyring.errors import KeyringError

    try:
        value = _backend().get_password(SERVICE, name)
    except KeyringError as error:
        raise _unusable(error) from error
    if value is None:
        raise SecretMissing(
            f"the keyring has no secret named {name}",
            hint="unlock the keyring, or add the account again",
        )
    return Secret(value)


def write(name: str, secret: Secret) -> None:
    """Keep the secret under that name. Raises SecretStoreUnusable."""
    from keyring.errors import KeyringError

    if not is_usable():
        raise SecretStoreUnusable("this machine has no keyring", hint=_ELSEWHERE)
    try:
        _backend().set_password(SERVICE, name, secret.reveal())
    except KeyringError as error:
        raise _unusable(error) from error


def remove(name: str) -> None:
    """Forget the secret of that name, if there is one."""
    from keyring.errors import KeyringError, PasswordDeleteError

    try:
        _backend().delete_password(SERVICE, name)
    except PasswordDeleteError:
        return
    except KeyringError as error:
        raise _unusable(error) from error


def _backend() -> "KeyringBackend":
    import keyring  # 50 ms, for the commands that sign in

    return keyring.get_keyring()


def _unusable(error: Exception) -> SecretStoreUnusable:
    return SecretStoreUnusable(
        f"the keyring cannot be used: {type(error).__name__}",
        hint=f"unlock it, or {_ELSEWHERE}",
    )
