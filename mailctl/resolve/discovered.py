"""Providers made of what a domain says of its own servers."""

from mailctl.domain.ids import ProviderName, hyphenated, provider_name
from mailctl.domain.providers import Origin, Provider, ProviderKind
from mailctl.domain.servers import Endpoint
from mailctl.resolve.directory import Directory


def name_for(domain: str) -> ProviderName:
    """Return the name that a provider found at `domain` gets."""
    return provider_name("", hyphenated(domain))


def from_endpoints(
    domain: str, *, incoming: Endpoint | None, submission: Endpoint | None
) -> Provider:
    """Return the IMAP provider with those servers."""
    return Provider(
        name=name_for(domain),
        title=domain,
        kind=ProviderKind.IMAP,
        origin=Origin.DISCOVERED,
        incoming=incoming,
        submission=submission,
        can_receive=incoming is not None,
        can_send=submission is not None,
    )


def from_ews_url(domain: str, url: str) -> Provider:
    """Return the Exchange provider at that address."""
    return Provider(
        name=name_for(domain),
        title=domain,
        kind=ProviderKind.EWS,
        origin=Origin.DISCOVERED,
        ews_url=url,
    )


def known_at(host: str, directory: Directory) -> Provider | None:
    """Return the provider that reads mail at exactly this host, one's own before presets.

    One that was discovered vouches for nobody else's domain.
    """
    for provider in directory.custom.values():
        server = provider.incoming
        if server and server.host == host and provider.origin is not Origin.DISCOVERED:
            return provider
    return directory.instead_of(directory.catalogue.by_host(host))


def shown(provider: Provider) -> str:
    """Return the servers in one line."""
    parts = [
        f"{server.host}:{server.port}"
        for server in (provider.incoming, provider.submission)
        if server
    ]
    return ", ".join(parts) or provider.ews_url or provider.title
