"""Finding what belongs to a host name by the labels that it ends in."""

from collections.abc import Iterable
from typing import Generic, TypeVar

from mailctl.domain.addresses import with_parents

Target = TypeVar("Target")


class SuffixIndex(Generic[Target]):
    """Finds the target whose suffix shares the most whole labels with a host name.

    Where a suffix comes twice, the later target counts.
    """

    def __init__(self, pairs: Iterable[tuple[str, Target]]) -> None:
        self._targets = {normal_host(suffix): target for suffix, target in pairs}

    def longest(self, host: str) -> tuple[str, Target] | None:
        """Return the longest suffix of `host` with its target, None where there is none.

        Letter case and one trailing dot do not count.
        """
        if not host.isascii():  # lower() would turn a Kelvin sign into a k
            return None
        for suffix in with_parents(normal_host(host)):
            if suffix in self._targets:
                return suffix, self._targets[suffix]
        return None


def normal_host(host: str) -> str:
    """Return the name in lower case without a trailing dot."""
    return host.lower().removesuffix(".")
