"""What the MX records of a domain say about where its mailboxes are."""

import asyncio
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from mailctl.domain.answers import MxAnswer, MxRecord
from mailctl.domain.providers import MxTrust, Provider
from mailctl.domain.resolution import Candidate, Evidence, Method, Outcome, Trust
from mailctl.ports import NameServer
from mailctl.resolve.catalogue import MxMatch, MxMatchKind
from mailctl.resolve.directory import Directory
from mailctl.resolve.verdicts import Verdict

_MOST_ALIASES = 3
_RECORD = re.compile(r"(?:^|, )\d+ ([^\s,]+)")
"""A record as `_shown` writes it."""


@dataclass(frozen=True)
class _Exchanger:
    """A record, and the name to know its host by: its own, or what it is an alias of."""

    record: MxRecord
    host: str

    @property
    def shown(self) -> str:
        """What the record says."""
        is_alias = self.host != self.record.host
        alias = f", an alias of {self.host}" if is_alias else ""
        return f"{self.record.preference} {self.record.host}{alias}"


async def ask_exchangers(domain: str, names: NameServer, directory: Directory) -> Verdict:
    """Return what the exchangers of `domain` say; one that nobody knows may be an alias."""
    answer = await names.exchangers(domain)
    unknown = [
        record.host for record in _best(answer.records) if directory.match_mx(record.host) is None
    ]
    asked = unknown[:_MOST_ALIASES]
    aliases = await asyncio.gather(*(names.alias(host) for host in asked))
    targets = {host: alias.names for host, alias in zip(asked, aliases, strict=True)}
    return judge(domain, answer, directory, targets)


def judge(
    domain: str,
    answer: MxAnswer,
    directory: Directory,
    targets: Mapping[str, Sequence[str]] | None = None,
) -> Verdict:
    """Return what the exchangers of `domain` say; `targets` are what their names stand for.

    DNS answers are not authenticated, so they only ever choose among providers that
    we know already, and only where the best preference names one of them. Only where
    that one's exchangers are all its own (`mx_trust: auto`) no person has to agree.
    """
    if answer.outcome is not Outcome.HIT:
        return Verdict(answer.outcome, answer.detail)
    known = targets or {}
    every = [_known(record, known.get(record.host, ()), directory) for record in answer.records]
    best = _best(answer.records)
    first = [exchanger for exchanger in every if exchanger.record in best]
    matches = [directory.match_mx(exchanger.host) for exchanger in first]
    providers = {match.provider.name for match in matches if match and match.provider}
    if len(providers) == 1 and all(match and match.provider for match in matches):
        return _chosen(domain, first, matches)
    candidates = _candidates(domain, every, directory)
    outcome = Outcome.AMBIGUOUS if providers else _not_a_mailbox(matches)
    return Verdict(outcome, _shown(first, matches), candidates=candidates)


def _best(records: Sequence[MxRecord]) -> list[MxRecord]:
    """Return the records of the lowest preference number, which is the most preferred."""
    lowest = min((record.preference for record in records), default=0)
    return [record for record in records if record.preference == lowest]


def _known(record: MxRecord, targets: Sequence[str], directory: Directory) -> _Exchanger:
    known = (target for target in targets if directory.match_mx(target))
    return _Exchanger(record, next(known, record.host))


def _chosen(
    domain: str, exchangers: Sequence[_Exchanger], matches: Sequence[MxMatch | None]
) -> Verdict:
    provider = next((match.provider for match in matches if match), None)
    if provider is None:
        raise AssertionError("a provider is chosen only where every record matched one")
    is_sure = provider.mx_trust is MxTrust.AUTO
    return Verdict(
        Outcome.HIT if is_sure else Outcome.SUGGESTION,
        _shown(exchangers, matches),
        provider=provider,
        method=Method.MX,
        trust=Trust.BUILTIN if is_sure else Trust.UNAUTHENTICATED,
        evidence=tuple(
            Evidence(
                "mx",
                f"{domain} MX {exchanger.shown}",
                f"*.{match.suffix} are the mail exchangers of {match.title}",
            )
            for exchanger, match in zip(exchangers, matches, strict=True)
            if match
        ),
        mx_host=exchangers[0].host,
    )


def _shown(exchangers: Sequence[_Exchanger], matches: Sequence[MxMatch | None]) -> str:
    return ", ".join(
        exchanger.shown + (f" ({match.title})" if match else "")
        for exchanger, match in zip(exchangers, matches, strict=True)
    )


def shown_exchangers(detail: str) -> tuple[str, ...]:
    """Return the hosts that the detail of this step names, by name; none where none answered.

    By them it is seen whether a domain's mail goes elsewhere than it did.
    """
    return tuple(sorted(set(_RECORD.findall(detail))))


def _candidates(
    domain: str, exchangers: Sequence[_Exchanger], directory: Directory
) -> tuple[Candidate, ...]:
    """Return the providers that any record names: behind a gateway they may be the mailbox."""
    found: dict[str, Candidate] = {}
    for provider, record in _named(exchangers, directory):
        reason = f"{domain} has the mail exchanger {record.preference} {record.host}"
        found.setdefault(provider.name, Candidate(provider.name, reason))
    return tuple(found.values())


def _named(
    exchangers: Sequence[_Exchanger], directory: Directory
) -> Iterator[tuple[Provider, MxRecord]]:
    for exchanger in exchangers:
        match = directory.match_mx(exchanger.host)
        if match and match.provider:
            yield match.provider, exchanger.record


def _not_a_mailbox(matches: Sequence[MxMatch | None]) -> Outcome:
    kinds = {match.kind for match in matches if match}
    if MxMatchKind.GATEWAY in kinds:
        return Outcome.GATEWAY
    if MxMatchKind.FORWARDER in kinds:
        return Outcome.FORWARDER
    return Outcome.AMBIGUOUS if kinds else Outcome.MISS
