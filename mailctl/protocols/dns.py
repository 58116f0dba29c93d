"""What name servers say about domains and hosts."""

from dataclasses import dataclass
from functools import cached_property
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from mailctl.domain.answers import AliasAnswer, MxAnswer, MxRecord, SrvAnswer, SrvRecord, TextAnswer
from mailctl.domain.resolution import Outcome
from mailctl.protocols.nameserver import LIFETIME_S, TRY_S, parse_nameserver
from mailctl.protocols.trace import SILENT, Conversation

if TYPE_CHECKING:  # dnspython costs every start of the program
    from mailctl.protocols.questions import Failure, Questions

_MOST_ALIASES = 8
# Some name servers never answer for IPv6: who has an IPv4 address does not wait for that.
_GRACE_S = 0.3


@dataclass(frozen=True)
class AddressAnswer:
    """What the name server said; addresses only where the outcome is a hit."""

    outcome: Outcome
    addresses: tuple[str, ...] = ()
    detail: str = ""


class DnsNameServer:
    """Asks a name server: the given one, or those of the system, read once."""

    def __init__(
        self,
        nameserver: str | None = None,
        *,
        lifetime_s: float = LIFETIME_S,
        try_s: float = TRY_S,
        told: Conversation = SILENT,
    ) -> None:
        self._told = told
        self._nameserver = nameserver
        self._lifetime_s = lifetime_s
        self._try_s = try_s

    async def exchangers(self, domain: str, /) -> MxAnswer:
        """Return the MX records, best first (RFC 7505 for the null MX)."""
        said = await self._questions.ask(domain, "MX", subject="the domain")
        if not isinstance(said, list):
            return MxAnswer(said.outcome, detail=said.detail)
        every = {MxRecord(record.preference, _host(record.exchange)) for record in said}
        records = sorted((record for record in every if record.host), key=_mx_rank)
        if not records:
            return MxAnswer(Outcome.NULL_MX, detail="the domain says that it takes no mail")
        return MxAnswer(Outcome.HIT, tuple(records))

    async def services(self, name: str, /) -> SrvAnswer:
        """Return the SRV records, best first (RFC 2782)."""
        said = await self._questions.ask(name, "SRV", subject="the service")
        if not isinstance(said, list):
            return SrvAnswer(said.outcome, detail=said.detail)
        every = {SrvRecord(r.priority, r.weight, r.port, _host(r.target)) for r in said}
        return SrvAnswer(Outcome.HIT, tuple(sorted(every, key=_srv_rank)))

    async def texts(self, domain: str, /) -> TextAnswer:
        """Return the TXT records; no answer of the DNS holds more than 64 KiB."""
        said = await self._questions.ask(domain, "TXT", subject="the domain")
        if not isinstance(said, list):
            return TextAnswer(said.outcome, detail=said.detail)
        texts = (b"".join(record.strings).decode("utf-8", "replace") for record in said)
        return TextAnswer(Outcome.HIT, tuple(texts))

    async def alias(self, host: str, /) -> AliasAnswer:
        """Return the chain of CNAMEs that begins at the host, as far as it is told."""
        names = [host.rstrip(".").lower()]
        while len(names) <= _MOST_ALIASES + 1:
            said = await self._questions.ask(names[-1], "CNAME", subject="the host")
            if not isinstance(said, list):
                return _end_of(names, said)
            following = _host(said[0].target)
            if following in names:
                return AliasAnswer(
                    Outcome.SERVFAIL, detail="the aliases of the host go round in a loop"
                )
            names.append(following)
        return AliasAnswer(
            Outcome.SERVFAIL, detail=f"the host is an alias more than {_MOST_ALIASES} times over"
        )

    async def addresses(self, host: str, /) -> AddressAnswer:
        """Return the addresses of the host, IPv4 and IPv6 by turns."""
        import asyncio

        async with asyncio.TaskGroup() as asking:
            ipv4, ipv6 = (
                asking.create_task(self._questions.ask(host, kind, subject=host))
                for kind in ("A", "AAAA")
            )
            said = await ipv4
            if isinstance(said, list) or said.outcome is Outcome.NXDOMAIN:
                await asyncio.wait([ipv6], timeout=_GRACE_S)
                ipv6.cancel()
        return _all_addresses(said, [] if ipv6.cancelled() else ipv6.result())

    @cached_property
    def _questions(self) -> "Questions":
        from mailctl.protocols.questions import Questions

        where = parse_nameserver(self._nameserver) if self._nameserver else None
        return Questions(where, self._lifetime_s, self._try_s, self._told)


def _host(name: Any) -> str:
    return str(name.to_text(omit_final_dot=True)).lower().removesuffix(".")


def _mx_rank(record: MxRecord) -> tuple[int, str]:
    return record.preference, record.host


def _srv_rank(record: SrvRecord) -> tuple[int, int, str, int]:
    return record.priority, -record.weight, record.host, record.port


def _end_of(names: list[str], said: "Failure") -> AliasAnswer:
    """Return the names before the question that was not answered with a further one."""
    if len(names) > 1:
        return AliasAnswer(Outcome.HIT, tuple(names[1:]))
    if said.outcome is Outcome.NODATA:
        return AliasAnswer(Outcome.NODATA, detail="the host is no alias")
    return AliasAnswer(said.outcome, detail=said.detail)


def _all_addresses(ipv4: "list[Any] | Failure", ipv6: "list[Any] | Failure") -> AddressAnswer:
    answers = [
        [record.address for record in said] for said in (ipv4, ipv6) if isinstance(said, list)
    ]
    found = [address for pair in zip_longest(*answers) for address in pair if address]
    if found:
        return AddressAnswer(Outcome.HIT, tuple(found))
    failures = [said for said in (ipv4, ipv6) if not isinstance(said, list)]
    # That one kind is missing says little as long as nobody knows about the other.
    worst = min(failures, key=lambda failure: failure.outcome is Outcome.NODATA)
    return AddressAnswer(worst.outcome, detail=worst.detail)
