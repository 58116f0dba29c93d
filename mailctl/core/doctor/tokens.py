"""Looks at the tokens of an account that signs in by OAuth, without asking anybody."""

from shlex import quote

from mailctl.core import oauth_apps
from mailctl.core.doctor.findings import Finding, failed, ok, warning
from mailctl.core.oauth_status import TokenState, token_status
from mailctl.core.services import Services
from mailctl.domain.accounts import Account
from mailctl.errors import ExitCode, GrantRevoked


def token_finding(services: Services, account: Account) -> Finding:
    """Return what the account's tokens are good for, and until when. Raises NotFound."""
    app = oauth_apps.named(services, account.oauth_app or "")
    found = token_status(services, account)
    again = f"agree again: mailctl account reauth {quote(account.address)} --oauth"
    if found.token is None:
        return failed(
            f"its tokens cannot be read: {found.detail}",
            again,
            ExitCode.AUTHORISATION,
            "secret-missing",
        )
    token = found.token
    until = token.expires_at
    details: dict[str, object] = {
        "app": app.name,
        "issuer": app.issuer.name,
        "grant": app.grant,
        "expires_at": until,
        "scopes": list(token.scopes),
        "audience": list(token.audience),
        "renewable": token.is_renewable,
    }
    when = f"{until:%Y-%m-%d %H:%M} UTC" if until else "an unknown time"
    if found.state is TokenState.REVOKED:
        return failed(
            f"its token is taken no more: {found.detail}",
            again,
            ExitCode.AUTHORISATION,
            GrantRevoked.kind,
            **details,
        )
    can_renew = token.is_renewable or not app.is_persons
    if found.state is TokenState.EXPIRED and not can_renew and until is not None:
        return failed(
            f"its token ended at {when}, and there is none to renew it by",
            again,
            ExitCode.AUTHORISATION,
            "token-expired",
            **details,
        )
    if not can_renew:
        return warning(f"its token ends at {when} and cannot be renewed", again, **details)
    tense = "ended" if found.state is TokenState.EXPIRED else "is good until"
    return ok(f"its token {tense} {when}; it is renewed by itself", **details)
