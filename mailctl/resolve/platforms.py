"""The servers that a provider has for the domain of one customer."""

from dataclasses import replace

from mailctl.domain.providers import HostFrom, Provider
from mailctl.domain.servers import Endpoint, Security
from mailctl.resolve.suffixes import normal_host


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
            return normal_host(mx_host) if mx_host else None
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
