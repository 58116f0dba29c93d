"""An encrypted file for machines without a keyring; its key is a file of its own."""

import base64
import fcntl
import json
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict

from mailctl.domain.secret import Secret
from mailctl.errors import SecretMissing, SecretStoreUnusable
from mailctl.records import dataclass
from mailctl.store.files import make_private_directory

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_VERSION = 1
_KEY_MAX = 64 << 10
_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_KEY_BYTES, _SALT_BYTES, _NONCE_BYTES = 32, 16, 12


class _Document(TypedDict):
    version: int
    salt: str
    secrets: dict[str, str]


@dataclass(frozen=True)
class Vault:
    """Keeps secrets under AES-256-GCM, each bound to its name.

    The key comes by scrypt from `key`, or from the content of `key_file`. A vault that does
    not exist yet makes its key file, mode 0600, unless a person named one.
    """

    path: Path
    key_file: Path
    is_key_ours: bool
    key: Secret | None = None
    is_credential: bool = False
    """Whether the system keeps the key file from others, whatever its mode says."""

    def read(self, name: str) -> Secret:
        """Return the secret of that name. Raises SecretMissing or SecretStoreUnusable."""
        document = self._document()
        sealed = document["secrets"].get(name)
        if sealed is None:
            raise SecretMissing(
                f"the vault {self.path} has no secret named {name}",
                hint="give it anew: mailctl account reauth ADDRESS",
            )
        secret = _opened(self._cipher(document), name, sealed)
        if secret is None:
            raise self._wrong_key()
        return secret

    def write(self, name: str, secret: Secret) -> None:
        """Keep the secret under a new name; one that is there is never replaced.

        Raises SecretStoreUnusable. A key that opens none of the other secrets is
        refused: nobody could say later which of two keys is for which.
        """
        with self._changing() as document:
            kept = document["secrets"]
            if name in kept:
                raise SecretStoreUnusable(
                    f"the vault {self.path} has a secret named {name} already",
                    hint="leave the password option out to use that one, or choose another name",
                )
            self._seal(document, name, secret)

    def replace(self, name: str, secret: Secret) -> None:
        """Keep the secret in the place of the one of that name, in one step."""
        with self._changing() as document:
            document["secrets"].pop(name, None)  # a key that opens nothing but it may be new
            self._seal(document, name, secret)

    def remove(self, name: str) -> None:
        """Forget the secret of that name, if there is one."""
        if self.path.exists():
            with self._changing() as document:
                document["secrets"].pop(name, None)

    def _seal(self, document: _Document, name: str, secret: Secret) -> None:
        kept, cipher = document["secrets"], self._cipher(document)
        if kept and all(_opened(cipher, *other) is None for other in kept.items()):
            raise self._wrong_key()
        nonce = os.urandom(_NONCE_BYTES)
        text = cipher.encrypt(nonce, secret.reveal().encode(), name.encode())
        kept[name] = base64.b64encode(nonce + text).decode()

    @contextmanager
    def _changing(self) -> Iterator[_Document]:
        try:
            make_private_directory(self.path.parent)
            lock = os.open(self.path.with_suffix(".lock"), os.O_CREAT | os.O_RDWR, 0o600)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX)
                document = self._document()
                yield document
                _replace(self.path, json.dumps(document).encode())
            finally:
                os.close(lock)
        except OSError as error:
            raise SecretStoreUnusable(
                f"the vault {self.path} cannot be written: {error.strerror}",
                hint="check the directory and the disk, or use --secret env:NAME or file:PATH",
            ) from error

    def _document(self) -> _Document:
        try:
            document: _Document = json.loads(self.path.read_bytes())
            is_of_today = document["version"] == _VERSION
            if is_of_today:
                _check(document)
        except FileNotFoundError:
            salt = base64.b64encode(os.urandom(_SALT_BYTES)).decode()
            return {"version": _VERSION, "salt": salt, "secrets": {}}
        except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
            raise SecretStoreUnusable(
                f"the vault {self.path} cannot be read",
                hint="put a copy of it back, or move it away and add the accounts again",
            ) from error
        if not is_of_today:
            raise SecretStoreUnusable(
                f"the vault {self.path} was written by a newer mailctl",
                hint="pip install --upgrade mailctl",
            )
        return document

    def _cipher(self, document: _Document) -> "AESGCM":
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        return AESGCM(_derived(self._key(document), base64.b64decode(document["salt"])))

    def _key(self, document: _Document) -> bytes:
        if self.key is not None:
            return self.key.reveal().encode()
        if self.is_key_ours and not document["secrets"]:
            _make_key(self.key_file)
        try:
            with self.key_file.open("rb") as file:
                mode = os.fstat(file.fileno()).st_mode
                key = file.read(_KEY_MAX).strip()
        except OSError as error:
            raise SecretStoreUnusable(
                f"the key of the vault cannot be read from {self.key_file}: {error.strerror}",
                hint="put the key file back, or name it: MAILCTL_VAULT_KEY_FILE=PATH mailctl …",
            ) from error
        if mode & _OTHERS and not self.is_credential:
            raise SecretStoreUnusable(
                f"others may read the key of the vault in {self.key_file}",
                hint=f"chmod 600 {self.key_file}",
            )
        if not key:
            raise SecretStoreUnusable(
                f"the key file {self.key_file} is empty",
                hint=f"fill it: head -c 32 /dev/urandom | base64 > {self.key_file}",
            )
        return key

    def _wrong_key(self) -> SecretStoreUnusable:
        place = self.key_file if self.key is None else "MAILCTL_VAULT_KEY"
        return SecretStoreUnusable(
            f"the key in {place} does not open the vault {self.path}",
            hint="name the right one: MAILCTL_VAULT_KEY_FILE=PATH mailctl …",
        )


@lru_cache(maxsize=4)
def _derived(key: bytes, salt: bytes) -> bytes:
    """Return the key of the cipher: slow on purpose, so once a run."""
    from hashlib import scrypt

    return scrypt(key, salt=salt, n=1 << 14, r=8, p=1, dklen=_KEY_BYTES)


def _check(document: _Document) -> None:
    """Raise whatever Python raises for what is no vault."""
    for sealed in (document["salt"], *document["secrets"].values()):
        base64.b64decode(sealed, validate=True)


def _opened(cipher: "AESGCM", name: str, sealed: str) -> Secret | None:
    """Return the secret, None where the key is not its key or its bytes were changed."""
    from cryptography.exceptions import InvalidTag

    octets = base64.b64decode(sealed)
    nonce, text = octets[:_NONCE_BYTES], octets[_NONCE_BYTES:]
    try:
        return Secret(cipher.decrypt(nonce, text, name.encode()).decode())
    except (InvalidTag, ValueError):
        return None


def _make_key(path: Path) -> None:
    """Make the key file unless it is there; the caller holds the lock of the vault."""
    make_private_directory(path.parent)
    if not path.exists():
        _replace(path, base64.b64encode(os.urandom(_KEY_BYTES)) + b"\n")


def _replace(path: Path, content: bytes) -> None:
    partial = path.with_suffix(".partial")
    descriptor = os.open(partial, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)
