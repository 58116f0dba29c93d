"""Every place a secret may be in, behind one door (ports.SecretStore)."""

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from mailctl.domain.secret import Secret, SecretRef, SecretScheme
from mailctl.errors import BadUsage, SecretMissing, SecretStoreUnusable
from mailctl.ports.inspection import SecretPlaces
from mailctl.records import dataclass
from mailctl.secrets import commands, files, keyrings
from mailctl.secrets.vault import Vault

_SCHEMES = "keyring, vault, env:NAME, file:PATH or command:CMD"


def parse_ref(text: str, *, own_name: str) -> SecretRef:
    """Return the reference that `--secret` names; keyring and vault use `own_name`.

    Raises BadUsage.
    """
    word, colon, rest = text.partition(":")
    try:
        scheme = SecretScheme(word)
    except ValueError as error:
        raise BadUsage(
            f"{word!r} is no place for a secret", hint=f"--secret takes {_SCHEMES}"
        ) from error
    if scheme in {SecretScheme.KEYRING, SecretScheme.VAULT}:
        return SecretRef(scheme, rest or own_name)
    if not colon or not rest:
        raise BadUsage(f"--secret {word} needs a value after a colon", hint=f"one of {_SCHEMES}")
    if scheme is SecretScheme.FILE:
        rest = str(_path(rest))
    return SecretRef(scheme, rest)


def _path(text: str) -> Path:
    try:
        return Path(text).expanduser().absolute()
    except RuntimeError as error:
        raise BadUsage(
            f"nobody here has the home that {text} begins with", hint="write the whole path"
        ) from error


@dataclass(frozen=True)
class Secrets:
    """Reads and keeps secrets by the scheme of their reference."""

    vault: Vault
    environment: Mapping[str, str]

    def read(self, ref: SecretRef) -> Secret:
        """Return the secret. Raises SecretMissing or SecretStoreUnusable."""
        match ref.scheme:
            case SecretScheme.KEYRING:
                return keyrings.read(ref.name)
            case SecretScheme.VAULT:
                return self.vault.read(ref.name)
            case SecretScheme.ENV:
                return self._variable(ref.name)
            case SecretScheme.FILE:
                return files.read(Path(ref.name), self.environment)
            case SecretScheme.COMMAND:
                return commands.read(ref.name)

    def is_read_from(self, ref: SecretRef) -> bool:
        """Whether the secret comes from there, so that nobody needs to hand it over."""
        if ref.scheme not in {SecretScheme.KEYRING, SecretScheme.VAULT}:
            return True
        try:
            self.read(ref)
        except SecretMissing:
            return False
        return True

    def is_writable(self, ref: SecretRef) -> bool:
        """Whether we may replace the secret there, as tokens need it."""
        return ref.scheme in {SecretScheme.KEYRING, SecretScheme.VAULT}

    def write(self, ref: SecretRef, secret: Secret) -> None:
        """Keep a new secret; one that is there is never replaced.

        Raises SecretStoreUnusable, also where we may only read.
        """
        match ref.scheme:
            case SecretScheme.KEYRING:
                keyrings.write(ref.name, secret, self.environment)
            case SecretScheme.VAULT:
                self.vault.write(ref.name, secret)
            case SecretScheme.FILE:
                files.write(Path(ref.name), secret)
            case SecretScheme.ENV | SecretScheme.COMMAND:
                raise SecretStoreUnusable(
                    f"a secret cannot be written to {ref.scheme}:",
                    hint="leave the password option out: it is read from there each time",
                )

    def replace(self, ref: SecretRef, secret: Secret) -> None:
        """Keep the secret in the place of the old one, in one step.

        Raises SecretStoreUnusable for a place that is a person's: a file, a variable, a command.
        """
        match ref.scheme:
            case SecretScheme.KEYRING:
                keyrings.replace(ref.name, secret)
            case SecretScheme.VAULT:
                self.vault.replace(ref.name, secret)
            case SecretScheme.ENV | SecretScheme.FILE | SecretScheme.COMMAND:
                raise SecretStoreUnusable(
                    f"the secret in {ref} is not replaced", hint="change it there by hand"
                )

    def copy(self, before: SecretRef, after: SecretRef) -> None:
        """Keep the secret in a second place as well, and make sure that it can be read there.

        What is in that place already is never replaced, but may be the same secret: a copy
        that was interrupted can be made again. Raises SecretMissing or SecretStoreUnusable.
        """
        secret = self.read(before)
        try:
            self.write(after, secret)
        except SecretStoreUnusable as refusal:
            with suppress(SecretStoreUnusable):
                if self._has(after, secret):
                    return
            raise refusal from refusal.__cause__
        if not self._has(after, secret):
            raise SecretStoreUnusable(
                f"{after} does not give back what was put there", hint="choose another place"
            )

    def remove(self, ref: SecretRef) -> None:
        """Take back what `write` kept; variables and commands are a person's.

        A file is removed whoever made it: call this only for what was written before.
        """
        match ref.scheme:
            case SecretScheme.KEYRING:
                keyrings.remove(ref.name)
            case SecretScheme.VAULT:
                self.vault.remove(ref.name)
            case SecretScheme.FILE:
                files.remove(Path(ref.name))
            case SecretScheme.ENV | SecretScheme.COMMAND:
                return

    def places(self) -> SecretPlaces:
        """Return where secrets can be kept here, without a look at any; nobody is asked to unlock.

        Raises SecretStoreUnusable for a keyring that was named and cannot be had.
        """
        vault = self.vault
        return SecretPlaces(
            keyring=keyrings.name(),
            is_keyring_safe=keyrings.is_usable(self.environment),
            is_keyring_locked=keyrings.is_locked(),
            vault={
                "file": str(vault.path),
                "exists": vault.path.exists(),
                "key_from": "MAILCTL_VAULT_KEY" if vault.key else str(vault.key_file),
                "has_key": bool(vault.key) or vault.key_file.exists(),
            },
        )

    def own_ref(self, name: str) -> SecretRef:
        """Return the keyring where there is a safe one, else the vault."""
        scheme = (
            SecretScheme.KEYRING if keyrings.is_usable(self.environment) else SecretScheme.VAULT
        )
        return SecretRef(scheme, name)

    def _has(self, ref: SecretRef, secret: Secret) -> bool:
        try:
            there = self.read(ref)
        except SecretMissing:
            return False
        import hmac

        return hmac.compare_digest(there.reveal().encode(), secret.reveal().encode())

    def _variable(self, name: str) -> Secret:
        value = self.environment.get(name)
        if not value:
            raise SecretMissing(
                f"the environment variable {name} is not set", hint=f"{name}=… mailctl …"
            )
        return Secret(value)
