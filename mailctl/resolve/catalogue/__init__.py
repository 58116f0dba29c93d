"""The mail services that everybody meets, found by name, domain, MX host and other signs."""

import json
from collections.abc import Iterable, Iterator
from enum import StrEnum
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from mailctl.domain.providers import Provider
from mailctl.records import dataclass
from mailctl.resolve.catalogue.entries import (
    RawCatalogue,
    RawProvider,
    RawSigns,
    issuer,
    provider,
)
from mailctl.resolve.suffixes import SuffixIndex

if TYPE_CHECKING:
    from mailctl.domain.oauth import OAuthIssuer

__all__ = [
    "PATH",
    "Catalogue",
    "MxMatch",
    "MxMatchKind",
    "RawCatalogue",
    "load",
    "mx_index",
]

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


class Catalogue:
    """The preset providers. Each is built only when it is asked for."""

    def __init__(self, raw: RawCatalogue) -> None:
        self.version = raw["version"]
        self._issuers = raw["oauth"]
        self._providers = {entry["name"]: entry for entry in raw["providers"]}
        self._domains = {
            domain: entry for entry in raw["providers"] for domain in entry.get("domains", ())
        }
        self._parents = SuffixIndex(
            (domain, entry)
            for domain, entry in self._domains.items()
            if entry.get("includes_subdomains")
        )
        self._exchangers = SuffixIndex(_exchangers(raw))

    def by_name(self, name: str) -> Provider | None:
        """Return the provider of that name."""
        entry = self._providers.get(name)
        return provider(entry) if entry else None

    def by_domain(self, domain: str) -> Provider | None:
        """Return the provider whose own domain this is (A-label form, lower case)."""
        entry = self._domains.get(domain)
        if entry:
            return provider(entry)
        parent = self._parents.longest(domain)
        return provider(parent[1]) if parent else None

    def match_mx(self, host: str, *, custom: SuffixIndex[Provider] | None = None) -> MxMatch | None:
        """Return who runs the exchanger `host`, by the longest suffix that is known.

        Of two suffixes of equal length the one in `custom` counts.
        """
        preset = self._exchangers.longest(host)
        own = custom.longest(host) if custom else None
        if own and (preset is None or len(own[0]) >= len(preset[0])):
            suffix, owner = own
            return MxMatch(MxMatchKind.PROVIDER, suffix, owner.title, owner)
        if preset is None:
            return None
        suffix, (kind, name) = preset
        if kind is not MxMatchKind.PROVIDER:
            return MxMatch(kind, suffix, name, None)
        owner = provider(self._providers[name])
        return MxMatch(kind, suffix, owner.title, owner)

    def by_host(self, host: str) -> Provider | None:
        """Return the provider that reads mail at exactly this server, for customers' domains."""
        entry = self._servers.get(host)
        return provider(entry) if entry else None

    def by_autodiscover(self, alias: str) -> Provider | None:
        """Return the provider whose customers' autodiscover is an alias of this host."""
        return self._signed("autodiscover", alias)

    def by_spf(self, included: str) -> Provider | None:
        """Return the provider whose SPF record a customer's includes under this name."""
        return self._signed("spf", included)

    def by_text(self, text: str) -> Provider | None:
        """Return the provider that had a customer put such a TXT record into the DNS."""
        signs = self._signs["txt"].items()
        return next((provider(entry) for start, entry in signs if text.startswith(start)), None)

    def providers(self) -> Iterator[Provider]:
        """Yield every provider, in the order of the file."""
        return map(provider, self._providers.values())

    def oauth(self, name: str) -> "OAuthIssuer | None":
        """Return the issuer that a provider's `oauth` names."""
        entry = self._issuers.get(name)
        return issuer(name, entry) if entry else None

    def _signed(self, kind: str, sign: str) -> Provider | None:
        entry = self._signs[kind].get(sign)
        return provider(entry) if entry else None

    @cached_property
    def _signs(self) -> dict[str, dict[str, RawProvider]]:
        found: dict[str, dict[str, RawProvider]] = {"autodiscover": {}, "spf": {}, "txt": {}}
        for entry in self._providers.values():
            signs = entry.get("signs", RawSigns())
            found["autodiscover"] |= dict.fromkeys(signs.get("autodiscover", ()), entry)
            found["spf"] |= dict.fromkeys(signs.get("spf", ()), entry)
            found["txt"] |= dict.fromkeys(signs.get("txt", ()), entry)
        return found

    @cached_property
    def _servers(self) -> dict[str, RawProvider]:
        # of two providers with one server, the one that hosts other people's domains
        ranked = sorted(
            self._providers.values(), key=lambda e: ("mx" not in e, len(e.get("domains", ())))
        )
        return {host: entry for entry in reversed(ranked) for host in _servers(entry)}


@cache
def load() -> Catalogue:
    """Return the catalogue; its file is read once a process."""
    with PATH.open(encoding="utf-8") as file:
        raw: RawCatalogue = json.load(file)
    return Catalogue(raw)


def mx_index(providers: Iterable[Provider]) -> SuffixIndex[Provider]:
    """Return the index of the MX patterns of `providers`, for `Catalogue.match_mx`."""
    return SuffixIndex((suffix, provider) for provider in providers for suffix in provider.mx)


def _servers(entry: RawProvider) -> Iterator[str]:
    if entry["kind"] == "bridge":  # at the customer's own machine
        return
    for place in (entry, entry.get("custom_domain", {})):
        if "incoming" in place:
            yield place["incoming"]["host"]
    if "ews_url" in entry:
        yield urlsplit(entry["ews_url"]).hostname or ""


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
