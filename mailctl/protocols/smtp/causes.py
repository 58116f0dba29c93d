"""What a refusal of a mail, its sender or a recipient means: the cause, who acts, the next step.

Each row is a text, or an enhanced status code (RFC 3463, RFC 5248), as servers are known to say
it; the more particular ones first. Sources: the replies of Postfix, Exim, Exchange Online, Gmail,
GMX and postgrey.
"""

import re
from functools import cache

from mailctl.protocols.diagnoses import Diagnosis, Kind, Who

_CHECK = "check the address"


def cause_of(said: str) -> Diagnosis | None:
    """Return what the words mean, None where nothing is known of them."""
    for pattern, cause in _rows():
        if pattern.search(said):
            explains, acts, step = _CAUSES[cause]
            kind = Kind.BUSY if acts is Who.NOBODY else Kind.REFUSED
            return Diagnosis(cause, explains, acts, kind, step)
    return None


def all_causes() -> frozenset[str]:
    """Return every cause that there is a row for."""
    return frozenset(cause for _, cause in _ROWS)


@cache
def _rows() -> list[tuple[re.Pattern[str], str]]:
    return [(re.compile(text, re.IGNORECASE), cause) for text, cause in _ROWS]


_CAUSES = {
    "sending-limit": ("the mailbox has sent as much as it may for now", Who.NOBODY, "wait"),
    "too-many-recipients": (
        "the server takes fewer recipients at once",
        Who.NOBODY,
        "the others get it with the next try",
    ),
    "greylisted": ("the server lets new senders wait (greylisting)", Who.NOBODY, "wait"),
    "sender-not-allowed": (
        "the server does not let this account send as that address",
        Who.YOU,
        "check --from, or let the provider know the alias",
    ),
    "relaying-denied": (
        "the server passes mail to others for nobody whom it does not know",
        Who.ADMINISTRATOR,
        "check the submission server: mailctl provider show NAME",
    ),
    "recipient-full": (
        "the recipient's mailbox is full",
        Who.YOU,
        "ask them by another way to make room",
    ),
    "recipient-off": (
        "the recipient's mailbox takes no mail at present",
        Who.YOU,
        "ask its owner by another way",
    ),
    "recipient-moved": ("the mailbox has moved", Who.YOU, "ask for the new address"),
    "recipient-unknown": ("there is no such mailbox", Who.YOU, _CHECK),
    "domain-unknown": ("there is no such domain for mail", Who.YOU, _CHECK),
    "too-large": ("the mail is larger than the server takes", Who.YOU, "send less at once"),
    "taken-for-spam": (
        "the server takes the mail, or where it comes from, for spam",
        Who.ADMINISTRATOR,
        "ask who runs the server; leave out links and files that may be why",
    ),
    "forbidden": (
        "a policy of the server forbids it: who may send what to whom",
        Who.ADMINISTRATOR,
        "ask who runs the server",
    ),
}

_ROWS: tuple[tuple[str, str], ...] = (
    # Words first, for a status is often the wrong one.
    (r"gr[ea]y-?list", "greylisted"),
    (r"too many recipients", "too-many-recipients"),
    (r"(?:sending|submission|message|hourly|daily)(?: rate)? ?(?:limit|quota)", "sending-limit"),
    (r"exceeded (?:the |your )?(?:sending|daily|hourly|maximum number of)", "sending-limit"),
    (r"send ?as ?denied|permissions? to send as|allowed to send (?:as|from)", "sender-not-allowed"),
    (r"not owned by user|sender (?:address )?(?:is )?not allowed", "sender-not-allowed"),
    (r"relay(?:ing)? (?:access )?(?:is )?(?:denied|not permitted)", "relaying-denied"),
    (r"unable to relay|authentication required", "relaying-denied"),
    (r"mailbox (?:is )?full|over ?quota|quota exceeded", "recipient-full"),
    (r"(?:insufficient|exceeded) storage", "recipient-full"),
    (r"(?:mailbox|account) (?:is )?(?:disabled|inactive|suspended)", "recipient-off"),
    (r"(?:no such|unknown|invalid) (?:user|recipient|mailbox)", "recipient-unknown"),
    (r"(?:user|recipient|mailbox|account) (?:is )?(?:unknown|not found)", "recipient-unknown"),
    (r"(?:user|recipient|mailbox|account)\b.{0,40} does not exist", "recipient-unknown"),
    (r"(?:domain|host) (?:name )?not found", "domain-unknown"),
    (r"(?:message|mail|size)\b.{0,30} (?:too (?:big|large)|exceeds)", "too-large"),
    (r"\bspam|spamhaus|block ?-?list|blacklist|poor reputation|blocked using", "taken-for-spam"),
    # Enhanced status codes, which come first.
    (r"\A[45]\.5\.3\b", "too-many-recipients"),
    (r"\A[45]\.4\.5\b", "sending-limit"),
    (r"\A5\.(?:7\.60|1\.[78])\b", "sender-not-allowed"),
    (r"\A[45]\.2\.2\b", "recipient-full"),
    (r"\A5\.2\.1\b", "recipient-off"),
    (r"\A5\.1\.(?:[0134]|10)\b", "recipient-unknown"),
    (r"\A5\.1\.6\b", "recipient-moved"),
    (r"\A[45]\.(?:1\.2|4\.4)\b", "domain-unknown"),
    (r"\A5\.(?:3\.4|2\.3)\b", "too-large"),
    (r"\A4\.7\.1\b", "greylisted"),
    (r"\A5\.7\.\d+\b", "forbidden"),
)
