"""One person's mailbox at one provider."""

from dataclasses import field
from datetime import datetime
from enum import StrEnum

from mailctl.domain import settings
from mailctl.domain.ids import AccountId, ProviderName
from mailctl.domain.secret import SecretRef
from mailctl.domain.servers import Endpoint
from mailctl.domain.settings import AccountSettings
from mailctl.records import dataclass


class AccountState(StrEnum):
    """What stands between the account and its next sync."""

    OK = "ok"
    UNVERIFIED = "unverified"
    """Added without signing in; the first successful sign-in makes it ok."""
    AUTH_REQUIRED = "auth-required"
    """The server refused the secret: no further attempt until a person acts."""
    TEMPORARY_FAILURE = "temporary-failure"
    """The last try failed for another reason; it is tried again."""
    THROTTLED = "throttled"
    """The server asked for a pause: nobody knocks before `next_try_at`."""
    DISABLED = "disabled"
    """A person lets it rest."""


@dataclass(frozen=True)
class Trouble:
    """Why the last try failed, and since when none has succeeded."""

    kind: str
    """The `kind` of the error."""
    sentence: str
    since: datetime
    failures: int = 1
    """How many tries failed in a row."""
    next_try_at: datetime | None = None
    """None where only a person can help."""


@dataclass(frozen=True)
class Account:
    """A mailbox with its settings; the secret itself is elsewhere."""

    id: AccountId
    address: str
    provider: ProviderName
    owner: str | None
    username: str
    submission_username: str
    secret: SecretRef
    state: AccountState
    is_default: bool
    """Whether its owner sends from it where nothing else is said."""
    resolved_by: str
    evidence: str
    """The evidence of the resolution, as JSON, kept for the question "why this provider"."""
    created_at: datetime
    settings: AccountSettings = field(default_factory=AccountSettings)
    oauth_app: str | None = None
    """The app that tokens come from; None where the secret is a password."""
    incoming: Endpoint | None = None
    """Set where this mailbox has a server other than its provider's usual one."""
    submission: Endpoint | None = None
    server_memo: str | None = None
    """What the last sign-in found out of the server, for the protocol alone to read."""
    last_sync_at: datetime | None = None
    trouble: Trouble | None = None

    @property
    def domain(self) -> str:
        """The domain of the address."""
        return self.address.rpartition("@")[2]

    @property
    def can_receive(self) -> bool:
        """Whether mail is loaded."""
        return self.settings.receive

    @property
    def can_send(self) -> bool:
        """Whether mail may be sent."""
        return self.settings.send

    @property
    def last_error(self) -> str | None:
        """What the last try said, None where it was well."""
        return None if self.trouble is None else self.trouble.sentence

    @property
    def since(self) -> datetime | None:
        """The instant from which mail is wanted, None for everything."""
        return settings.since(self.settings.period, self.created_at)

    @property
    def own_addresses(self) -> frozenset[str]:
        """The addresses under which its owner is known."""
        return frozenset({self.address, *self.settings.aliases})
