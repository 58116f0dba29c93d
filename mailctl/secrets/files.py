"""A secret in a file of its own, as containers and systemd give it."""

import os
import stat
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from shlex import quote

from mailctl.domain.secret import Secret
from mailctl.errors import SecretMissing, SecretStoreUnusable

_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_SECRET_MAX = 64 << 10


def read(path: Path, environment: Mapping[str, str]) -> Secret:
    """Return the first line of the file.

    Raises SecretStoreUnusable where others may read it; a credentials directory
    (systemd's $CREDENTIALS_DIRECTORY) sees to that itself.
    """
    return first_line(_content(path, environment), f"the secret file {path}")


def read_whole(path: Path, environment: Mapping[str, str]) -> Secret:
    """Return all that the file holds, for a key of many lines. Raises as `read` does."""
    try:
        text = _content(path, environment).decode()
    except UnicodeDecodeError:
        raise SecretMissing(f"the secret file {path} holds no UTF-8 text") from None
    if not text.strip():
        raise SecretMissing(f"the secret file {path} is empty", hint="put the key in it")
    return Secret(text)


def _content(path: Path, environment: Mapping[str, str]) -> bytes:
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            content = file.read(_SECRET_MAX)
    except FileNotFoundError as error:
        raise SecretMissing(
            f"there is no secret file {path}",
            hint=f"make it: (umask 077; cat > {quote(str(path))})",
        ) from error
    except OSError as error:
        raise SecretStoreUnusable(
            f"the secret file {path} cannot be read: {error.strerror}",
            hint=f"check its owner and mode: ls -l {quote(str(path))}",
        ) from error
    if mode & _OTHERS and not is_credential(path, environment):
        raise SecretStoreUnusable(
            f"others may read the secret file {path}", hint=f"chmod 600 {path}"
        )
    return content


def write(path: Path, secret: Secret) -> None:
    """Make the file with the secret in it, mode 0600; a file that is there is never replaced."""
    try:
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError as error:
        raise SecretStoreUnusable(
            f"the secret file {path} exists already",
            hint="leave the password option out to use the file as it is, or name a new file",
        ) from error
    except OSError as error:
        raise SecretStoreUnusable(
            f"the secret file {path} cannot be made: {error.strerror}",
            hint=f"check the directory: ls -ld {quote(str(path.parent))}",
        ) from error
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(secret.reveal() + "\n")
    except OSError as error:
        with suppress(OSError):
            path.unlink()
        raise SecretStoreUnusable(
            f"the secret file {path} cannot be written: {error.strerror}", hint="check the disk"
        ) from error


def remove(path: Path) -> None:
    """Remove the file that `write` made, if it is there. Raises SecretStoreUnusable."""
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise SecretStoreUnusable(
            f"the secret file {path} cannot be removed: {error.strerror}",
            hint=f"remove it by hand: rm {path}",
        ) from error


def first_line(content: bytes, place: str) -> Secret:
    """Return the secret on the first line. Raises SecretMissing if there is none."""
    try:
        line = content.split(b"\n", 1)[0].rstrip(b"\r").decode()
    except UnicodeDecodeError:
        # not "from": the exception quotes a byte of the secret
        raise SecretMissing(f"{place} holds no UTF-8 text", hint="write it anew") from None
    if not line:
        raise SecretMissing(f"{place} is empty", hint="put the secret on its first line")
    return Secret(line)


def is_credential(path: Path, environment: Mapping[str, str]) -> bool:
    """Whether the system keeps the file from others (systemd's $CREDENTIALS_DIRECTORY)."""
    directory = environment.get("CREDENTIALS_DIRECTORY")
    return bool(directory) and path.resolve().is_relative_to(Path(str(directory)).resolve())
