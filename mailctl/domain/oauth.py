"""Who may sign in for a person without their password: issuers, registered apps, tokens."""

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime
from enum import StrEnum

from mailctl.domain.secret import Secret, SecretRef
from mailctl.records import dataclass


@dataclass(frozen=True)
class OAuthIssuer:
    """Where tokens for a mail service come from (RFC 6749 section 1.1).

    `{tenant}` in an address stands for the customer's directory; `tenant` is what to put
    there when nothing else is known. A device code is of use only where
    `device_usable` says so: some issuers grant none for mail.
    """

    name: str
    authorization_url: str | None
    token_url: str
    scopes: tuple[str, ...]
    issuer: str | None = None
    device_url: str | None = None
    device_usable: bool = False
    pkce: bool = True
    tenant: str | None = None
    params: Mapping[str, str] = field(default_factory=dict)
    """What the issuer wants in the authorisation request beyond the standard."""
    ews_scopes: tuple[str, ...] = ()
    app_scopes: tuple[str, ...] = ()
    """What an app asks for that signs in by itself."""


class AppGrant(StrEnum):
    """How an app comes to the right to read a mailbox."""

    PERSON = "person"
    """The person whose mailbox it is agrees, in a browser or by a device code."""
    CLIENT_CREDENTIALS = "client-credentials"
    """An administrator agreed once for all mailboxes (RFC 6749 section 4.4)."""
    SERVICE_ACCOUNT = "service-account"
    """The same at Google, by a key that signs a statement (RFC 7523)."""


@dataclass(frozen=True)
class OAuthApp:
    """An application registered at an issuer; its secret is elsewhere."""

    name: str
    issuer: OAuthIssuer
    """With the tenant in its addresses."""
    client_id: str
    secret: SecretRef | None
    """Where the client secret or the service account's key is; a public client has none."""
    grant: AppGrant
    tenant: str | None
    created_at: datetime

    @property
    def is_persons(self) -> bool:
        """Whether each person agrees for their own mailbox."""
        return self.grant is AppGrant.PERSON


class Flow(StrEnum):
    """How a person agrees (RFC 8252, RFC 8628)."""

    BROWSER = "browser"
    """A browser on this machine comes back to a port on loopback."""
    DEVICE = "device"
    """A code is typed into a browser anywhere."""
    PASTE = "paste"
    """A browser anywhere, whose last address is pasted here."""


@dataclass(frozen=True)
class DeviceCode:
    """What a person types in at the issuer, and how long that works (RFC 8628 section 3.2)."""

    user_code: str
    url: str
    complete_url: str | None
    """The address with the code in it, where the issuer gives one."""
    lasts_s: float


@dataclass(frozen=True)
class AccessToken:
    """What a mail server takes in place of a password, for an hour or so."""

    secret: Secret
    expires_at: datetime | None
    """None where the issuer did not say."""
    scopes: tuple[str, ...] = ()
    """What it is good for, as far as the issuer said."""
    is_renewable: bool = False
    """Whether there is a refresh token with it."""
    audience: tuple[str, ...] = ()
    """For which services it is, where the token says so itself (RFC 9068)."""


@dataclass(frozen=True)
class RegisteredApp:
    """An app as it is stored: its issuer by name, or by addresses of its own."""

    name: str
    issuer: str
    client_id: str
    secret: SecretRef | None
    grant: AppGrant
    created_at: datetime
    tenant: str | None = None
    scopes: tuple[str, ...] = ()
    """Instead of the issuer's usual ones."""
    authorization_url: str | None = None
    token_url: str | None = None
    """Set where no catalogue knows the issuer."""
    device_url: str | None = None
