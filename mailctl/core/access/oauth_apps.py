"""Verbs on OAuth apps: register one, see them, forget one, find the one for a provider."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from mailctl.core.services import Services
from mailctl.domain.near_names import meant
from mailctl.domain.oauth import AppGrant, OAuthApp, OAuthIssuer, RegisteredApp
from mailctl.domain.providers import Provider, ProviderKind
from mailctl.domain.secret import Secret, SecretRef
from mailctl.errors import BadUsage, Conflict, NotFound, OAuthAppMissing
from mailctl.resolve.catalogue import load
from mailctl.store import accounts, oauth_apps
from mailctl.store.connection import Reading

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,62}\Z")
_TENANT = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]{0,252}\Z")
_UNSAID = datetime.min.replace(tzinfo=UTC)
_LOOPBACK = r"http://(?:127\.0\.0\.1|localhost|\[::1\])(?::[0-9]+)?/"


@dataclass(frozen=True)
class NewApp:
    """An app as a person describes it."""

    name: str
    client_id: str
    issuer: str | None = None
    """A name from the catalogue; the app's own name where nothing is said."""
    tenant: str | None = None
    grant: AppGrant = AppGrant.PERSON
    scopes: Sequence[str] = ()
    authorization_url: str | None = None
    token_url: str | None = None
    device_url: str | None = None


def add_app(
    services: Services,
    new: NewApp,
    *,
    ask: Callable[[], Secret | None],
    place: Callable[[str], SecretRef | None],
    is_kept_already: bool,
) -> OAuthApp:
    """Store an app and its secret, all of it or nothing.

    `is_kept_already` says that a person keeps the secret in that place. Raises BadUsage
    for what cannot be meant, Conflict where the name is taken.
    """
    app = described(new, None, at=services.now())
    with services.store.reading() as tx:
        _refuse_taken(tx, app)
    secret = ask()
    has_secret = secret is not None or is_kept_already
    if not has_secret and app.grant is not AppGrant.PERSON:
        raise BadUsage(
            f"an app with the grant {app.grant} needs a secret", hint="--client-secret-stdin"
        )
    ref = place(f"oauth-{app.name}") if has_secret else None
    app = replace(app, secret=ref)
    made = usable(app)
    if ref is not None and secret is None:
        services.secrets.read(ref)
    if ref is not None and secret is not None:
        services.secrets.write(ref, secret)
    try:
        with services.store.writing(durable=True) as tx:
            _refuse_taken(tx, app)
            oauth_apps.add(tx, app)
    except BaseException:
        if ref is not None and secret is not None:
            services.secrets.remove(ref)
        raise
    return made


def set_app(services: Services, new: NewApp, secret: SecretRef | None) -> OAuthApp:
    """Describe an app anew, whose secret a person keeps in that place.

    Raises NotFound, BadUsage for what cannot be meant, SecretMissing.
    """
    app = described(new, secret, at=services.now())
    made = usable(app)
    if secret is not None:
        services.secrets.read(secret)
    with services.store.writing(durable=True) as tx:
        if oauth_apps.by_name(tx, app.name) is None:
            raise _absent(tx, app.name)
        oauth_apps.update(tx, app)
    return made


def all_apps(services: Services) -> list[OAuthApp]:
    """Return every app, by name."""
    with services.store.reading() as tx:
        return [usable(app) for app in oauth_apps.all_(tx)]


def named(services: Services, name: str) -> OAuthApp:
    """Return the app of that name. Raises NotFound."""
    with services.store.reading() as tx:
        app = oauth_apps.by_name(tx, name)
        if app is None:
            raise _absent(tx, name)
    return usable(app)


def _absent(tx: Reading, name: str) -> NotFound:
    near = meant(name, (app.name for app in oauth_apps.all_(tx)))
    return NotFound(
        f"there is no OAuth app {name!r}", hint=f"{near}see the apps: mailctl oauth app list"
    )


def remove_app(services: Services, name: str) -> OAuthApp:
    """Forget an app and its secret. Raises NotFound, and Conflict while accounts use it."""
    app = named(services, name)
    with services.store.writing(durable=True) as tx:
        users = accounts.signing_in_by(tx, name)
        if users:
            raise Conflict(
                f"{name} is what {', '.join(users)} signs in by",
                hint="let them sign in otherwise first: mailctl account reauth ADDRESS",
                details={"accounts": users},
            )
        oauth_apps.remove(tx, name)
    if app.secret is not None and services.secrets.is_writable(app.secret):
        services.secrets.remove(app.secret)
    return app


def serving(services: Services, provider: Provider, name: str | None = None) -> OAuthApp:
    """Return the app for the provider's accounts, that of `name` where one is said.

    Raises OAuthAppMissing where there is none, BadUsage where there are several or the
    provider takes no tokens, NotFound for a name that is no app.
    """
    if provider.oauth is None:
        raise BadUsage(
            f"nothing is known of OAuth at {provider.title}",
            hint="sign in with a password, or name the issuer: "
            f"mailctl provider set {provider.name} --oauth ISSUER",
        )
    if name is not None:
        app = named(services, name)
        if app.issuer.name != provider.oauth:
            raise BadUsage(
                f"the app {name} is registered at {app.issuer.name}, and {provider.title} "
                f"takes tokens of {provider.oauth}",
                hint="see the apps: mailctl oauth app list",
            )
        return asking_for(app, provider)
    fitting = _at(services, provider.oauth)
    if not fitting:
        raise OAuthAppMissing(
            f"{provider.title} is signed in to by OAuth, and no app of {provider.oauth} is known",
            hint=f"register one there, then: mailctl oauth app add {provider.oauth} "
            "--client-id ID --client-secret-stdin",
        )
    if len(fitting) > 1:
        raise BadUsage(
            f"there are several apps for {provider.oauth}",
            hint=f"name one: --app {fitting[0].name}",
            details={"apps": [app.name for app in fitting]},
        )
    return asking_for(fitting[0], provider)


def only_one_serving(services: Services, provider: Provider) -> OAuthApp | None:
    """Return the provider's app where there is exactly one."""
    fitting = _at(services, provider.oauth) if provider.oauth else []
    return asking_for(fitting[0], provider) if len(fitting) == 1 else None


def asking_for(app: OAuthApp, provider: Provider) -> OAuthApp:
    """Return the app as it asks for what the provider's protocol needs."""
    scopes = app.issuer.ews_scopes
    if provider.kind is not ProviderKind.EWS or not scopes:
        return app
    return replace(app, issuer=replace(app.issuer, scopes=scopes))


def client_secret(services: Services, app: OAuthApp) -> Secret | None:
    """Return the app's secret, None for a public client. Raises SecretMissing."""
    return None if app.secret is None else services.secrets.read(app.secret)


def usable(app: RegisteredApp) -> OAuthApp:
    """Return the app with the addresses of its issuer. Raises BadUsage for an issuer unknown."""
    issuer = _issuer(app)
    tenant = app.tenant or issuer.tenant
    if app.scopes:
        issuer = replace(issuer, scopes=app.scopes, app_scopes=app.scopes, ews_scopes=())
    return OAuthApp(
        name=app.name,
        issuer=_at_tenant(issuer, tenant),
        client_id=app.client_id,
        secret=app.secret,
        grant=app.grant,
        tenant=tenant,
        created_at=app.created_at,
    )


def _at(services: Services, issuer: str) -> list[OAuthApp]:
    return [app for app in all_apps(services) if app.issuer.name == issuer]


def described(new: NewApp, secret: SecretRef | None, *, at: datetime = _UNSAID) -> RegisteredApp:
    """Return the app. Raises BadUsage for what cannot be meant."""
    if not _NAME.match(new.name):
        raise BadUsage(
            f"{new.name!r} is no name for an app",
            hint="use lower-case letters, digits and hyphens, e.g. google",
        )
    if not new.client_id.strip() or not new.client_id.isprintable():
        raise BadUsage("the client id is empty or holds control characters")
    if new.tenant is not None and not _TENANT.match(new.tenant):
        raise BadUsage(
            f"{new.tenant!r} is no tenant", hint="it is a domain or the id of the directory"
        )
    for url in (new.authorization_url, new.token_url, new.device_url):
        if url is not None and not re.match(rf"(?:https://[^\s/]+|{_LOOPBACK})[!-~]*\Z", url):
            raise BadUsage(f"{url!r} is no https address", hint="write it in full")
    if (new.authorization_url or new.device_url) and new.token_url is None:
        raise BadUsage("an issuer of one's own needs --token-url")
    return RegisteredApp(
        name=new.name,
        issuer=new.issuer or new.name,
        client_id=new.client_id.strip(),
        secret=secret,
        grant=new.grant,
        created_at=at,
        tenant=new.tenant,
        scopes=tuple(new.scopes),
        authorization_url=new.authorization_url,
        token_url=new.token_url,
        device_url=new.device_url,
    )


def _issuer(app: RegisteredApp) -> OAuthIssuer:
    if app.token_url is not None:
        return OAuthIssuer(
            name=app.issuer,
            authorization_url=app.authorization_url,
            token_url=app.token_url,
            scopes=app.scopes,
            device_url=app.device_url,
            device_usable=app.device_url is not None,
        )
    issuer = load().oauth(app.issuer)
    if issuer is None:
        raise BadUsage(
            f"no OAuth issuer is known as {app.issuer!r}",
            hint="name one of the catalogue (--issuer google), or its addresses: "
            "--authorization-url URL --token-url URL --scope SCOPE; in a file, issuer: google",
        )
    return issuer


def _at_tenant(issuer: OAuthIssuer, tenant: str | None) -> OAuthIssuer:
    def filled(url: str) -> str:
        return url.replace("{tenant}", tenant or "common")

    return replace(
        issuer,
        authorization_url=issuer.authorization_url and filled(issuer.authorization_url),
        token_url=filled(issuer.token_url),
        device_url=issuer.device_url and filled(issuer.device_url),
        issuer=issuer.issuer and filled(issuer.issuer),
    )


def _refuse_taken(tx: Reading, app: RegisteredApp) -> None:
    if oauth_apps.by_name(tx, app.name) is not None:
        raise Conflict(
            f"there is an OAuth app named {app.name} already",
            hint=f"give it another name, or: mailctl oauth app remove {app.name}",
        )
