"""All providers that are known without asking anybody: an administrator's and the presets."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cached_property

from mailctl.domain.addresses import with_parents
from mailctl.domain.providers import DomainMapping, Provider
from mailctl.records import dataclass
from mailctl.resolve.catalogue import Catalogue, MxMatch, mx_index
from mailctl.resolve.suffixes import SuffixIndex


@dataclass(frozen=True)
class Directory:
    """Custom providers beat presets of the same name; a mapping beats everything."""

    catalogue: Catalogue
    custom: Mapping[str, Provider]
    mappings: Mapping[str, DomainMapping]

    def provider(self, name: str) -> Provider | None:
        """Return the provider of that name."""
        return self.custom.get(name) or self.catalogue.by_name(name)

    def instead_of(self, preset: Provider | None) -> Provider | None:
        """Return one's own provider of the preset's name where there is one, else the preset."""
        return preset and self.custom.get(preset.name, preset)

    def providers(self) -> Iterator[Provider]:
        """Yield custom providers by name, then the presets that none of them replaces."""
        yield from self.custom.values()
        for preset in self.catalogue.providers():
            if preset.name not in self.custom:
                yield preset

    def mapping(self, domain: str) -> DomainMapping | None:
        """Return what was said of the domain, or of the nearest one above with all below it."""
        held = (self.mappings.get(each) for each in with_parents(domain))
        return next((mapping for mapping in held if mapping and mapping.serves(domain)), None)

    def match_mx(self, host: str) -> MxMatch | None:
        """Return who runs the mail exchanger."""
        match = self.catalogue.match_mx(host, custom=self._custom_mx)
        return match and replace(match, provider=self.instead_of(match.provider))

    @cached_property
    def _custom_mx(self) -> SuffixIndex[Provider]:
        return mx_index(self.custom.values())
