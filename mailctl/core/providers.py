"""Verbs on providers: which there are, who serves which domain, and adding one's own."""

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from mailctl.core.services import Services
from mailctl.domain.ids import ProviderName
from mailctl.domain.providers import (
    SMTP_TIMEOUT_S,
    AuthMethod,
    DomainMapping,
    LoginForm,
    MappingOrigin,
    Origin,
    Provider,
    ProviderKind,
)
from mailctl.domain.resolution import Resolution
from mailctl.domain.servers import Endpoint, Security
from mailctl.errors import BadUsage, Conflict, NotFound
from mailctl.resolve.addresses import normal_domain, parse_address
from mailctl.resolve.catalogue import load
from mailctl.resolve.chain import resolve
from mailctl.resolve.directory import Directory
from mailctl.store import accounts, mappings, providers
from mailctl.store.connection import Reading, Store

OwnKind = Literal[ProviderKind.IMAP, ProviderKind.EWS]
"""What one's own server may speak; the other kinds say why a preset cannot be reached."""

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,62}\Z")
_SERVER = re.compile(
    r"(?:\[(?P<bracketed>[0-9a-f.]*:[0-9a-f:.]*)\]|(?P<name>[^:\[\]]+))(?::(?P<port>[0-9]{1,5}))?\Z"
    r"|(?P<bare>[0-9a-f.]*:[0-9a-f.]*:[0-9a-f:.]*)\Z",
    re.IGNORECASE,
)
_LABEL = re.compile(r"(?!-)(?![0-9]+\Z)[a-z0-9-]{1,63}(?<!-)\Z")
_PORT_MAX = 65535
_CA_FILE_MAX = 16 << 20
_INCOMING_PORTS = {Security.TLS: 993, Security.STARTTLS: 143, Security.NONE: 143}
_SUBMISSION_PORTS = {Security.TLS: 465, Security.STARTTLS: 587, Security.NONE: 587}


@dataclass(frozen=True)
class NewProvider:
    """A provider as an administrator describes it; endpoints are HOST or HOST:PORT."""

    name: str
    kind: OwnKind = ProviderKind.IMAP
    title: str | None = None
    incoming: str | None = None
    incoming_security: Security = Security.TLS
    submission: str | None = None
    submission_security: Security = Security.STARTTLS
    ews_url: str | None = None
    login: LoginForm = LoginForm.ADDRESS
    auth: tuple[AuthMethod, ...] = (AuthMethod.PASSWORD,)
    domains: tuple[str, ...] = ()
    mx: tuple[str, ...] = ()
    ca_file: str | None = None


def directory(store: Store) -> Directory:
    """Return everything that is known of providers and domains without asking anybody."""
    with store.reading() as tx:
        return _known(tx)


def detect(services: Services, text: str, *, offline: bool) -> Resolution:
    """Return which provider serves the address. Raises BadAddress."""
    address = parse_address(text)
    lookup = None if offline else services.mx_lookup
    return resolve(address, directory(services.store), mx_lookup=lookup, timer=services.timer)


def provider_named(known: Directory, name: str) -> Provider:
    """Return the provider of that name. Raises NotFound."""
    provider = known.provider(name)
    if provider is None:
        raise NotFound(
            f"there is no provider named {name!r}",
            hint="see the names: mailctl provider list",
        )
    return provider


def add_provider(services: Services, new: NewProvider) -> Provider:
    """Store a provider of one's own, its MX patterns and its domains.

    Raises BadUsage for what cannot be meant, Conflict where the name or a pattern is taken.
    """
    provider = _described(new)
    if load().by_name(provider.name):
        raise Conflict(
            f"{provider.name} is the name of a preset",
            hint=f"choose another; see the preset: mailctl provider show {provider.name}",
        )
    at = services.now()
    with services.store.writing(durable=True) as tx:
        if providers.by_name(tx, provider.name):
            raise Conflict(
                f"there is a provider named {provider.name} already",
                hint=f"see it: mailctl provider show {provider.name}",
            )
        _refuse_taken(providers.mx_patterns(tx), provider)
        providers.add(tx, provider, at=at)
        for domain in provider.domains:
            mappings.put(tx, domain, provider.name, origin=MappingOrigin.ADMIN, at=at)
    return provider


def remove_provider(services: Services, name: str) -> Provider:
    """Forget a provider of one's own. Raises NotFound, and Conflict while accounts use it."""
    with services.store.writing(durable=True) as tx:
        provider = providers.by_name(tx, name)
        if provider is None:
            raise NotFound(
                f"there is no provider of your own named {name!r}",
                hint="presets cannot be removed; see yours: mailctl provider list --custom",
            )
        users = accounts.using(tx, name)
        if users:
            raise Conflict(
                f"{name} is the provider of {', '.join(users)}",
                hint="it can be removed when no account uses it",
                details={"accounts": users},
            )
        providers.remove(tx, name)
    return provider


def refuse_removed(tx: Reading, provider: Provider) -> None:
    """Raise Conflict for a provider of one's own that is there no more."""
    if provider.origin is Origin.CUSTOM and providers.by_name(tx, provider.name) is None:
        raise Conflict(
            f"the provider {provider.name} has been removed meanwhile",
            hint="see which there are: mailctl provider list",
        )


def map_domain(services: Services, domain: str, name: str, *, by: str | None) -> DomainMapping:
    """Say which provider serves a domain; what was said before is replaced. Raises NotFound."""
    normal = normal_domain(domain)
    with services.store.writing(durable=True) as tx:
        provider = provider_named(_known(tx), name)
        return mappings.put(
            tx, normal, provider.name, origin=MappingOrigin.ADMIN, at=services.now(), by=by
        )


def unmap_domain(services: Services, domain: str) -> DomainMapping:
    """Forget what was said of a domain and return it. Raises NotFound."""
    normal = normal_domain(domain)
    with services.store.writing(durable=True) as tx:
        mapping = mappings.by_domain(tx, normal)
        if mapping is None:
            raise NotFound(f"{normal} is not mapped", hint="see: mailctl provider domains")
        mappings.remove(tx, normal)
    return mapping


def domains(store: Store, *, with_presets: bool) -> Iterator[DomainMapping]:
    """Yield every mapping made here, then those of the presets if wanted."""
    known = directory(store)
    yield from known.mappings.values()
    if with_presets:
        for provider in known.catalogue.providers():
            for domain in provider.domains:
                if domain not in known.mappings:
                    yield DomainMapping(domain, provider.name, MappingOrigin.PRESET)


def _known(tx: Reading) -> Directory:
    return Directory(
        catalogue=load(),
        custom={provider.name: provider for provider in providers.all_(tx)},
        mappings={mapping.domain: mapping for mapping in mappings.all_(tx)},
    )


def _described(new: NewProvider) -> Provider:
    if not _NAME.match(new.name):
        raise BadUsage(
            f"{new.name!r} is no name for a provider",
            hint="use lower-case letters, digits and hyphens, e.g. acme-mail",
        )
    if new.kind is ProviderKind.IMAP and new.incoming is None and new.submission is None:
        raise BadUsage(
            f"the provider {new.name} has no server", hint="name one: --incoming imap.example.org"
        )
    if new.kind is ProviderKind.EWS and new.ews_url is None:
        raise BadUsage(
            f"the provider {new.name} has no address of its web service",
            hint="name it: --ews-url https://mail.example.org/EWS/Exchange.asmx",
        )
    return Provider(
        name=ProviderName(new.name),
        title=new.title or new.name,
        kind=new.kind,
        origin=Origin.CUSTOM,
        incoming=_endpoint(new.incoming, new.incoming_security, _INCOMING_PORTS),
        submission=_endpoint(new.submission, new.submission_security, _SUBMISSION_PORTS),
        ews_url=new.ews_url,
        login=new.login,
        auth=new.auth,
        domains=_each_normal(new.domains),
        mx=_each_normal(new.mx),
        can_receive=new.kind is ProviderKind.EWS or new.incoming is not None,
        can_send=new.kind is ProviderKind.EWS or new.submission is not None,
        smtp_timeout_s=SMTP_TIMEOUT_S,
        ca_file=None if new.ca_file is None else _file_of_certificates(new.ca_file),
    )


def _endpoint(text: str | None, security: Security, usual: dict[Security, int]) -> Endpoint | None:
    if text is None:
        return None
    written = _SERVER.match(text.strip())
    host = written and _host(written)
    port = int(written["port"] or usual[security]) if written else 0
    if not host or not 0 < port <= _PORT_MAX:
        raise BadUsage(
            f"{text!r} is no server",
            hint="write HOST or HOST:PORT, e.g. imap.example.org:993 or [2001:db8::1]:993",
        )
    return Endpoint(host, port, security)


def _host(written: re.Match[str]) -> str | None:
    """Return the name or address in its normal form, None for what is neither."""
    from ipaddress import ip_address  # 5 ms, for this command alone

    host = (written["bracketed"] or written["bare"] or written["name"]).lower()
    with suppress(ValueError):
        return str(ip_address(host))
    if _LABEL.match(host):  # localhost, or a machine of one's own network
        return host
    with suppress(BadUsage):
        return normal_domain(host)
    return None


def _file_of_certificates(text: str) -> str:
    """Return the absolute path; whether the certificates are sound is TLS's to say."""
    path = Path(text).absolute()
    try:
        with path.open("rb") as file:
            content = file.read(_CA_FILE_MAX)
    except OSError as error:
        raise BadUsage(
            f"the file {path} cannot be read: {error.strerror}", hint=f"ls -l {path}"
        ) from error
    if b"-----BEGIN CERTIFICATE-----" not in content:
        raise BadUsage(
            f"the file {path} holds no certificate",
            hint="it must be PEM, with lines -----BEGIN CERTIFICATE-----",
        )
    return str(path)


def _each_normal(names: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(normal_domain(name.removeprefix("*.")) for name in names))


def _refuse_taken(patterns: dict[str, ProviderName], provider: Provider) -> None:
    taken = [suffix for suffix in provider.mx if suffix in patterns]
    if taken:
        raise Conflict(
            f"the MX pattern {taken[0]} already names the provider {patterns[taken[0]]}",
            hint=f"see it: mailctl provider show {patterns[taken[0]]}",
        )
