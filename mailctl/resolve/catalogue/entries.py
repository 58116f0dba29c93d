"""The catalogue's entries as its file holds them, and as the nouns that they stand for."""

from typing import TYPE_CHECKING, NotRequired, TypedDict

from mailctl.domain.ids import ProviderName
from mailctl.domain.providers import (
    AuthMethod,
    CustomDomain,
    HostFrom,
    LoginForm,
    MxTrust,
    Origin,
    Provider,
    ProviderKind,
)
from mailctl.domain.servers import Endpoint, Security

if TYPE_CHECKING:
    from mailctl.domain.oauth import OAuthIssuer


class RawEndpoint(TypedDict):
    """A server."""

    host: str
    port: int
    security: str


class RawCustomDomain(TypedDict):
    """What is different for a customer's domain."""

    incoming: NotRequired[RawEndpoint]
    submission: NotRequired[RawEndpoint]
    login: NotRequired[str]
    submission_login: NotRequired[str]


class RawSigns(TypedDict):
    """What a customer's DNS says besides MX."""

    autodiscover: NotRequired[list[str]]
    spf: NotRequired[list[str]]
    txt: NotRequired[list[str]]


class RawProvider(TypedDict):
    """A mail service."""

    name: str
    title: str
    kind: str
    domains: NotRequired[list[str]]
    includes_subdomains: NotRequired[bool]
    mx: NotRequired[list[str]]
    mx_trust: NotRequired[str]
    incoming: NotRequired[RawEndpoint]
    submission: NotRequired[RawEndpoint]
    ews_url: NotRequired[str]
    signs: NotRequired[RawSigns]
    login: NotRequired[str]
    submission_login: NotRequired[str]
    auth: list[str]
    oauth: NotRequired[str]
    sign_in_help: NotRequired[str]
    sign_in_url: NotRequired[str]
    docs_url: NotRequired[str]
    imap_must_be_enabled: NotRequired[bool]
    files_sent: NotRequired[bool]
    host_from: NotRequired[str]
    custom_domain: NotRequired[RawCustomDomain]
    quirks: NotRequired[str]


class RawPlatform(TypedDict):
    """A gateway, a forwarder or a platform of several providers."""

    name: str
    mx: list[str]


class RawIssuer(TypedDict):
    """Where tokens come from."""

    issuer: NotRequired[str]
    authorization_url: str
    token_url: str
    device_url: NotRequired[str]
    device_usable: NotRequired[bool]
    scopes: list[str]
    ews_scopes: NotRequired[list[str]]
    app_scopes: NotRequired[list[str]]
    pkce: NotRequired[bool]
    tenant: NotRequired[str]
    params: NotRequired[dict[str, str]]


class RawCatalogue(TypedDict):
    """The catalogue as its file holds it; schema.json says what is allowed."""

    version: str
    oauth: dict[str, RawIssuer]
    gateways: list[RawPlatform]
    forwarders: list[RawPlatform]
    shared_platforms: list[RawPlatform]
    providers: list[RawProvider]


def provider(entry: RawProvider) -> Provider:
    """Return the provider that the entry describes."""
    kind = ProviderKind(entry["kind"])
    return Provider(
        name=ProviderName(entry["name"]),
        title=entry["title"],
        kind=kind,
        origin=Origin.PRESET,
        incoming=_endpoint(entry.get("incoming")),
        submission=_endpoint(entry.get("submission")),
        ews_url=entry.get("ews_url"),
        login=LoginForm(entry.get("login", LoginForm.ADDRESS)),
        submission_login=_login(entry.get("submission_login")),
        auth=tuple(map(AuthMethod, entry["auth"])),
        oauth=entry.get("oauth"),
        domains=tuple(entry.get("domains", ())),
        includes_subdomains=entry.get("includes_subdomains", False),
        mx=tuple(entry.get("mx", ())),
        mx_trust=MxTrust(entry.get("mx_trust", MxTrust.CONFIRM)),
        can_receive=kind is not ProviderKind.NONE,
        can_send=kind is not ProviderKind.NONE,
        quirks=entry.get("quirks"),
        sign_in_help=entry.get("sign_in_help"),
        sign_in_url=entry.get("sign_in_url"),
        docs_url=entry.get("docs_url"),
        imap_must_be_enabled=entry.get("imap_must_be_enabled", False),
        files_sent=entry.get("files_sent", False),
        host_from=HostFrom(entry["host_from"]) if "host_from" in entry else None,
        custom_domain=_custom_domain(entry.get("custom_domain")),
    )


def _endpoint(entry: RawEndpoint | None) -> Endpoint | None:
    if entry is None:
        return None
    return Endpoint(entry["host"], entry["port"], Security(entry["security"]))


def _login(form: str | None) -> LoginForm | None:
    return LoginForm(form) if form else None


def _custom_domain(entry: RawCustomDomain | None) -> CustomDomain | None:
    if entry is None:
        return None
    return CustomDomain(
        incoming=_endpoint(entry.get("incoming")),
        submission=_endpoint(entry.get("submission")),
        login=_login(entry.get("login")),
        submission_login=_login(entry.get("submission_login")),
    )


def issuer(name: str, entry: RawIssuer) -> "OAuthIssuer":
    """Return the issuer that the entry describes."""
    from mailctl.domain.oauth import OAuthIssuer  # 2 ms, for those who sign in by tokens

    return OAuthIssuer(
        name=name,
        authorization_url=entry["authorization_url"],
        token_url=entry["token_url"],
        scopes=tuple(entry["scopes"]),
        issuer=entry.get("issuer"),
        device_url=entry.get("device_url"),
        device_usable=entry.get("device_usable", False),
        pkce=entry.get("pkce", False),
        tenant=entry.get("tenant"),
        params=dict(entry.get("params", {})),
        ews_scopes=tuple(entry.get("ews_scopes", ())),
        app_scopes=tuple(entry.get("app_scopes", ())),
    )
