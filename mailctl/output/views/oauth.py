"""OAuth apps and tokens as results."""

from typing import TYPE_CHECKING

from mailctl.output.view import View

if TYPE_CHECKING:
    from mailctl.core.access.oauth_status import TokenStatus
    from mailctl.domain.oauth import OAuthApp

APPS: "View[OAuthApp]" = View(
    {
        "name": lambda a: a.name,
        "issuer": lambda a: a.issuer.name,
        "client_id": lambda a: a.client_id,
        "grant": lambda a: a.grant,
        "tenant": lambda a: a.tenant,
        "scopes": lambda a: a.issuer.scopes,
        "secret": lambda a: a.secret and str(a.secret),
        "created_at": lambda a: a.created_at,
        "authorization_url": lambda a: a.issuer.authorization_url,
        "token_url": lambda a: a.issuer.token_url,
        "device_url": lambda a: a.issuer.device_url,
    },
    table=("name", "issuer", "client_id", "grant", "tenant"),
    nothing="there is no OAuth app: mailctl oauth app add google --client-id ID",
)

TOKENS: "View[TokenStatus]" = View(
    {
        "id": lambda t: t.account.id,
        "address": lambda t: t.account.address,
        "app": lambda t: t.account.oauth_app,
        "state": lambda t: t.state,
        "expires_at": lambda t: t.token and t.token.expires_at,
        "renewable": lambda t: t.token and t.token.is_renewable,
        "scopes": lambda t: t.token.scopes if t.token else (),
        "detail": lambda t: t.detail,
    },
    table=("address", "app", "state", "expires_at", "renewable", "detail"),
    nothing="no account signs in by OAuth",
)
