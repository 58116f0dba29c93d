"""What the MX records of a domain say about where its mailboxes are."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from mailctl.domain.providers import MxTrust, Provider
from mailctl.domain.resolution import Candidate, Evidence, Outcome
from mailctl.ports import MxAnswer, MxRecord
from mailctl.resolve.catalogue import MxMatch, MxMatchKind
from mailctl.resolve.directory import Directory


@dataclass(frozen=True)
class Verdict:
    """The provider that the records choose, or those that they suggest."""

    outcome: Outcome
    detail: str
    provider: Provider | None = None
    host: str | None = None
    evidence: tuple[Evidence, ...] = ()
    candidates: tuple[Candidate, ...] = ()


def judge(domain: str, answer: MxAnswer, directory: Directory) -> Verdict:
    """Return what the exchangers of `domain` say.

    DNS answers are not authenticated, so they only ever choose among providers that
    we know already, and only where the best preference names one of them, whose
    exchangers are all its own (`mx_trust: auto`).
    """
    if answer.outcome is not Outcome.HIT:
        return Verdict(answer.outcome, answer.detail)
    best = min(record.preference for record in answer.records)
    first = [record for record in answer.records if record.preference == best]
    matches = [directory.match_mx(record.host) for record in first]
    shown = ", ".join(f"{record.preference} {record.host}" for record in first)
    providers = {match.provider.name for match in matches if match and match.provider}
    if len(providers) == 1 and all(match and match.provider for match in matches):
        return _chosen(domain, first, matches[0], directory)
    candidates = _candidates(domain, answer.records, directory)
    if providers:
        return Verdict(Outcome.AMBIGUOUS, shown, candidates=candidates)
    return Verdict(_not_a_mailbox(matches), shown, candidates=candidates)


def _chosen(
    domain: str, records: Sequence[MxRecord], match: MxMatch | None, directory: Directory
) -> Verdict:
    if match is None or match.provider is None:
        raise AssertionError("a provider is chosen only where every record matched one")
    evidence = tuple(_evidence(domain, record, directory) for record in records)
    shown = ", ".join(f"{record.preference} {record.host}" for record in records)
    if match.provider.mx_trust is MxTrust.CONFIRM:
        candidate = Candidate(match.provider.name, f"the mail exchanger is {shown}")
        return Verdict(Outcome.SUGGESTION, shown, candidates=(candidate,))
    return Verdict(Outcome.HIT, shown, match.provider, records[0].host, evidence)


def _evidence(domain: str, record: MxRecord, directory: Directory) -> Evidence:
    match = directory.match_mx(record.host)
    suffix = match.suffix if match else ""
    return Evidence(
        source="mx",
        fact=f"{domain} MX {record.preference} {record.host}",
        supports=f"*.{suffix} are the mail exchangers of {match.title if match else ''}",
    )


def _candidates(
    domain: str, records: Sequence[MxRecord], directory: Directory
) -> tuple[Candidate, ...]:
    """Return the providers that any record names: behind a gateway they may be the mailbox."""
    found: dict[str, Candidate] = {}
    for provider, record in _named(records, directory):
        reason = f"{domain} has the mail exchanger {record.preference} {record.host}"
        found.setdefault(provider.name, Candidate(provider.name, reason))
    return tuple(found.values())


def _named(
    records: Sequence[MxRecord], directory: Directory
) -> Iterator[tuple[Provider, MxRecord]]:
    for record in records:
        match = directory.match_mx(record.host)
        if match and match.provider:
            yield match.provider, record


def _not_a_mailbox(matches: Sequence[MxMatch | None]) -> Outcome:
    kinds = {match.kind for match in matches if match}
    if MxMatchKind.GATEWAY in kinds:
        return Outcome.GATEWAY
    if MxMatchKind.FORWARDER in kinds:
        return Outcome.FORWARDER
    return Outcome.AMBIGUOUS if kinds else Outcome.MISS
