"""A mail address taken apart: the local part as written, the domain in one normal form."""

from collections.abc import Iterator

from mailctl.records import dataclass


@dataclass(frozen=True)
class Address:
    """One mailbox address (RFC 5321 section 4.1.2).

    The local part is kept verbatim, plus-tag and quotes included: only the server
    knows what it means. The domain is the lower-case A-label form, so that two
    spellings of one domain are equal.
    """

    local_part: str
    domain: str

    def __str__(self) -> str:
        return f"{self.local_part}@{self.domain}"


@dataclass(frozen=True)
class Person:
    """A name and an address as a message's header states them."""

    name: str
    address: str


def with_parents(domain: str) -> Iterator[str]:
    """Yield the domain, then every one above it, label by label: a.b.c, b.c, c."""
    while domain:
        yield domain
        domain = domain.partition(".")[2]
