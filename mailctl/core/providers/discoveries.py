"""Providers that were discovered, stored once however many domains they serve."""

from dataclasses import replace
from datetime import datetime
from itertools import chain, count

from mailctl.domain.ids import ProviderName
from mailctl.domain.providers import Origin, Provider
from mailctl.resolve.catalogue import load
from mailctl.store import providers
from mailctl.store.connection import Writing


def stored_name(tx: Writing, provider: Provider, *, at: datetime) -> ProviderName:
    """Return the name of the provider; one that was just discovered is stored first.

    Domains of one hoster share one provider, as long as they say the same of it.
    """
    if provider.origin is not Origin.DISCOVERED or providers.by_name(tx, provider.name) == provider:
        return provider.name
    stored = {each.name: each for each in providers.all_(tx)}
    alike = next((each for each in stored.values() if _is_same_service(each, provider)), None)
    if alike is not None:
        return alike.name
    names = chain([provider.name], (f"{provider.name}-{number}" for number in count(2)))
    name = next(name for name in names if name not in stored and not load().by_name(name))
    providers.add(tx, replace(provider, name=ProviderName(name)), at=at)
    return ProviderName(name)


def _is_same_service(stored: Provider, found: Provider) -> bool:
    as_found = replace(stored, name=found.name, title=found.title, domains=found.domains)
    return as_found == found
