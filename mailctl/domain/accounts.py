"""One person's mailbox at one provider."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from mailctl.domain.ids import AccountId, ProviderName
from mailctl.domain.secret import SecretRef
from mailctl.domain.servers import Endpoint

DEFAULT_PERIOD = timedelta(days=7)
"""How far back mail is loaded, counted from the day the account was made."""


class AccountState(StrEnum):
    """What stands between the account and its next sync."""

    ACTIVE = "active"
    UNVERIFIED = "unverified"
    """Added without signing in; the first successful sign-in makes it active."""
    AUTH_FAILED = "auth-failed"
    """The server refused the secret: no further attempt until a person acts."""
    DISABLED = "disabled"


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
    can_receive: bool
    can_send: bool
    period: timedelta | None
    """None: everything there is."""
    resolved_by: str
    evidence: str
    """The evidence of the resolution, as JSON, kept for the question "why this provider"."""
    created_at: datetime
    incoming: Endpoint | None = None
    """Set where this mailbox has a server other than its provider's usual one."""
    submission: Endpoint | None = None
    last_sync_at: datetime | None = None
    last_error: str | None = None

    @property
    def since(self) -> datetime | None:
        """The instant from which mail is wanted, None for everything."""
        if self.period is None:
            return None
        midnight = self.created_at.replace(hour=0, minute=0, second=0, microsecond=0)
        return midnight - self.period
