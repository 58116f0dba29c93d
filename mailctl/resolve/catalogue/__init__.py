"""The mail services that everybody meets, found by name, by mail domain or by MX host."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Generic, NotRequired, TypedDict, TypeVar

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

Target = TypeVar("Target")

PATH = Path(__file__).with_name("catalogue.json")


class MxMatchKind(StrEnum):
    """What stands behind a mail exchanger."""

    PROVIDER = "provider"
    GATEWAY = "gateway"
    """Filters mail for mailboxes that are elsewhere."""
    FORWARDER = "forwarder"
    """Passes mail on; there need not be a mailbox."""
    SHARED = "shared"
    """A platform of several providers, each with servers of its own."""


@dataclass(frozen=True)
class MxMatch:
    """Who runs a mail exchanger, by the suffix of its name that says so."""

    kind: MxMatchKind
    suffix: str
    title: str
    provider: Provider | None


@dataclass(frozen=True)
class OAuthIssuer:
    """Where tokens for a mail service come from.

    `{tenant}` in an address stands for the customer's directory; `tenant` is what to put
    there when nothing else is known. A device code is of use only where
    `device_usable` says so: some issuers grant none for mail.
    """

    name: str
    authorization_url: str
    token_url: str
    scopes: tuple[str, ...]
    issuer: str | None
    device_url: str | None
    device_usable: bool
    pkce: bool
    tenant: str | None
    params: Mapping[str, str]
    ews_scopes: tuple[str, ...]
    app_scopes: tuple[str, ...]


class MxIndex(Generic[Target]):
    """Finds the target whose suffix shares the most whole labels with a host name.

    Where a suffix comes twice, the later target counts.
    """

    def __init__(self, pairs: Iterable[tuple[str, Target]]) -> None:
        self._targets = {_normal(suffix): target for suffix, target in pairs}

    def longest(self, host: str) -> tuple[str, Target] | None:
        """Return the longest suffix of `host` with its target, None where there is none.

        Letter case and one trailing dot do not count.
        """
        if not host.isascii():  # lower() would turn a Kelvin sign into a k
            return None
        rest = _normal(host)
        while rest:
            if rest in self._targets:
                return rest, self._targets[rest]
            rest = rest.partition(".")[2]
        return None


class _RawEndpoint(TypedDict):
    host: str
    port: int
    security: str


class _RawCustomDomain(TypedDict):
    incoming: NotRequired[_RawEndpoint]
    submission: NotRequired[_RawEndpoint]
    login: NotRequired[str]
    submission_login: NotRequired[str]


class _RawProvider(TypedDict):
    name: str
    title: str
    kind: str
    domains: NotRequired[list[str]]
    includes_subdomains: NotRequired[bool]
    mx: NotRequired[list[str]]
    mx_trust: NotRequired[str]
    incoming: NotRequired[_RawEndpoint]
    submission: NotRequired[_RawEndpoint]
    ews_url: NotRequired[str]
    login: NotRequired[str]
    submission_login: NotRequired[str]
    auth: list[str]
    oauth: NotRequired[str]
    sign_in_help: NotRequired[str]
    sign_in_url: NotRequired[str]
    docs_url: NotRequired[str]
    imap_must_be_enabled: NotRequired[bool]
    host_from: NotRequired[str]
    custom_domain: NotRequired[_RawCustomDomain]
    quirks: NotRequired[str]


class _RawPlatform(TypedDict):
    name: str
    mx: list[str]


class _RawIssuer(TypedDict):
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
    oauth: dict[str, _RawIssuer]
    gateways: list[_RawPlatform]
    forwarders: list[_RawPlatform]
    shared_platforms: list[_RawPlatform]
    providers: list[_RawProvider]


class Catalogue:
    """The preset providers. Each is built only when it is asked for."""

    def __init__(self, raw: RawCatalogue) -> None:
        self.version = raw["version"]
        self._issuers = raw["oauth"]
        self._providers = {entry["name"]: entry for entry in raw["providers"]}
        self._domains = {
            domain: entry for entry in raw["providers"] for domain in entry.get("domains", ())
        }
        self._parents = MxIndex(
            (domain, entry)
            for domain, entry in self._domains.items()
            if entry.get("includes_subdomains")
        )
        self._exchangers = MxIndex(_exchangers(raw))

    def by_name(self, name: str) -> Provider | None:
        """Return the provider of that name."""
        entry = self._providers.get(name)
        return _provider(entry) if entry else None

    def by_domain(self, domain: str) -> Provider | None:
        """Return the provider whose own domain this is (A-label form, lower case)."""
        entry = self._domains.get(domain)
        if entry:
            return _provider(entry)
        parent = self._parents.longest(domain)
        return _provider(parent[1]) if parent else None

    def match_mx(self, host: str, *, custom: MxIndex[Provider] | None = None) -> MxMatch | None:
        """Return who runs the exchanger `host`, by the longest suffix that is known.

        Of two suffixes of equal length the one in `custom` counts.
        """
        preset = self._exchangers.longest(host)
        own = custom.longest(host) if custom else None
        if own and (preset is None or len(own[0]) >= len(preset[0])):
            suffix, provider = own
            return MxMatch(MxMatchKind.PROVIDER, suffix, provider.title, provider)
        if preset is None:
            return None
        suffix, (kind, name) = preset
        if kind is not MxMatchKind.PROVIDER:
            return MxMatch(kind, suffix, name, None)
        provider = _provider(self._providers[name])
        return MxMatch(kind, suffix, provider.title, provider)

    def providers(self) -> Iterator[Provider]:
        """Yield every provider, in the order of the file."""
        return map(_provider, self._providers.values())

    def oauth(self, name: str) -> OAuthIssuer | None:
        """Return the issuer that a provider's `oauth` names."""
        entry = self._issuers.get(name)
        return _issuer(name, entry) if entry else None


@cache
def load() -> Catalogue:
    """Return the catalogue; its file is read once a process."""
    with PATH.open(encoding="utf-8") as file:
        raw: RawCatalogue = json.load(file)
    return Catalogue(raw)


def mx_index(providers: Iterable[Provider]) -> MxIndex[Provider]:
    """Return the index of the MX patterns of `providers`, for `Catalogue.match_mx`."""
    return MxIndex((suffix, provider) for provider in providers for suffix in provider.mx)


def at_domain(provider: Provider, domain: str, *, mx_host: str | None = None) -> Provider:
    """Return `provider` with the servers and login that it has for addresses of `domain`.

    For its own domains that is the provider itself. `mx_host` is needed where
    `provider.host_from` says that the exchanger is the server; what cannot be told
    stays None, and a person has to name it.
    """
    if domain in provider.domains:
        return provider
    if provider.host_from:
        host = _platform_host(provider.host_from, domain, mx_host)
        return _with_servers_on(provider, host) if host else provider
    other = provider.custom_domain
    if other is None:
        return provider
    return replace(
        provider,
        incoming=other.incoming or provider.incoming,
        submission=other.submission or provider.submission,
        login=other.login or provider.login,
        submission_login=other.submission_login or provider.submission_login,
    )


def _platform_host(host_from: HostFrom, domain: str, mx_host: str | None) -> str | None:
    match host_from:
        case HostFrom.MX_TARGET:
            return _normal(mx_host) if mx_host else None
        case HostFrom.DOMAIN:
            return f"mail.{domain}"
        case HostFrom.USER:
            return None


def _with_servers_on(provider: Provider, host: str) -> Provider:
    return replace(
        provider,
        incoming=Endpoint(host, 993, Security.TLS),
        submission=Endpoint(host, 465, Security.TLS),
    )


def _normal(host: str) -> str:
    return host.lower().removesuffix(".")


def _exchangers(raw: RawCatalogue) -> Iterator[tuple[str, tuple[MxMatchKind, str]]]:
    for kind, platforms in (
        (MxMatchKind.SHARED, raw["shared_platforms"]),
        (MxMatchKind.FORWARDER, raw["forwarders"]),
        (MxMatchKind.GATEWAY, raw["gateways"]),
    ):
        for platform in platforms:
            for suffix in platform["mx"]:
                yield suffix, (kind, platform["name"])
    for entry in raw["providers"]:
        for suffix in entry.get("mx", ()):
            yield suffix, (MxMatchKind.PROVIDER, entry["name"])


def _provider(entry: _RawProvider) -> Provider:
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
        host_from=HostFrom(entry["host_from"]) if "host_from" in entry else None,
        custom_domain=_custom_domain(entry.get("custom_domain")),
    )


def _endpoint(entry: _RawEndpoint | None) -> Endpoint | None:
    if entry is None:
        return None
    return Endpoint(entry["host"], entry["port"], Security(entry["security"]))


def _login(form: str | None) -> LoginForm | None:
    return LoginForm(form) if form else None


def _custom_domain(entry: _RawCustomDomain | None) -> CustomDomain | None:
    if entry is None:
        return None
    return CustomDomain(
        incoming=_endpoint(entry.get("incoming")),
        submission=_endpoint(entry.get("submission")),
        login=_login(entry.get("login")),
        submission_login=_login(entry.get("submission_login")),
    )


def _issuer(name: str, entry: _RawIssuer) -> OAuthIssuer:
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
