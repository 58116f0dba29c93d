"""Verbs on domains: which provider serves them."""

from collections.abc import Iterator

from mailctl.core.access.account_provider import no_such_provider
from mailctl.core.providers.providers import directory, directory_in, is_known
from mailctl.core.services import Services
from mailctl.domain.ids import ProviderName
from mailctl.domain.providers import DomainMapping, MappingOrigin
from mailctl.errors import NotFound
from mailctl.resolve.addresses import normal_domain
from mailctl.store import mappings
from mailctl.store.connection import Store


def map_domain(
    services: Services,
    domain: str,
    name: str,
    *,
    by: str | None,
    includes_subdomains: bool = False,
) -> DomainMapping:
    """Say which provider serves a domain; what was said before is replaced. Raises NotFound."""
    normal = normal_domain(domain)
    with services.store.writing(durable=True) as tx:
        if not is_known(tx, name):
            raise no_such_provider(name, directory_in(tx).providers())
        return mappings.put(
            tx,
            normal,
            ProviderName(name),
            origin=MappingOrigin.ADMIN,
            at=services.now(),
            by=by,
            includes_subdomains=includes_subdomains,
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
                    yield DomainMapping(
                        domain,
                        provider.name,
                        MappingOrigin.PRESET,
                        includes_subdomains=provider.includes_subdomains,
                    )
