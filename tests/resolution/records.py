"""Records of a zone, as short as can be; a name without a dot at its end is below the zone's."""

NODATA = '@ TXT "nothing to see"\n'
"""A domain that exists and says nothing of mail."""


def mx(*records: str, at: str = "@") -> str:
    """Return mail exchangers, each PREFERENCE HOST."""
    return _lines(at, "MX", records)


def srv(service: str, *records: str, at: str = "") -> str:
    """Return the servers of a service such as _imaps, each PRIORITY WEIGHT PORT HOST."""
    return _lines(f"{service}._tcp{at and '.'}{at}", "SRV", records)


def txt(*texts: str, at: str = "@") -> str:
    """Return texts."""
    return _lines(at, "TXT", [f'"{text}"' for text in texts])


def cname(host: str, target: str) -> str:
    """Return an alias."""
    return _lines(host, "CNAME", [target])


def addresses(host: str, *found: str) -> str:
    """Return the addresses of a host."""
    return "".join(f"{host} {'AAAA' if ':' in address else 'A'} {address}\n" for address in found)


def _lines(name: str, kind: str, values: tuple[str, ...] | list[str]) -> str:
    return "".join(f"{name} {kind} {value}\n" for value in values)
