"""What the MX records of a domain say about where its mailboxes are."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from mailctl.domain.providers import MxTrust, Provider
from mailctl.domain.resolution import Candidate, Evidence, Method, Outcome, Trust
from mailctl.ports import MxAnswer, MxRecord, NameServer
from mailctl.resolve.catalogue import MxMatch, MxMatchKind
from mailctl.resolve.directory import Directory
from mailctl.resolve.verdicts import Verdict

_MOST_ALIASES = 3


async def ask_exchangers(domain: str, names: NameServer, directory: Directory) -> Verdict:
    """Return what the exchangers of `domain` say; one that nobody knows may be an alias."""
    answer = await names.exchangers(domain)
    unknown = [
        record.host for record in best(answer.records) if directory.match_mx(record.host) is None
    ]
    asked = unknown[:_MOST_ALIASES]
    aliases = await asyncio.gather(*(names.alias(host) for host in asked))
    targets = {host: a.name for host, a in zip(asked, aliases, strict=True) if a.name}
    return judge(domain, answer, directory, targets)


def judge(
    domain: str, answer: MxAnswer, directory: Directory, targets: Mapping[str, str] | None = None
) -> Verdict:
    """Return what the exchangers of `domain` say; `targets` are what their names stand for.

    DNS answers are not authenticated, so they only ever choose among providers that
    we know already, and only where the best preference names one of them. Only where
    that one's exchangers are all its own (`mx_trust: auto`) no person has to agree.
    """
    if answer.outcome is not Outcome.HIT:
        return Verdict(answer.outcome, answer.detail)
    known = {h: t for h, t in (targets or {}).items() if directory.match_mx(t)}
    records = [replace(r, host=known.get(r.host, r.host)) for r in answer.records]
    first = best(records)
    matches = [directory.match_mx(record.host) for record in first]
    providers = {match.provider.name for match in matches if match and match.provider}
    if len(providers) == 1 and all(match and match.provider for match in matches):
        aliases = {target: host for host, target in known.items()}
        return _chosen(domain, first, matches[0], directory, aliases)
    candidates = _candidates(domain, records, directory)
    outcome = Outcome.AMBIGUOUS if providers else _not_a_mailbox(matches)
    return Verdict(outcome, _shown(first, matches), candidates=candidates)


def best(records: Sequence[MxRecord]) -> list[MxRecord]:
    """Return the records of the lowest preference number, which is the most preferred."""
    lowest = min((record.preference for record in records), default=0)
    return [record for record in records if record.preference == lowest]


def _chosen(
    domain: str,
    records: Sequence[MxRecord],
    match: MxMatch | None,
    directory: Directory,
    aliases: Mapping[str, str],
) -> Verdict:
    if match is None or match.provider is None:
        raise AssertionError("a provider is chosen only where every record matched one")
    is_sure = match.provider.mx_trust is MxTrust.AUTO
    return Verdict(
        Outcome.HIT if is_sure else Outcome.SUGGESTION,
        _shown(records, [match] * len(records)),
        provider=match.provider,
        method=Method.MX,
        trust=Trust.BUILTIN if is_sure else Trust.UNAUTHENTICATED,
        evidence=tuple(_evidence(domain, record, directory, aliases) for record in records),
        mx_host=records[0].host,
    )


def _shown(records: Sequence[MxRecord], matches: Sequence[MxMatch | None]) -> str:
    return ", ".join(
        f"{record.preference} {record.host}" + (f" ({match.title})" if match else "")
        for record, match in zip(records, matches, strict=True)
    )


def _evidence(
    domain: str, record: MxRecord, directory: Directory, aliases: Mapping[str, str]
) -> Evidence:
    match = directory.match_mx(record.host)
    suffix = match.suffix if match else ""
    alias = aliases.get(record.host)
    host = f"{alias}, an alias of {record.host}" if alias else record.host
    return Evidence(
        source="mx",
        fact=f"{domain} MX {record.preference} {host}",
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
