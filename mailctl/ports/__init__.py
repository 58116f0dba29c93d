"""What the core asks of the world: servers, name servers, secret stores, the clock."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from mailctl.records import dataclass

if TYPE_CHECKING:  # nobody needs all of these nouns at once
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from mailctl.domain.answers import AliasAnswer, MxAnswer, SrvAnswer, TextAnswer, WebAnswer
    from mailctl.domain.oauth import AccessToken, DeviceCode, OAuthApp
    from mailctl.domain.secret import Secret, SecretRef


class Clock(Protocol):
    """Tells the time."""

    def __call__(self) -> datetime:
        """Return the instant, aware, in UTC."""
        ...


class Timer(Protocol):
    """Measures how long things take."""

    def __call__(self) -> float:
        """Return seconds since some fixed moment; never goes back."""
        ...


class Entropy(Protocol):
    """The source of unpredictability."""

    def __call__(self, size: int, /) -> bytes:
        """Return `size` unpredictable bytes."""
        ...


class NameServer(Protocol):
    """Answers what the DNS says. Never raises: see the outcome. Names are A-labels."""

    async def exchangers(self, domain: str, /) -> MxAnswer:
        """Return the MX records, best first."""
        ...

    async def services(self, name: str, /) -> SrvAnswer:
        """Return the SRV records of a name such as _imaps._tcp.example.org, best first."""
        ...

    async def texts(self, domain: str, /) -> TextAnswer:
        """Return the TXT records, the parts of each joined."""
        ...

    async def alias(self, host: str, /) -> AliasAnswer:
        """Return what the host is an alias of; nodata where of nothing."""
        ...


class Web(Protocol):
    """Fetches small documents over verified HTTPS from public addresses, and nothing else.

    Never raises: a redirect to anything but HTTPS, a certificate of another name, a
    private address or a document over the limit is an outcome (`rejected`).
    """

    async def get(self, url: str, /, *, stays_at: str | None = None) -> WebAnswer:
        """Return the document; with `stays_at` no redirect may leave what lies below that name."""
        ...


@dataclass(frozen=True)
class Internet:
    """Whom a resolution may ask: name servers, and web servers unless that is not wanted."""

    names: NameServer
    web: Web | None = None


class Authoriser(Protocol):
    """Gets grants from OAuth issuers.

    A grant is what the issuer gave: tokens and when they end. It is kept as one secret,
    which only this port reads. `client_secret` is None for a public client.

    Everything that asks the issuer raises ConsentRefused where a person or the issuer said
    no, GrantRevoked where what was agreed holds no more, ServerRefused where the app itself
    is refused, Unreachable, ServerBusy or TlsFailure.
    """

    def in_browser(
        self,
        app: OAuthApp,
        client_secret: Secret | None,
        *,
        login_hint: str,
        show: Callable[[str], None],
    ) -> Secret:
        """Return the grant that a person gives in a browser on this machine.

        `show` is told the address to open, before anything waits for it. Waits at most
        five minutes.
        """
        ...

    def by_device(
        self, app: OAuthApp, client_secret: Secret | None, *, show: Callable[[DeviceCode], None]
    ) -> Secret:
        """Return the grant that a person gives by typing a code in somewhere (RFC 8628)."""
        ...

    def by_paste(
        self,
        app: OAuthApp,
        client_secret: Secret | None,
        *,
        login_hint: str,
        ask: Callable[[str], str],
    ) -> Secret:
        """Return the grant of a browser elsewhere.

        `ask` is told the address to open and returns the address at which the browser ended.
        """
        ...

    def by_app(self, app: OAuthApp, client_secret: Secret, *, address: str) -> Secret:
        """Return the grant of an app that signs in by itself, for that mailbox."""
        ...

    def from_refresh_token(self, refresh_token: Secret) -> Secret:
        """Return a grant made elsewhere, to be renewed before its first use."""
        ...

    def renewed(self, app: OAuthApp, client_secret: Secret | None, grant: Secret) -> Secret:
        """Return the grant with a new access token, and a new refresh token if that rotates."""
        ...

    def access(self, grant: Secret) -> AccessToken:
        """Return the access token in the grant, without asking anybody.

        Raises SecretStoreUnusable for a secret that is no grant.
        """
        ...


class SecretStore(Protocol):
    """Keeps secrets of every scheme; the reference says which."""

    def read(self, ref: SecretRef) -> Secret:
        """Return the secret. Raises SecretMissing or SecretStoreUnusable."""
        ...

    def is_writable(self, ref: SecretRef) -> bool:
        """Whether `replace` may be called for the place, as tokens need it."""
        ...

    def write(self, ref: SecretRef, secret: Secret) -> None:
        """Keep a new secret; one that is there is never replaced. Raises SecretStoreUnusable."""
        ...

    def replace(self, ref: SecretRef, secret: Secret) -> None:
        """Keep the secret in the place of the old one, in one step.

        Raises SecretStoreUnusable, also for a place that is a person's.
        """
        ...

    def remove(self, ref: SecretRef) -> None:
        """Take back what `write` kept, and nothing else.

        A file is removed whoever made it: only for what was written before.
        """
        ...

    def copy(self, before: SecretRef, after: SecretRef) -> None:
        """Keep the secret in a second place as well; made again it is no failure.

        Raises SecretMissing, or SecretStoreUnusable where another secret is there.
        """
        ...

    def own_ref(self, name: str) -> SecretRef:
        """Return the reference under which a new secret is best kept on this machine."""
        ...


class AccountLocks(Protocol):
    """Keeps two runs from working on one account, on this machine."""

    def hold(
        self, account: str, /, *, called: str = "", wait_s: float = 0
    ) -> AbstractContextManager[None]:
        """Hold the account until the block ends or the process dies.

        Raises Locked where another holds it for more than `wait_s`; in it the account is
        `called` what a person calls it.
        """
        ...

    def holder(self, account: str, /) -> int | None:
        """Return the process that works on the account now, None where none does."""
        ...
