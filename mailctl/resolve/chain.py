"""The steps from an address to its provider, most trusted first."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from mailctl.domain.addresses import Address
from mailctl.domain.providers import Origin, Provider, username
from mailctl.domain.resolution import (
    Candidate,
    Evidence,
    Method,
    Outcome,
    Resolution,
    Settings,
    TraceStep,
    Trust,
)
from mailctl.ports import MxLookup, Timer
from mailctl.resolve.catalogue import at_domain
from mailctl.resolve.directory import Directory
from mailctl.resolve.exchangers import judge

# Offered where nothing else is known: the services that host other people's domains.
_HOSTERS = ("gmail", "microsoft365", "zoho", "fastmail", "yandex", "icloud", "ionos", "ovh")


@dataclass(frozen=True)
class _Found:
    provider: Provider
    method: Method
    trust: Trust
    evidence: tuple[Evidence, ...]
    mx_host: str | None = None


@dataclass
class _Inquiry:
    """One address on its way down the steps, and what was seen on the way."""

    address: Address
    directory: Directory
    mx_lookup: MxLookup | None
    timer: Timer
    trace: list[TraceStep] = field(default_factory=list)
    candidates: list[Candidate] = field(default_factory=list)

    def steps(self) -> Iterator[Callable[[], _Found | None]]:
        yield self.by_mapping
        yield self.by_preset
        yield self.by_mx

    def by_mapping(self) -> _Found | None:
        started, domain = self.timer(), self.address.domain
        mapping = self.directory.mappings.get(domain)
        if mapping is None:
            self.note("mapping", Outcome.MISS, started, f"{domain} is not mapped")
            return None
        provider = self.directory.provider(mapping.provider)
        if provider is None:
            detail = f"{domain} is mapped to {mapping.provider}, which no longer exists"
            self.note("mapping", Outcome.MISS, started, detail)
            return None
        self.note("mapping", Outcome.HIT, started, f"{domain} → {provider.name}")
        who = f" by {mapping.created_by}" if mapping.created_by else ""
        evidence = Evidence("mapping", f"{domain} is mapped ({mapping.origin}{who})", provider.name)
        return _Found(provider, Method.MAPPING, Trust.USER, (evidence,))

    def by_preset(self) -> _Found | None:
        started, domain = self.timer(), self.address.domain
        provider = self.directory.catalogue.by_domain(domain)
        if provider is None:
            self.note("preset", Outcome.MISS, started, f"{domain} is no preset domain")
            return None
        self.note("preset", Outcome.HIT, started, f"{domain} → {provider.name}")
        replaced = self.directory.provider(provider.name) or provider
        evidence = Evidence("preset", f"{domain} is a domain of {provider.title}", provider.name)
        return _Found(replaced, Method.PRESET, Trust.BUILTIN, (evidence,))

    def by_mx(self) -> _Found | None:
        started = self.timer()
        if self.mx_lookup is None:
            self.note("mx", Outcome.SKIPPED, started, "offline")
            return None
        answer = self.mx_lookup(self.address.domain)
        verdict = judge(self.address.domain, answer, self.directory)
        self.note("mx", verdict.outcome, started, verdict.detail)
        self.candidates += verdict.candidates
        if verdict.provider is None:
            return None
        return _Found(verdict.provider, Method.MX, Trust.BUILTIN, verdict.evidence, verdict.host)

    def note(self, step: str, outcome: Outcome, started: float, detail: str) -> None:
        elapsed_ms = round((self.timer() - started) * 1000, 3)
        self.trace.append(TraceStep(step, outcome, elapsed_ms, detail))


def resolve(
    address: Address, directory: Directory, *, mx_lookup: MxLookup | None, timer: Timer
) -> Resolution:
    """Return which provider serves the address, with everything that was tried.

    `mx_lookup` is None where the network must not be asked. Never raises for what
    the network says: an undecided answer carries candidates instead.
    """
    inquiry = _Inquiry(address, directory, mx_lookup, timer)
    found = next((hit for step in inquiry.steps() if (hit := step())), None)
    if found is None:
        return Resolution(
            address=address,
            provider=None,
            method=None,
            trust=None,
            settings=None,
            evidence=(),
            trace=tuple(inquiry.trace),
            candidates=tuple(_with_usual(inquiry.candidates, directory)),
        )
    return Resolution(
        address=address,
        provider=found.provider,
        method=found.method,
        trust=found.trust,
        settings=settings(found.provider, address, mx_host=found.mx_host),
        evidence=found.evidence,
        trace=tuple(inquiry.trace),
        candidates=(),
    )


def settings(provider: Provider, address: Address, *, mx_host: str | None = None) -> Settings:
    """Return what a sign-in with the address at the provider would use."""
    local = at_domain(provider, address.domain, mx_host=mx_host)
    return Settings(
        incoming=local.incoming,
        submission=local.submission,
        username=username(local.login, str(address)),
        ews_url=local.ews_url,
    )


def _with_usual(named: list[Candidate], directory: Directory) -> Iterator[Candidate]:
    yield from named
    seen = {candidate.provider for candidate in named}
    for provider in directory.providers():
        if provider.name in seen:
            continue
        if provider.origin is Origin.CUSTOM:
            yield Candidate(provider.name, "added by the administrator")
        elif provider.name in _HOSTERS:
            yield Candidate(provider.name, f"{provider.title} hosts mail of other domains")
