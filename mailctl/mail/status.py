"""Flags in the header of a message, where programs that keep mboxes note them."""

import re

from mailctl.domain.syncing import Flags

_LOOKED_AT_MAX = 1 << 16
_STATUS = re.compile(rb"^(?:X-)?Status:[ \t]*([A-Z]{1,10})[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)
_MOZILLA = re.compile(
    rb"^X-Mozilla-Status:[ \t]*([0-9a-f]{4})[ \t]*\r?$", re.IGNORECASE | re.MULTILINE
)
_EMPTY_LINE = re.compile(rb"\n\r?\n")
_LETTERS = {
    "A": "\\Answered",
    "D": "\\Deleted",
    "F": "\\Flagged",
    "R": "\\Seen",
    "T": "\\Draft",
}
_BITS = {0x1: "\\Seen", 0x2: "\\Answered", 0x4: "\\Flagged", 0x8: "\\Deleted"}


def status_flags(source: bytes) -> Flags:
    """Return what Status, X-Status (c-client, mutt, Dovecot) and X-Mozilla-Status say."""
    end = _EMPTY_LINE.search(source, 0, _LOOKED_AT_MAX)
    header = source[: end.end() if end else _LOOKED_AT_MAX]
    letters = b"".join(_STATUS.findall(header)).decode().upper()
    flags = {_LETTERS[letter] for letter in letters if letter in _LETTERS}
    for found in _MOZILLA.findall(header):
        bits = int(found, 16)
        flags |= {flag for bit, flag in _BITS.items() if bits & bit}
    return frozenset(flags)
