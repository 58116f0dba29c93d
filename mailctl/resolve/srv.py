"""What SRV records say of a domain's servers (RFC 6186, RFC 8314 section 5.1)."""

import asyncio
from dataclasses import dataclass

from mailctl.domain.answers import SrvAnswer, SrvRecord
from mailctl.domain.providers import Provider
from mailctl.domain.resolution import Evidence, Method, Outcome, Trust
from mailctl.domain.servers import Endpoint, Security
from mailctl.ports import NameServer
from mailctl.resolve.claims import host_name
from mailctl.resolve.directory import Directory
from mailctl.resolve.discovered import from_endpoints, known_at, shown
from mailctl.resolve.owners import is_own
from mailctl.resolve.verdicts import Verdict

_INCOMING = (("_imaps._tcp", Security.TLS), ("_imap._tcp", Security.STARTTLS))
_SUBMISSION = (("_submissions._tcp", Security.TLS), ("_submission._tcp", Security.STARTTLS))


@dataclass(frozen=True)
class _Offer:
    """What the records of one service say."""

    service: str
    security: Security
    answer: SrvAnswer

    @property
    def best(self) -> SrvRecord | None:
        """The record to use: the lowest priority, then the greatest weight."""
        ranked = sorted(self.answer.records, key=lambda r: (r.priority, -r.weight, r.host))
        return next((record for record in ranked if record.host and record.port), None)

    @property
    def server(self) -> Endpoint | None:
        """Where the service is."""
        record = self.best
        return Endpoint(record.host, record.port, self.security) if record else None

    @property
    def is_declined(self) -> bool:
        """Whether the domain says that it does not offer the service."""
        return bool(self.answer.records) and self.best is None


async def ask_services(domain: str, names: NameServer, directory: Directory) -> Verdict:
    """Return the servers that the domain's SRV records name."""
    asked = (*_INCOMING, *_SUBMISSION)
    answers = await asyncio.gather(*(names.services(f"{service}.{domain}") for service, _ in asked))
    offers = [
        _Offer(service, security, answer)
        for (service, security), answer in zip(asked, answers, strict=True)
    ]
    return _judged(domain, offers[: len(_INCOMING)], offers[len(_INCOMING) :], directory)


def _judged(
    domain: str, incoming: list[_Offer], submission: list[_Offer], directory: Directory
) -> Verdict:
    receiving, sending = _first(incoming), _first(submission)
    if receiving is None:
        return _without_mailbox(incoming)
    failed = next((o.answer for o in submission if o.answer.outcome.is_temporary), None)
    if sending is None and failed:  # half the answer would be kept for good
        return Verdict(failed.outcome, failed.detail)
    hosts = [offer.host for offer in (receiving, sending) if offer]
    if any(host_name(host) != host for host in hosts):
        return Verdict(Outcome.REJECTED, f"{', '.join(hosts)}: not the name of a host")
    known = known_at(receiving.host, directory)
    found = known or from_endpoints(domain, incoming=receiving, submission=sending)
    doubt = None if known else _doubt(domain, receiving, sending)
    return Verdict(
        Outcome.UNTRUSTED if doubt else Outcome.HIT,
        f"{shown(found)}: {doubt}" if doubt else shown(found),
        provider=found,
        method=Method.SRV,
        trust=Trust.UNAUTHENTICATED if doubt else Trust.BOUNDED,
        evidence=_evidence(domain, [*incoming, *submission], {receiving, sending}, known),
    )


def _doubt(domain: str, receiving: Endpoint, sending: Endpoint | None) -> str | None:
    """Return why a person has to agree to servers that we do not know."""
    servers = [server for server in (receiving, sending) if server]
    if not all(is_own(server.host, domain) for server in servers):
        return f"not under {domain}'s own name"
    if sending and (receiving.host, receiving.port) == (sending.host, sending.port):
        return "one port for two services, as a wildcard record says"
    return None


def _first(offers: list[_Offer]) -> Endpoint | None:
    return next((server for offer in offers if (server := offer.server)), None)


def _evidence(
    domain: str, offers: list[_Offer], used: set[Endpoint | None], known: Provider | None
) -> tuple[Evidence, ...]:
    supports = f"a server of {known.title}" if known else f"said by the DNS of {domain}"
    return tuple(
        Evidence("srv", f"{offer.service}.{domain} is {server.host}:{server.port}", supports)
        for offer in offers
        if (server := offer.server) and server in used
    )


def _without_mailbox(incoming: list[_Offer]) -> Verdict:
    outcomes = [offer.answer.outcome for offer in incoming]
    if any(offer.is_declined for offer in incoming):
        return Verdict(Outcome.MISS, "the domain says that it offers no IMAP")
    failed = next((outcome for outcome in outcomes if outcome.is_temporary), None)
    if failed:
        return Verdict(failed, incoming[outcomes.index(failed)].answer.detail)
    return Verdict(Outcome.NODATA, "no SRV record for IMAP")
