"""What the core asks of servers and keyrings without signing in: how they are."""

from __future__ import annotations

from dataclasses import field
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from mailctl.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mailctl.domain.providers import Provider


@dataclass(frozen=True)
class ServerLook:
    """What a server shows to anybody who connects."""

    tls_version: str | None
    """Such as TLSv1.3; None where the connection is not encrypted."""
    ends_at: datetime | None = None
    """When its certificate ends."""
    names: tuple[str, ...] = ()
    """For which hosts that is."""
    issuer: str | None = None
    """Who signed it, as the certificate says."""
    ahead_s: float | None = None
    """By how much this machine's clock is ahead of the server's, where that one tells the time."""


class Inspector(Protocol):
    """Connects to servers, encrypted and verified as a sign-in does, and signs in nowhere.

    Raises Unreachable, TlsFailure, GuardRefused, ServerBusy or ServerRefused.
    """

    def authorities(self) -> int:
        """Return how many certificate authorities are trusted on this machine."""
        ...

    def incoming(self, provider: Provider) -> ServerLook:
        """Return how the IMAP server looks."""
        ...

    def submission(self, provider: Provider) -> ServerLook:
        """Return how the submission service looks."""
        ...

    def web(self, url: str, *, ca_file: str | None = None, public_only: bool = False) -> ServerLook:
        """Return how the web server of that address looks; nothing is told to it."""
        ...


@dataclass(frozen=True)
class SecretPlaces:
    """Where this machine can keep secrets."""

    keyring: str
    """The name of the keyring's backend."""
    is_keyring_safe: bool
    """Whether new secrets go there by themselves."""
    is_keyring_locked: bool
    """Whether its owner has to unlock it first; a keyring that cannot tell is none."""
    vault: Mapping[str, object] = field(default_factory=dict)
    """The vault's file and that of its key, and whether they are there."""
