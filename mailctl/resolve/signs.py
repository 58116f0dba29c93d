"""What a domain's DNS says of its provider besides MX: autodiscover's alias, SPF, TXT.

A security gateway in front of a mailbox hides the provider from MX; these give it away.
Nothing here is authenticated, so the best it can do is to suggest.
"""

import asyncio
import re
from collections.abc import Awaitable, Iterable, Iterator
from dataclasses import dataclass

from mailctl.domain.answers import AliasAnswer, TextAnswer
from mailctl.domain.providers import Provider
from mailctl.domain.resolution import Candidate, Evidence, Method, Outcome, Trust
from mailctl.ports import NameServer
from mailctl.resolve.directory import Directory
from mailctl.resolve.verdicts import Verdict

_INCLUDE = re.compile(r"[+]?(?:include:|redirect=)(\S+)", re.IGNORECASE)


@dataclass(frozen=True)
class _Sign:
    """One fact that speaks for a provider."""

    source: str
    fact: str
    provider: Provider


async def ask_signs(
    domain: str, names: NameServer, directory: Directory, *, exchangers: Awaitable[Verdict]
) -> Verdict:
    """Return whom the signs speak for, given what the exchangers said."""
    alias, texts = await asyncio.gather(names.alias(f"autodiscover.{domain}"), names.texts(domain))
    return weigh(domain, alias, texts, directory, mx=await exchangers)


def weigh(
    domain: str, alias: AliasAnswer, texts: TextAnswer, directory: Directory, *, mx: Verdict
) -> Verdict:
    """Return the provider that the signs agree on, or all of whom one speaks.

    Autodiscover's alias points at the mailbox itself. SPF names whoever sends, newsletters
    too, so it counts only where the exchanger is a gateway: then the mailbox is elsewhere.
    """
    by_alias = [*_alias_sign(domain, alias, directory)]
    by_spf = [*_spf_signs(domain, texts.texts, directory)]
    by_text = [*_text_signs(domain, texts.texts, directory)]
    deciding = by_alias
    if not by_alias and mx.outcome is Outcome.GATEWAY:
        deciding = [*_backup_exchangers(mx, directory), *by_spf]
    told = list(dict.fromkeys([*deciding, *by_alias, *by_spf, *by_text]))
    candidates = _candidates(told)
    chosen = {sign.provider.name: sign.provider for sign in deciding}
    if len(chosen) != 1:
        return Verdict(
            Outcome.AMBIGUOUS if chosen else _nothing(alias, texts),
            _facts(told) or "no alias of autodiscover, SPF or TXT record that we know",
            candidates=candidates,
        )
    (provider,) = chosen.values()
    supporting = [sign for sign in told if sign.provider.name in chosen]
    return Verdict(
        Outcome.SUGGESTION,
        _facts(supporting),
        provider=provider,
        method=Method.AUTODISCOVER if by_alias else Method.MX,
        trust=Trust.UNAUTHENTICATED,
        evidence=tuple(
            Evidence(s.source, s.fact, f"the mailbox is at {provider.title}") for s in supporting
        ),
        candidates=candidates,
    )


def _facts(signs: Iterable[_Sign]) -> str:
    return "; ".join(sign.fact for sign in signs)


def _alias_sign(domain: str, alias: AliasAnswer, directory: Directory) -> Iterator[_Sign]:
    for name in alias.names:
        if provider := directory.instead_of(directory.catalogue.by_autodiscover(name)):
            yield _Sign("autodiscover", f"autodiscover.{domain} is {name}", provider)
            return


def _spf_signs(domain: str, texts: Iterable[str], directory: Directory) -> Iterator[_Sign]:
    for record in texts:
        version, _, terms = record.partition(" ")
        if version.lower() != "v=spf1":  # RFC 7208 section 4.5
            continue
        for term in terms.split():
            found = _INCLUDE.fullmatch(term)
            name = found[1].lower().removesuffix(".") if found else ""
            if provider := directory.instead_of(directory.catalogue.by_spf(name)):
                yield _Sign("spf", f"the SPF record of {domain} has {term}", provider)


def _text_signs(domain: str, texts: Iterable[str], directory: Directory) -> Iterator[_Sign]:
    for record in texts:
        if provider := directory.instead_of(directory.catalogue.by_text(record)):
            start = re.split("[=:]", record)[0]
            yield _Sign("txt", f"{domain} has a TXT record {start}", provider)


def _backup_exchangers(mx: Verdict, directory: Directory) -> Iterator[_Sign]:
    """Yield the providers among the less preferred exchangers of a domain behind a gateway."""
    for candidate in mx.candidates:
        if provider := directory.provider(candidate.provider):
            yield _Sign("mx", candidate.reason, provider)


def _candidates(signs: Iterable[_Sign]) -> tuple[Candidate, ...]:
    found: dict[str, Candidate] = {}
    for sign in signs:
        found.setdefault(sign.provider.name, Candidate(sign.provider.name, sign.fact))
    return tuple(found.values())


def _nothing(alias: AliasAnswer, texts: TextAnswer) -> Outcome:
    for outcome in (alias.outcome, texts.outcome):
        if outcome.is_temporary:
            return outcome
    return Outcome.MISS
