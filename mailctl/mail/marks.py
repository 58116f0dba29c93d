"""What the header says about who, or what, sent a mail."""

import re
from collections.abc import Callable

BULK, NO_REPLY = "bulk", "no-reply"

_BULK_PRECEDENCE = {"bulk", "list", "junk"}
_NO_REPLY = re.compile(
    r"(?:no|do-?not|dont|never)-?(?:reply|respond|answer)|mailer-daemon|bounces?"
)
_SEPARATORS = re.compile(r"[._+]")


def marks(first: Callable[[str], str], sender: str | None) -> frozenset[str]:
    """Return the marks of a mail; `first` gives the first field of a lower-case name.

    `bulk` by RFC 2369, RFC 2919, RFC 3834 section 5 and the unwritten Precedence;
    `no-reply` by the sender's own name.
    """
    found = set()
    precedence = first("precedence").strip().lower()
    submitted = first("auto-submitted").partition(";")[0].strip().lower()
    if (
        first("list-unsubscribe")
        or first("list-id")
        or precedence in _BULK_PRECEDENCE
        or submitted not in {"", "no"}
    ):
        found.add(BULK)
    name = _SEPARATORS.sub("-", (sender or "").rpartition("@")[0].lower())
    if _NO_REPLY.match(name):
        found.add(NO_REPLY)
    return frozenset(found)
