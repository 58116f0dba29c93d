"""Directories and name servers made up for a test."""

from collections.abc import Iterable, Mapping

from mailctl.domain.ids import ProviderName
from mailctl.domain.providers import (
    DomainMapping,
    MappingOrigin,
    MxTrust,
    Origin,
    Provider,
    ProviderKind,
)
from mailctl.domain.resolution import Outcome
from mailctl.domain.servers import Endpoint, Security
from mailctl.ports import MxAnswer, MxLookup, MxRecord
from mailctl.resolve.catalogue import load
from mailctl.resolve.directory import Directory


def custom(name: str, *mx: str, trust: MxTrust = MxTrust.AUTO) -> Provider:
    """Return an administrator's provider."""
    return Provider(
        name=ProviderName(name),
        title=name.title(),
        kind=ProviderKind.IMAP,
        origin=Origin.CUSTOM,
        incoming=Endpoint(f"imap.{name}.example", 993, Security.TLS),
        submission=Endpoint(f"smtp.{name}.example", 465, Security.TLS),
        mx=mx,
        mx_trust=trust,
    )


def directory(
    *providers: Provider, mappings: Mapping[str, str] | None = None, by: str | None = None
) -> Directory:
    """Return the presets with those providers and mappings of domains."""
    return Directory(
        load(),
        {provider.name: provider for provider in providers},
        {
            domain: DomainMapping(domain, ProviderName(name), MappingOrigin.ADMIN, created_by=by)
            for domain, name in (mappings or {}).items()
        },
    )


def exchangers(*records: tuple[int, str]) -> MxAnswer:
    """Return the answer with those records."""
    return MxAnswer(Outcome.HIT, tuple(MxRecord(*record) for record in records))


def lookup(answers: Mapping[str, MxAnswer]) -> MxLookup:
    """Return a name server that knows those domains and no other."""
    return lambda domain: answers.get(domain, MxAnswer(Outcome.NXDOMAIN, detail="no such domain"))


def nobody(domain: str, /) -> MxAnswer:
    """Stand where no name server may be asked."""
    raise AssertionError(f"a name server was asked for {domain}")


def names(candidates: Iterable[object]) -> list[str]:
    """Return the names of candidates."""
    return [str(getattr(candidate, "provider", "")) for candidate in candidates]
