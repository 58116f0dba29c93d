"""Looks at where mailboxes are said to be, and what their domains' mail exchangers say."""

import asyncio
from collections.abc import Iterable, Mapping
from shlex import quote

from mailctl.core.doctor.findings import Finding, failed, note, ok, warning
from mailctl.core.services import Services
from mailctl.domain.accounts import Account
from mailctl.domain.providers import DomainMapping
from mailctl.domain.resolution import Outcome
from mailctl.errors import ExitCode, Unreachable
from mailctl.resolve.directory import Directory
from mailctl.resolve.exchangers import ask_exchangers, shown_exchangers
from mailctl.resolve.verdicts import Verdict

_MOST_DOMAINS = 50
_SILENT = {Outcome.TIMEOUT, Outcome.SERVFAIL, Outcome.REFUSED}


def verdicts(
    services: Services, domains: Iterable[str], known: Directory, *, limit_s: float
) -> dict[str, Verdict]:
    """Return what the exchangers of each domain say, those that are asked in time."""
    names = services.internet.names
    asked = list(domains)[:_MOST_DOMAINS]

    async def ask(domain: str) -> Verdict:
        try:
            async with asyncio.timeout(limit_s):
                return await ask_exchangers(domain, names, known)
        except TimeoutError:
            return Verdict(Outcome.TIMEOUT, "no answer in time")

    async def ask_all() -> list[Verdict]:
        return await asyncio.gather(*map(ask, asked))

    return dict(zip(asked, asyncio.run(ask_all()), strict=True))


def dns_finding(found: Mapping[str, Verdict], nameserver: str | None) -> Finding:
    """Return whether name servers answer at all."""
    silent = {name: verdict for name, verdict in found.items() if verdict.outcome in _SILENT}
    asked = f"the name server {nameserver}" if nameserver else "the system's name server"
    details = {"asked": len(found), "silent": sorted(silent)}
    if not silent:
        return ok(f"{asked} answers", **details)
    name, verdict = next(iter(silent.items()))
    said = f"{asked} gave no answer about {name} ({verdict.outcome})"
    if len(silent) < len(found):
        return warning(
            said, "try again later; the domain's own name servers may be down", **details
        )
    return failed(
        said,
        "check /etc/resolv.conf and the network, or name another server: MAILCTL_DNS=ADDRESS",
        ExitCode.TEMPORARY,
        Unreachable.kind,
        **details,
    )


def mapping_finding(account: Account, known: Directory, verdict: Verdict) -> Finding | None:
    """Return whether the domain's exchangers agree with where the mailbox is; None where untold."""
    domain = account.domain
    mapping = known.mapping(domain)
    if mapping is None and known.catalogue.by_domain(domain):
        return None  # the provider's own domain: nothing else can be meant
    details = _details(account, mapping, verdict)
    if mapping is not None and known.provider(mapping.provider) is None:
        return failed(
            f"{domain} is mapped to {mapping.provider}, which is no provider any more",
            f"mailctl provider map-domain {domain} NAME, or provider unmap-domain {domain}",
            ExitCode.NOT_FOUND,
            "provider-missing",
            **details,
        )
    if verdict.outcome in _SILENT:
        return None  # told by dns
    if verdict.outcome in {Outcome.NXDOMAIN, Outcome.NULL_MX}:
        why = "does not exist" if verdict.outcome is Outcome.NXDOMAIN else "takes no mail"
        return warning(
            f"{domain} {why}, says the DNS",
            "has the domain ended? Then: mailctl account disable " + quote(account.address),
            **details,
        )
    moved = _moved(account, mapping, verdict, details) if mapping else None
    return moved or _compared(account, mapping, verdict, details)


def _details(
    account: Account, mapping: DomainMapping | None, verdict: Verdict
) -> dict[str, object]:
    return {
        "domain": account.domain,
        "provider": account.provider,
        "mapped_to": mapping and mapping.provider,
        "mapping_origin": mapping and mapping.origin,
        "mx": verdict.detail,
        "mx_outcome": verdict.outcome,
        "mx_provider": verdict.provider and verdict.provider.name,
    }


def _compared(
    account: Account,
    mapping: DomainMapping | None,
    verdict: Verdict,
    details: dict[str, object],
) -> Finding:
    """Return whether the exchangers name the provider that the account is at."""
    domain = details["domain"]
    said = f"mapped to {mapping.provider} ({mapping.origin})" if mapping else account.provider
    if verdict.provider is not None and verdict.provider.name != account.provider:
        other = verdict.provider.name
        return warning(
            f"{domain} is {said}, and its mail exchangers name {other}: {verdict.detail}",
            f"if its mailboxes moved: mailctl account migrate {quote(account.address)} "
            f"--to {other}; and for others: mailctl provider map-domain {domain} {other}",
            **details,
        )
    if verdict.outcome is Outcome.GATEWAY:
        return note(
            f"the mail of {domain} goes through a gateway: {verdict.detail}",
            f"nothing, if {account.provider} is right: the DNS cannot tell",
            **details,
        )
    return ok(f"{domain} is {said}: {verdict.detail or verdict.outcome}", **details)


def _moved(
    account: Account, mapping: DomainMapping, verdict: Verdict, details: dict[str, object]
) -> Finding | None:
    """Return that a learned domain has other exchangers than when it was learned."""
    now = shown_exchangers(verdict.detail)
    if not mapping.exchangers or set(now) == set(mapping.exchangers):
        return None
    domain, name = mapping.domain, mapping.provider
    return warning(
        f"the mail exchangers of {domain} were {', '.join(mapping.exchangers)} when it was "
        f"learned to be at {name}, and are {', '.join(now) or 'none'} now",
        f"if its mailboxes moved: mailctl account migrate {quote(account.address)} --to NAME; "
        f"if not, say so: mailctl provider map-domain {domain} {name}",
        **details,
        mx_learned=list(mapping.exchangers),
    )
