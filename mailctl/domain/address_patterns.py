"""Patterns of mail addresses, and which of them an address meets."""

from collections.abc import Iterable

from mailctl.domain.addresses import with_parents

ANY = "*"


class AddressPatterns:
    """Patterns in lower case, all of one kind or another.

    `name@domain` is one address, `@domain` all addresses of a domain, `*.domain` all of the
    domains below it; in any other the star stands for any letters, on its side of the @.
    Comparing takes time linear in the address, whatever a pattern says.
    """

    def __init__(self, patterns: Iterable[str]) -> None:
        self._whole: set[str] = set()
        self._below: set[str] = set()
        self._globs: list[str] = []
        for pattern in patterns:
            if ANY not in pattern:
                self._whole.add(pattern)
            elif pattern.startswith("*.") and ANY not in pattern[1:] and "@" not in pattern:
                self._below.add(pattern[2:])
            else:
                self._globs.append(pattern)

    def met_by(self, address: str) -> str | None:
        """Return the pattern that an address in lower case meets, None where it meets none."""
        name, _, domain = address.rpartition("@")
        for whole in (address, f"@{domain}"):
            if whole in self._whole:
                return whole
        for parent in with_parents(domain.partition(".")[2]) if self._below else ():
            if parent in self._below:
                return f"*.{parent}"
        return next((glob for glob in self._globs if _is_met(glob, name, domain)), None)


def of_domains(domains: Iterable[str]) -> AddressPatterns:
    """Return the patterns of all addresses of domains; `*.` before one is all below it."""
    return AddressPatterns(each if each.startswith("*.") else f"@{each}" for each in domains)


def _is_met(glob: str, name: str, domain: str) -> bool:
    of_name, _, of_domain = glob.rpartition("@")
    return _fits(of_domain, domain) and _fits(of_name, name)


def _fits(glob: str, text: str) -> bool:
    """Whether the text has the pieces between the stars, one after the other.

    The first place is the best one for each of them, so nothing is ever tried again.
    """
    first, *others = glob.split(ANY)
    if not others:
        return glob == text
    *between, last = others
    place, end = len(first), len(text) - len(last)
    if place > end or not text.startswith(first) or not text.endswith(last):
        return False
    for piece in between:
        found = text.find(piece, place, end)
        if found < 0:
            return False
        place = found + len(piece)
    return True
