"""The name server that is asked instead of the system's."""

from ipaddress import ip_address

from mailctl.errors import BadUsage, Unreachable

VARIABLE = "MAILCTL_DNS"
LIFETIME_S = 5.0
TRY_S = 2.0
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
    """Return the addresses that the name server has for a host, IPv4 first; none is no error.

    Raises Unreachable where it does not answer.
    """
    import dns.exception
    import dns.resolver

    resolver = dns.resolver.Resolver(configure=False)
    address, resolver.port = parse_nameserver(nameserver)
    resolver.nameservers = [address]
    resolver.lifetime, resolver.timeout = min(timeout_s, LIFETIME_S), TRY_S
    found: list[str] = []
    for kind in ("A", "AAAA"):
        try:
            answer = resolver.resolve(host.rstrip(".") + ".", kind, search=False)
        except dns.exception.Timeout as error:
            if found:
                break
            raise Unreachable(
                f"the name server {nameserver} did not answer",
                hint=f"check {VARIABLE} and this machine's network",
            ) from error
        except (dns.exception.DNSException, OSError, UnicodeError):
            continue
        found += [record.address for record in answer]
    return found
