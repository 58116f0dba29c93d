"""What name servers say about a domain."""

from ipaddress import ip_address
from typing import TYPE_CHECKING, Any

from mailctl.domain.resolution import Outcome
from mailctl.errors import BadUsage
from mailctl.ports import MxAnswer, MxRecord

if TYPE_CHECKING:  # dnspython costs every start of the program
    import dns.exception
    import dns.resolver

VARIABLE = "MAILCTL_DNS"
_PORT = 53


def parse_nameserver(text: str) -> tuple[str, int]:
    """Return address and port of ADDRESS[:PORT], where an IPv6 address with a port has brackets.

    Raises BadUsage.
    """
    address, port = text, str(_PORT)
    if text.startswith("[") or text.count(":") == 1:
        address, _, port = text.rpartition(":") if not text.endswith("]") else (text, "", port)
    try:
        ip = ip_address(address.strip("[]"))
    except ValueError as error:
        raise _bad_nameserver(text) from error
    if not (port.isascii() and port.isdigit() and 0 < int(port) < 65536):
        raise _bad_nameserver(text)
    return str(ip), int(port)


def _bad_nameserver(text: str) -> BadUsage:
    return BadUsage(
        f"{VARIABLE} has {text!r}, which is not ADDRESS or ADDRESS:PORT",
        hint=f"{VARIABLE}=192.0.2.53:53",
    )


def addresses(host: str, nameserver: str, *, timeout_s: float) -> list[str]:
    """Return the addresses that the name server has for a host, IPv4 first; none is no error."""
    import dns.exception
    import dns.name

    resolver = _resolver(nameserver, lifetime_s=timeout_s, try_s=2.0)
    found: list[str] = []
    for kind in ("A", "AAAA"):
        try:
            answer = resolver.resolve(_absolute(host), kind, search=False)
        except (dns.exception.DNSException, OSError, UnicodeError):
            continue
        found += [record.address for record in answer]
    return found


class DnsMxLookup:
    """Asks a name server for mail exchangers: the given one, or those of the system."""

    def __init__(
        self, nameserver: str | None = None, *, lifetime_s: float = 5.0, try_s: float = 2.0
    ) -> None:
        self._nameserver = nameserver
        self._lifetime_s = lifetime_s
        self._try_s = try_s

    def __call__(self, domain: str, /) -> MxAnswer:
        """Return the MX records of an A-label domain, best first. Never raises."""
        import dns.exception
        import dns.resolver

        try:
            resolver = _resolver(self._nameserver, lifetime_s=self._lifetime_s, try_s=self._try_s)
            answer = resolver.resolve(_absolute(domain), "MX", search=False)
        except (dns.exception.DNSException, OSError, UnicodeError) as error:
            return _failure(error)
        return _records([(record.preference, record.exchange) for record in answer])


def _absolute(host: str) -> str:
    return host.rstrip(".") + "."


def _resolver(
    nameserver: str | None, *, lifetime_s: float, try_s: float
) -> "dns.resolver.Resolver":
    import dns.resolver

    resolver = dns.resolver.Resolver(configure=nameserver is None)
    if nameserver is not None:
        address, resolver.port = parse_nameserver(nameserver)
        resolver.nameservers = [address]
    resolver.lifetime = lifetime_s
    resolver.timeout = try_s
    return resolver


def _records(exchangers: list[tuple[int, Any]]) -> MxAnswer:
    """Return the answer that the records make (RFC 7505 for the null MX)."""
    hosts = [(preference, _host(name)) for preference, name in exchangers]
    records = sorted({MxRecord(p, host) for p, host in hosts if host}, key=_rank)
    if records:
        return MxAnswer(Outcome.HIT, tuple(records))
    return MxAnswer(Outcome.NULL_MX, detail="the domain says that it takes no mail")


def _host(name: Any) -> str:
    return str(name.to_text(omit_final_dot=True)).lower().removesuffix(".")


def _rank(record: MxRecord) -> tuple[int, str]:
    return record.preference, record.host


def _failure(error: Exception) -> MxAnswer:
    import dns.exception
    import dns.name
    import dns.resolver

    match error:
        case dns.resolver.NXDOMAIN():
            return MxAnswer(Outcome.NXDOMAIN, detail="the domain does not exist")
        case dns.resolver.NoAnswer():
            return MxAnswer(Outcome.NODATA, detail="the domain has no MX record")
        case dns.exception.Timeout():
            return MxAnswer(Outcome.TIMEOUT, detail="no name server answered in time")
        case dns.resolver.NoNameservers():
            return _no_server(error)
        case dns.resolver.NoResolverConfiguration():
            return MxAnswer(Outcome.SERVFAIL, detail="this machine has no name server configured")
        case dns.resolver.YXDOMAIN():
            return MxAnswer(Outcome.SERVFAIL, detail="the name server answered YXDOMAIN")
        case (
            UnicodeError()
            | dns.name.LabelTooLong()
            | dns.name.EmptyLabel()
            | dns.name.NameTooLong()
        ):
            return MxAnswer(Outcome.NXDOMAIN, detail="this cannot be a domain")
        case _:
            return MxAnswer(Outcome.SERVFAIL, detail="the name server's answer makes no sense")


def _no_server(error: "dns.resolver.NoNameservers") -> MxAnswer:
    """Return why no server gave an answer: an answer's code where one came at all."""
    said = [attempt[3] for attempt in error.kwargs.get("errors", ())]
    if "REFUSED" in said:
        return MxAnswer(Outcome.REFUSED, detail="the name server refuses to answer")
    if "SERVFAIL" in said:
        return MxAnswer(Outcome.SERVFAIL, detail="the name server failed (SERVFAIL)")
    if said and all(isinstance(attempt, OSError) for attempt in said):
        return MxAnswer(Outcome.TIMEOUT, detail="the name server cannot be reached")
    return MxAnswer(Outcome.SERVFAIL, detail="no name server gave a usable answer")
