"""Flags as people name them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from mailctl.domain.syncing import Flags
from mailctl.errors import BadUsage

_NAMED = {
    "answered": "\\Answered",
    "deleted": "\\Deleted",
    "draft": "\\Draft",
    "flagged": "\\Flagged",
    "forwarded": "$Forwarded",
    "replied": "\\Answered",
    "seen": "\\Seen",
    "starred": "\\Flagged",
}
_SYSTEM = {flag.lower(): flag for flag in _NAMED.values()}
# An atom (RFC 3501 section 9), without what servers take for the end of a list or a pattern.
_KEYWORD = re.compile(r"[!#$&'+,./0-9:;<=>?@A-Z^_`a-z|~-]{1,100}")


@dataclass(frozen=True)
class FlagChange:
    """Which flags are to be there, and which not; others stay as they are."""

    add: Flags
    remove: Flags

    def of(self, flags: Iterable[str]) -> Flags:
        """Return the flags after the change."""
        return (frozenset(flags) | self.add) - self.remove


def flag_change(add: Iterable[str], remove: Iterable[str]) -> FlagChange:
    """Return the change that is meant. Raises BadUsage for a word that no flag can be."""
    change = FlagChange(frozenset(map(_flag, add)), frozenset(map(_flag, remove)))
    if not (change.add or change.remove):
        raise BadUsage(
            "no flag is named", hint="mailctl message flag ID --add seen --remove flagged"
        )
    both = change.add & change.remove
    if both:
        raise BadUsage(f"{min(both)} is to be added and removed", hint="leave one out")
    return change


def _flag(word: str) -> str:
    named = _NAMED.get(word.lower()) or _SYSTEM.get(word.lower())
    if named is not None:
        return named
    if not _KEYWORD.fullmatch(word):
        raise BadUsage(
            f"{word!r} is no flag",
            hint=f"name one of {', '.join(sorted(_NAMED))}, or a keyword: a word without blanks",
        )
    return word
