"""What was found for a domain, and what that means for one address."""

from collections.abc import Iterator
from dataclasses import field, replace

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
from mailctl.ports import Timer
from mailctl.records import dataclass
from mailctl.resolve.directory import Directory
from mailctl.resolve.platforms import at_domain
from mailctl.resolve.verdicts import Verdict

# Offered where nothing else is known: the services that host other people's domains.
_HOSTERS = ("gmail", "microsoft365", "zoho", "fastmail", "yandex", "icloud", "ionos", "ovh")


@dataclass
class Answer:
    """What was found for one domain, whoever of it asked."""

    trace: list[TraceStep] = field(default_factory=list)
    verdict: Verdict | None = None
    candidates: list[Candidate] = field(default_factory=list)


def known_answer(domain: str, directory: Directory, timer: Timer) -> Answer:
    """Return what is known of the domain already."""
    answer = Answer()
    for name, step in (("mapping", _by_mapping), ("preset", _by_preset)):
        started = timer()
        verdict = step(domain, directory)
        elapsed_ms = round((timer() - started) * 1000, 3)
        answer.trace.append(TraceStep(name, verdict.outcome, elapsed_ms, verdict.detail))
        if verdict.provider is not None:
            answer.verdict = verdict
            break
    return answer


def _by_mapping(domain: str, directory: Directory) -> Verdict:
    mapping = directory.mapping(domain)
    if mapping is None:
        return Verdict(Outcome.MISS, f"{domain} is not mapped")
    provider = directory.provider(mapping.provider)
    if provider is None:
        gone = f"{mapping.domain} is mapped to {mapping.provider}, which no longer exists"
        return Verdict(Outcome.MISS, gone)
    who = f" by {mapping.created_by}" if mapping.created_by else ""
    fact = f"{mapping.domain} is mapped ({mapping.origin}{who})"
    return Verdict(
        Outcome.HIT,
        f"{mapping.domain} → {provider.name}",
        provider=provider,
        method=Method.MAPPING,
        trust=Trust.USER,
        evidence=(Evidence("mapping", fact, provider.name),),
    )


def _by_preset(domain: str, directory: Directory) -> Verdict:
    preset = directory.catalogue.by_domain(domain)
    if preset is None:
        return Verdict(Outcome.MISS, f"{domain} is no preset domain")
    return Verdict(
        Outcome.HIT,
        f"{domain} → {preset.name}",
        provider=directory.provider(preset.name) or preset,
        method=Method.PRESET,
        trust=Trust.BUILTIN,
        evidence=(Evidence("preset", f"{domain} is a domain of {preset.title}", preset.name),),
    )


def personal(address: Address, answer: Answer, directory: Directory) -> Resolution:
    """Return the answer as it is for one address of the domain."""
    verdict = answer.verdict or Verdict(Outcome.MISS, "")
    provider = verdict.provider
    is_open = provider is None or not verdict.decides
    offered = _offered(answer.candidates, directory) if is_open else ()
    return Resolution(
        address=address,
        provider=provider,
        method=verdict.method,
        trust=verdict.trust,
        settings=settings(provider, address, mx_host=verdict.mx_host) if provider else None,
        evidence=verdict.evidence,
        trace=tuple(answer.trace),
        candidates=tuple(offered),
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


def _offered(named: list[Candidate], directory: Directory) -> Iterator[Candidate]:
    """Yield what the evidence names, then one's own providers, then the usual hosters."""
    seen = set()
    for candidate in [*named, *_usual(directory)]:
        if candidate.provider not in seen:
            seen.add(candidate.provider)
            yield candidate


def _usual(directory: Directory) -> Iterator[Candidate]:
    for provider in directory.custom.values():
        if provider.origin is Origin.CUSTOM:
            yield Candidate(provider.name, "added by the administrator")
    for name in _HOSTERS:
        hoster = directory.provider(name)
        if hoster:
            yield Candidate(hoster.name, f"{hoster.title} hosts mail of other domains")


def chosen(resolution: Resolution, provider: Provider) -> Resolution:
    """Return the resolution with a person's choice in the place of what was found."""
    return replace(
        resolution,
        provider=provider,
        method=Method.MANUAL,
        trust=Trust.USER,
        settings=settings(provider, resolution.address),
        evidence=(Evidence("manual", "chosen by a person", provider.name),),
    )
