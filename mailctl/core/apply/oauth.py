"""OAuth apps as files declare them."""

from collections.abc import Iterator, Mapping
from typing import Any

from mailctl.core.access.oauth_apps import NewApp, add_app, described, remove_app, set_app, usable
from mailctl.core.apply.declared_fields import DeclaredFields
from mailctl.core.apply.kinds import Compared, Described, Kind, Manner, Wanted, only, without_empty
from mailctl.core.apply.losses import of_app
from mailctl.core.services import Services
from mailctl.domain.oauth import AppGrant, OAuthApp, RegisteredApp
from mailctl.errors import BadUsage
from mailctl.store import oauth_apps
from mailctl.store.connection import Reading

SECTION = "oauth_apps"
_TEXTS = ("client_id", "issuer", "tenant", "authorization_url", "token_url", "device_url")


def _read(fields: DeclaredFields, manner: Manner) -> Iterator[Wanted]:
    name = fields.required("name", str)
    said: dict[str, Any] = {each: fields.text(each) for each in _TEXTS}
    said["grant"] = fields.choice("grant", AppGrant)
    said["scopes"] = fields.texts("scopes", str)
    own = f"oauth-{name}"
    said["secret"] = fields.text("secret", lambda text: manner.place_of(text, own))
    if not fields.close() or name is None:
        return

    def compared(tx: Reading, manner: Manner) -> Compared:
        was = oauth_apps.by_name(tx, name)
        if was is not None:
            # what is not said stays
            kept = {each: getattr(was, each) for each, value in said.items() if value is None}
            return _compared(was, name, {**said, **kept}, manner)
        return _compared(None, name, said, manner)

    yield Wanted(SECTION, name, fields.spot, compared)


def _compared(
    was: RegisteredApp | None, name: str, said: Mapping[str, Any], manner: Manner
) -> Compared:
    if not said["client_id"]:
        raise BadUsage(f"the oauth app {name} has no client_id", hint="its issuer gave it one")
    place = said["secret"]
    secret = manner.place_of(str(place), f"oauth-{name}") if place else None
    texts = {each: said[each] or None for each in _TEXTS if each != "client_id"}
    new = NewApp(
        name=name,
        client_id=said["client_id"] or "",
        grant=said["grant"] or AppGrant.PERSON,
        scopes=said["scopes"] or (),
        **texts,
    )
    now = described(new, secret)
    usable(now)
    if secret is None and new.grant is not AppGrant.PERSON:
        raise BadUsage(f"an app with the grant {new.grant} needs a secret", hint="secret: env:NAME")
    if was is not None:
        work = only(lambda services: set_app(services, new, secret))
        return Compared(_described(was), _described(now), work)

    def add(services: Services) -> OAuthApp:
        return add_app(
            services,
            new,
            ask=lambda: None,
            place=lambda _: secret,
            is_kept_already=secret is not None,
        )

    return Compared(None, _described(now), only(add))


def _described(app: RegisteredApp) -> Described:
    return without_empty(
        {
            "name": app.name,
            "issuer": app.issuer,
            "client_id": app.client_id,
            "secret": app.secret and str(app.secret),
            "grant": str(app.grant),
            "tenant": app.tenant,
            "scopes": list(app.scopes),
            "authorization_url": app.authorization_url,
            "token_url": app.token_url,
            "device_url": app.device_url,
        }
    )


def _is_there(tx: Reading, name: str) -> bool:
    return oauth_apps.by_name(tx, name) is not None


OAUTH_APPS = Kind(
    SECTION,
    "oauth app",
    _read,
    _is_there,
    lambda tx: map(_described, oauth_apps.all_(tx)),
    lambda services, name, _: remove_app(services, name),
    losses=of_app,
)
