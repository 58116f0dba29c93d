"""All providers that are known without asking anybody: an administrator's and the presets."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from mailctl.domain.providers import DomainMapping, Provider
from mailctl.resolve.catalogue import Catalogue, MxIndex, MxMatch, mx_index


@dataclass(frozen=True)
class Directory:
    """Custom providers beat presets of the same name; a mapping beats everything."""

    catalogue: Catalogue
    custom: Mapping[str, Provider]
    mappings: Mapping[str, DomainMapping]

    def provider(self, name: str) -> Provider | None:
        """Return the provider of that name."""
        return self.custom.get(name) or self.catalogue.by_name(name)

    def providers(self) -> Iterator[Provider]:
        """Yield custom providers by name, then the presets that none of them replaces."""
        yield from self.custom.values()
        for preset in self.catalogue.providers():
            if preset.name not in self.custom:
                yield preset

    def match_mx(self, host: str) -> MxMatch | None:
        """Return who runs the mail exchanger."""
        return self.catalogue.match_mx(host, custom=self._custom_mx)

    @cached_property
    def _custom_mx(self) -> MxIndex[Provider]:
        return mx_index(self.custom.values())
