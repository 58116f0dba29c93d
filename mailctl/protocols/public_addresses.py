"""Which addresses lie in the public internet, by the special-purpose registries of IANA."""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

_NOT_PUBLIC = tuple(
    map(
        IPv4Network,
        (
            "0.0.0.0/8",
            "10.0.0.0/8",
            "100.64.0.0/10",
            "127.0.0.0/8",
            "169.254.0.0/16",
            "172.16.0.0/12",
            "192.0.0.0/24",
            "192.0.2.0/24",
            "192.88.99.0/24",
            "192.168.0.0/16",
            "198.18.0.0/15",
            "198.51.100.0/24",
            "203.0.113.0/24",
            "224.0.0.0/3",  # multicast, reserved, broadcast
        ),
    )
)
_UNICAST = IPv6Network("2000::/3")
_NOT_PUBLIC_UNICAST = tuple(map(IPv6Network, ("2001::/23", "2001:db8::/32", "3fff::/20")))
_NAT64 = IPv6Network("64:ff9b::/96")


def is_public(address: str) -> bool:
    """Whether the address can be anybody's in the internet: no private, local or special one.

    What IPv6 wraps around an IPv4 address is as public as that. What is no address is not public.
    """
    try:
        # Python's own is_global has changed its mind from one release to the next.
        return _is_public(ip_address(address))
    except ValueError:
        return False


def _is_public(ip: IPv4Address | IPv6Address) -> bool:
    if isinstance(ip, IPv4Address):
        return not any(ip in network for network in _NOT_PUBLIC)
    if ip.scope_id is not None:
        return False
    embedded = _embedded(ip)
    if embedded:
        return all(_is_public(inner) for inner in embedded)
    return ip in _UNICAST and not any(ip in network for network in _NOT_PUBLIC_UNICAST)


def _embedded(ip: IPv6Address) -> tuple[IPv4Address, ...]:
    """Return the IPv4 addresses that a packet to this one ends up at, or passes."""
    if ip.ipv4_mapped is not None:
        return (ip.ipv4_mapped,)
    if ip.sixtofour is not None:
        return (ip.sixtofour,)
    if ip.teredo is not None:
        return ip.teredo
    if ip in _NAT64:
        return (IPv4Address(int(ip) & 0xFFFFFFFF),)
    return ()
