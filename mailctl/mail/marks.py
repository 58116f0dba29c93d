"""What the header says about who, or what, sent a mail."""

import re
from collections.abc import Callable

BULK, NO_REPLY, LIST, AUTOMATIC = "bulk", "no-reply", "list", "automatic"
# What only the parts of a mail tell.
DELIVERY_REPORT, INVITATION = "delivery-report", "invitation"
DISPOSITION_NOTIFICATION = "disposition-notification"

CALENDAR_TYPES = {"text/calendar", "application/ics", "text/x-vcalendar"}

_BULK_PRECEDENCE = {"bulk", "list", "junk"}
_NO_REPLY = re.compile(
    r"(?:no|do-?not|dont|never)-?(?:reply|respond|answer)|mailer-daemon|bounces?"
)
_SEPARATORS = re.compile(r"[._+]")


def marks(first: Callable[[str], str], sender: str | None) -> frozenset[str]:
    """Return the marks of a mail; `first` gives the first field of a lower-case name.

    `list` by RFC 2919 and RFC 2369, `automatic` by RFC 3834 section 5; `bulk` by any of these
    and the unwritten Precedence; `no-reply` by the sender's own name.
    """
    found = set()
    precedence = first("precedence").strip().lower()
    submitted = first("auto-submitted").partition(";")[0].strip().lower()
    list_id, is_submitted = first("list-id"), submitted not in {"", "no"}
    if list_id or first("list-post") or precedence == "list":
        found.add(LIST)
    if is_submitted or first("x-autoreply") or precedence == "auto_reply":
        found.add(AUTOMATIC)
    if list_id or is_submitted or precedence in _BULK_PRECEDENCE or first("list-unsubscribe"):
        found.add(BULK)
    if is_no_reply((sender or "").rpartition("@")[0]):
        found.add(NO_REPLY)
    return frozenset(found)


def is_no_reply(name: str) -> bool:
    """Whether the part before the @ says that nobody reads answers."""
    return _NO_REPLY.match(_SEPARATORS.sub("-", name.lower())) is not None
