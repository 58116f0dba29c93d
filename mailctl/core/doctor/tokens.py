"""Looks at the tokens of an account that signs in by OAuth, without asking anybody."""

from collections.abc import Sequence
from shlex import quote

from mailctl.core import oauth_apps
from mailctl.core.doctor.findings import Finding, failed, ok, warning
from mailctl.core.oauth_status import TokenState, token_status
from mailctl.core.services import Services
from mailctl.domain.accounts import Account
from mailctl.errors import ExitCode, GrantRevoked

_NOT_TOLD = {"offline_access", "openid", "email", "profile"}
"""Scopes that issuers heed and do not repeat."""


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
    lacking = _lacking(app.issuer.scopes, token.scopes)
    if lacking:
        return warning(
            f"its token is not good for {', '.join(lacking)}, as the app asks for",
            again,
            **details,
            lacking=lacking,
        )
    if not can_renew:
        return warning(f"its token ends at {when} and cannot be renewed", again, **details)
    tense = "ended" if found.state is TokenState.EXPIRED else "is good until"
    return ok(f"its token {tense} {when}; it is renewed by itself", **details)


def _lacking(wanted: Sequence[str], given: Sequence[str]) -> list[str]:
    """Return the scopes that were asked for and not given, where the issuer says which it gave.

    Microsoft names them with and without the service that they are of.
    """
    there = {_bare(scope) for scope in given}
    return [each for each in wanted if given and _bare(each) not in there | _NOT_TOLD]


def _bare(scope: str) -> str:
    return scope.rstrip("/").rpartition("/")[2].lower()
