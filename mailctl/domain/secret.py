"""A secret on its way from a person or a store to a server, which never prints itself."""

from enum import StrEnum

from mailctl.records import dataclass


class Secret:
    """Holds a password or token; only `reveal` gives it out.

    It has no useful repr, cannot be formatted, pickled or compared by accident, so
    logs, tracebacks and error texts are redacted by construction.
    """

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """Return the secret itself. Only protocols/ and secrets/ may call this."""
        return self._value

    def is_in(self, text: str) -> bool:
        """Whether the text holds the secret; an empty one is nowhere."""
        return bool(self._value) and self._value in text

    def __bool__(self) -> bool:
        return bool(self._value)

    def __repr__(self) -> str:
        return "Secret(…)"

    def __reduce__(self) -> str | tuple[object, ...]:
        raise TypeError("a secret cannot be pickled")


class SecretScheme(StrEnum):
    """Where a secret is kept."""

    KEYRING = "keyring"
    VAULT = "vault"
    ENV = "env"
    FILE = "file"
    COMMAND = "command"

    @property
    def asks_nobody(self) -> bool:
        """Whether to read it opens no dialogue and runs no command."""
        return self in {SecretScheme.ENV, SecretScheme.FILE, SecretScheme.VAULT}


@dataclass(frozen=True)
class SecretRef:
    """Names a secret without holding it; this is all the database ever sees."""

    scheme: SecretScheme
    name: str

    def __str__(self) -> str:
        return f"{self.scheme}:{self.name}"
