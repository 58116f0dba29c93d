"""Who owns a name: the part of it that somebody registered (https://publicsuffix.org)."""

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from publicsuffixlist import PublicSuffixList


def registrable(domain: str) -> str | None:
    """Return the domain that somebody registered; None for a public suffix such as co.uk.

    A host of a provider's own list (github.io) counts as a suffix: each name below it
    has an owner of its own.
    """
    found: str | None = _suffixes().privatesuffix(domain)
    return found


def is_own(host: str, domain: str) -> bool:
    """Whether the host lies under what the owner of `domain` registered."""
    owned = registrable(domain)
    return owned is not None and (host == owned or host.endswith(f".{owned}"))


@cache
def _suffixes() -> "PublicSuffixList":
    from publicsuffixlist import PublicSuffixList  # 50 ms, for discovery alone

    return PublicSuffixList()
