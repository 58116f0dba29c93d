"""Looks at the tokens of an account that signs in by OAuth, without asking anybody."""

from collections.abc import Sequence
from shlex import quote

from mailctl.core.access import oauth_apps
from mailctl.core.access.account_provider import provider_of
from mailctl.core.access.oauth_status import TokenState, token_status
from mailctl.core.doctor.findings import Finding, failed, ok, warning
from mailctl.core.services import Services
from mailctl.domain.accounts import Account
from mailctl.domain.oauth import AccessToken, OAuthApp
from mailctl.errors import ExitCode, GrantRevoked

_NOT_TOLD = {"offline_access", "openid", "email", "profile"}
"""Scopes that issuers heed and do not repeat."""


def token_finding(services: Services, account: Account) -> Finding:
    """Return what the account's tokens are good for, and until when. Raises NotFound."""
    app = oauth_apps.named(services, account.oauth_app or "")
    app = oauth_apps.asking_for(app, provider_of(services.store, account))
    found = token_status(services, account)
    again = f"agree again: mailctl account reauth {quote(account.address)} --oauth"
    if found.token is None:
        said = f"its tokens cannot be read: {found.detail}"
        return failed(said, again, ExitCode.AUTHORISATION, "secret-missing")
    details = _details(app, found.token)
    if found.state is TokenState.REVOKED:
        said = f"its token is taken no more: {found.detail}"
        return failed(said, again, ExitCode.AUTHORISATION, GrantRevoked.kind, **details)
    return _good_for(app, found.token, again, details, has_ended=found.state is TokenState.EXPIRED)


def _details(app: OAuthApp, token: AccessToken) -> dict[str, object]:
    return {
        "app": app.name,
        "issuer": app.issuer.name,
        "grant": app.grant,
        "expires_at": token.expires_at,
        "scopes": list(token.scopes),
        "audience": list(token.audience),
        "renewable": token.is_renewable,
    }


def _good_for(
    app: OAuthApp, token: AccessToken, again: str, details: dict[str, object], *, has_ended: bool
) -> Finding:
    until = token.expires_at
    when = f"{until:%Y-%m-%d %H:%M} UTC" if until else "an unknown time"
    can_renew = token.is_renewable or not app.is_persons
    if has_ended and not can_renew and until is not None:
        said = f"its token ended at {when}, and there is none to renew it by"
        return failed(said, again, ExitCode.AUTHORISATION, "token-expired", **details)
    lacking = _lacking(app.issuer.scopes, token.scopes) if app.is_persons else []
    if lacking:
        said = f"its token is not good for {', '.join(lacking)}, as the app asks for"
        return warning(said, again, **details, lacking=lacking)
    if not can_renew:
        return warning(f"its token ends at {when} and cannot be renewed", again, **details)
    tense = "ended" if has_ended else "is good until"
    return ok(f"its token {tense} {when}; it is renewed by itself", **details)


def _lacking(wanted: Sequence[str], given: Sequence[str]) -> list[str]:
    """Return the scopes that were asked for and not given, where the issuer says which it gave.

    Microsoft names them with and without the service that they are of.
    """
    there = {_bare(scope) for scope in given}
    return [each for each in wanted if given and _bare(each) not in there | _NOT_TOLD]


def _bare(scope: str) -> str:
    return scope.rstrip("/").rpartition("/")[2].lower()
