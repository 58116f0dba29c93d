"""Accounts, their secrets and their tokens, as JSON."""

from datetime import datetime
from typing import Annotated, Literal, TypedDict

from mailctl.core.access.oauth_status import TokenState
from mailctl.core.accounts.care import Health
from mailctl.core.accounts.new_accounts import Step as NextStep
from mailctl.domain.accounts import AccountState
from mailctl.domain.ids import AccountId, ProviderName
from mailctl.domain.oauth import AppGrant
from mailctl.domain.resolution import Evidence, Method
from mailctl.domain.servers import Endpoint
from mailctl.domain.settings import Policy, Proposing
from mailctl.errors import ExitCode


class Account(TypedDict):
    """An account."""

    id: AccountId
    address: str
    provider: ProviderName
    owner: str | None
    state: AccountState
    default: Annotated[bool, "whether its owner sends from it where nothing else is said"]
    last_sync_at: datetime | None
    last_error: str | None


class AccountSettings(TypedDict):
    """What may be set of an account (mailctl account set)."""

    period: str
    folders: str
    receive: bool
    send: bool
    display_name: str
    signature_text: str
    signature_html: str
    sync_interval: str
    bulk: Policy
    internal: Policy
    internal_domains: list[str]
    no_reply: Policy
    group_senders: Policy
    invitations: Policy
    blocklist: list[str]
    attachments: str
    aliases: list[str]
    create_contacts: Proposing
    sent_copy: str


class ResolvedBy(TypedDict):
    """Why this provider."""

    method: Method
    evidence: list[Evidence]


class ShownAccount(Account):
    """An account with everything that is known of it."""

    created_at: datetime
    login: str
    submission_login: str
    auth: Literal["password", "oauth2"]
    oauth_app: str | None
    secret: Annotated[str, "where the secret is, never the secret"]
    error_code: str | None
    failing_since: datetime | None
    next_try_at: datetime | None
    resolution: ResolvedBy
    settings: AccountSettings
    chosen: Annotated[list[str], "the settings that are not left at their defaults"]


class AddedResolution(ResolvedBy):
    """Which provider was chosen, and why."""

    provider: ProviderName


class AddedSettings(AccountSettings):
    """What the account signs in with, and its settings."""

    incoming: Endpoint | None
    submission: Endpoint | None
    username: str
    secret: str
    default: bool


class AddedAccount(TypedDict):
    """An account that was just connected."""

    id: AccountId
    address: str
    provider: ProviderName
    owner: str | None
    state: AccountState
    created_at: datetime
    resolution: AddedResolution
    learned_domain: Annotated[str | None, "a domain that is recognised from now on"]
    settings: AddedSettings
    next: list[NextStep]


class AccountStatus(TypedDict):
    """How an account does."""

    id: AccountId
    address: str
    owner: str | None
    health: Health
    state: AccountState
    last_sync_at: datetime | None
    age_seconds: Annotated[int | None, "since the last complete sync"]
    last_error: str | None
    error_code: str | None
    failing_since: datetime | None
    failures: Annotated[int, "tries that failed in a row"]
    next_try_at: datetime | None
    tls: str
    todo: Annotated[str | None, "a command that leads out"]


class CheckFailure(TypedDict):
    """Why a check failed."""

    code: str
    exit_code: ExitCode


class Check(TypedDict):
    """One thing that was tried."""

    check: str
    good: bool
    seconds: float
    detail: str
    error: CheckFailure | None


class TriedAccount(TypedDict):
    """An account that was signed in to."""

    id: AccountId
    address: str
    state: AccountState
    checks: list[Check]
    profile: Annotated[dict[str, object] | None, "how the server is talked to, and why"]


class RemovedAccount(TypedDict):
    """An account that is gone."""

    id: AccountId
    address: str
    purged_messages: int
    kept_messages: int
    secret: Annotated[str, "removed, or why it is left"]


class MigratedAccount(TypedDict):
    """An account at another provider, or as it would be."""

    id: AccountId
    address: str
    provider: ProviderName
    former_provider: ProviderName
    username: str
    secret: Annotated[str, "the place, never the secret"]
    waiting_messages: Annotated[int, "copies to be found again there"]
    is_dry_run: bool
    next: list[NextStep]


class KeptSecret(TypedDict):
    """Where a secret is."""

    owner: str
    kind: str
    secret: Annotated[str, "the place, never the secret"]
    readable: bool
    detail: str


class MovedSecret(TypedDict):
    """Where a secret went."""

    owner: str
    kind: str
    before: str
    after: str
    outcome: str
    detail: str


class OAuthApp(TypedDict):
    """A registered app."""

    name: str
    issuer: str
    client_id: str
    grant: AppGrant
    tenant: str | None
    scopes: list[str]
    secret: Annotated[str | None, "the place, never the secret"]
    created_at: datetime
    authorization_url: str | None
    token_url: str
    device_url: str | None


class TokenStatus(TypedDict):
    """What the token of an account is good for."""

    id: AccountId
    address: str
    app: str
    state: TokenState
    expires_at: datetime | None
    renewable: bool | None
    scopes: list[str]
    detail: str
