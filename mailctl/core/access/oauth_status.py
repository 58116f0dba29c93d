"""What the tokens that are kept are good for, without asking anybody."""

from dataclasses import dataclass
from enum import StrEnum

from mailctl.core.services import Services
from mailctl.domain.accounts import Account, AccountState
from mailctl.domain.oauth import AccessToken
from mailctl.errors import MailctlError, StoreUnusable
from mailctl.store import accounts


class TokenState(StrEnum):
    """How the tokens of an account are."""

    VALID = "valid"
    EXPIRED = "expired"
    """It is renewed at the next sign-in, where it is renewable."""
    REVOKED = "revoked"
    """The issuer or the server takes it no more: a person has to agree again."""
    UNREADABLE = "unreadable"


@dataclass(frozen=True)
class TokenStatus:
    """An account that signs in by OAuth, and its token."""

    account: Account
    state: TokenState
    token: AccessToken | None = None
    detail: str = ""


def token_statuses(services: Services) -> list[TokenStatus]:
    """Return how the tokens of every account are that signs in by OAuth."""
    with services.store.reading() as tx:
        signing_in = [account for account in accounts.all_(tx) if account.oauth_app is not None]
    return [token_status(services, account) for account in signing_in]


def token_status(services: Services, account: Account) -> TokenStatus:
    """Return how the tokens of the account are, which signs in by OAuth. Raises StoreUnusable."""
    try:
        token = services.oauth.access(services.secrets.read(account.secret))
    except StoreUnusable:
        raise
    except MailctlError as error:
        return TokenStatus(account, TokenState.UNREADABLE, detail=error.sentence)
    if account.state is AccountState.AUTH_REQUIRED:
        return TokenStatus(account, TokenState.REVOKED, token, account.last_error or "")
    is_valid = token.expires_at is not None and services.now() < token.expires_at
    return TokenStatus(account, TokenState.VALID if is_valid else TokenState.EXPIRED, token)
