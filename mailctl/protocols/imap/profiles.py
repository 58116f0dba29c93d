"""Which extensions of a server are used, and how boldly: its words are one thing, habits another.

The facts come from the issue trackers of other clients; each row names the server.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from mailctl.records import dataclass

_BOLD_DEPTH = 8
_CAREFUL_SET = 4000
_BOLD_SET = 8000


@dataclass(frozen=True)
class Profile:
    """How a server is talked to."""

    name: str = "careful"
    because: tuple[str, ...] = ("nothing is known of this server",)
    """Why it was chosen, and what was left out for which reason."""
    has_modseq: bool = False
    """CONDSTORE (RFC 7162): changes have numbers, and folders a state that is worth comparing."""
    has_vanished: bool = False
    """QRESYNC (RFC 7162): what was expunged is told."""
    esearch: bool = False
    """ESEARCH (RFC 4731): hits are told as runs and counted."""
    compresses: bool = False
    """COMPRESS=DEFLATE (RFC 4978)."""
    utf8: bool = False
    """UTF8=ACCEPT (RFC 6855)."""
    has_labels: bool = False
    """X-GM-EXT-1: a message lies in All Mail once and has labels."""
    has_object_ids: bool = False
    """OBJECTID (RFC 8474): a message keeps its id when it is moved."""
    names_threads: bool = False
    """OBJECTID too: THREADID, which would join everything if it were always the same."""
    depth: int = 1
    """How many commands may be in flight."""
    longest_set: int = _CAREFUL_SET
    """How many characters a set of UIDs may take in a command."""

    @property
    def id_item(self) -> str:
        """What FETCH calls the id that a message has wherever it lies, empty where it has none."""
        if self.has_labels:
            return "X-GM-MSGID"
        return "EMAILID" if self.has_object_ids else ""

    @property
    def is_bold(self) -> bool:
        """Whether commands are sent ahead of answers."""
        return self.depth > 1


@dataclass(frozen=True)
class _Habit:
    """What is known of a server; the pattern is looked for in its greeting, ID and host name."""

    name: str
    pattern: str
    is_bold: bool = False
    without: tuple[tuple[str, str], ...] = ()
    """Fields of the profile that are off whatever is advertised, each with the reason."""
    longest_set: int = _CAREFUL_SET


# In order: the host name of a service says more than the software that it once came from.
_HABITS = (
    _Habit(
        "icloud",
        (r"(?:\.mail\.me\.com|\.mail\.icloud\.com)\b"),
        without=(
            ("has_vanished", "iCloud advertises QRESYNC and sends VANISHED that cannot be read"),
            ("esearch", "iCloud's UID SEARCH finds odd values"),
        ),
    ),
    _Habit(
        "gmail",
        (r"\bGimap\b|\.gmail\.com\b|\.googlemail\.com\b"),
        is_bold=True,
        without=(
            ("has_vanished", "Gmail has no QRESYNC"),
            ("utf8", "Gmail's labels are read in modified UTF-7"),
        ),
        longest_set=_BOLD_SET,
    ),
    _Habit(
        "exchange",
        (r"Microsoft Exchange|\boutlook\.(?:com|office365\.com|office\.com)\b"),
        without=(("compresses", "Exchange Online has no COMPRESS"),),
    ),
    _Habit(
        "yahoo",
        (r"\.(?:yahoo|aol)\.(?:com|co\.jp)\b|\bIMAP4rev1 Hello\b.*yahoo"),
        without=(("esearch", "Yahoo answers by SEARCH, of 10,000 messages at most"),),
        longest_set=900,
    ),
    _Habit(
        "yandex",
        (r"\.yandex\.(?:ru|com)\b|Yandex IMAP4rev1"),
        without=(("esearch", "Yandex's SEARCH is of little use"),),
    ),
    _Habit(
        "netease",
        (r"Coremail|\.(?:163|126|yeah)\.(?:com|net)\b"),
        without=(("esearch", "NetEase finds what was not asked for"),),
    ),
    _Habit(
        "qq",
        (r"\bQQMail\b|\.qq\.com\b"),
        without=(("esearch", "QQ's SEARCH returns everything or BAD"),),
    ),
    _Habit(
        "zoho",
        (r"\bZoho\b|\.zoho\.(?:com|eu|in)\b"),
        without=(("has_modseq", "Zoho says -1 for MODSEQ"),),
    ),
    _Habit(
        "proton-bridge",
        (r"Proton Mail Bridge|ProtonMail|gluon"),
        without=(("has_vanished", "UIDs of Proton Bridge are not stable"),),
    ),
    _Habit("dovecot", (r"\bDovecot\b"), is_bold=True, longest_set=_BOLD_SET),
    _Habit("fastmail", (r"\.fastmail\.com\b|\.messagingengine\.com\b"), is_bold=True),
    _Habit("cyrus", (r"\bCyrus\b"), is_bold=True, longest_set=_BOLD_SET),
    _Habit("stalwart", (r"\bStalwart\b"), is_bold=True),
    _Habit("courier", (r"\bCourier-IMAP\b"), is_bold=True),
)


def chosen(
    host: str, greeting: str, capabilities: frozenset[str], id_: Mapping[str, str]
) -> Profile:
    """Return how to talk to a server that says this of itself, and why."""
    said = " ".join((host, greeting, *id_.values()))
    habit = next(
        (habit for habit in _HABITS if re.search(habit.pattern, said, re.IGNORECASE)), None
    )
    profile = _advertised(capabilities)
    if habit is None:
        # Who is not known may lie about what it says was expunged; counts can be checked.
        return replace(
            profile, has_vanished=False, compresses=False, utf8=False, names_threads=False
        )
    where = "greeting, ID or host name"
    profile = replace(
        profile,
        name=habit.name,
        because=(f"{habit.name}: by {where}", *(reason for _, reason in habit.without)),
        depth=_BOLD_DEPTH if habit.is_bold else 1,
        longest_set=habit.longest_set,
    )
    off: dict[str, Any] = dict.fromkeys((field for field, _ in habit.without), False)
    return replace(profile, **off)


def _advertised(capabilities: frozenset[str]) -> Profile:
    has_modseq = bool(capabilities & {"CONDSTORE", "QRESYNC"})
    return Profile(
        has_modseq=has_modseq,
        has_vanished="QRESYNC" in capabilities and "ENABLE" in capabilities,
        esearch="ESEARCH" in capabilities,
        compresses="COMPRESS=DEFLATE" in capabilities,
        utf8="UTF8=ACCEPT" in capabilities and "ENABLE" in capabilities,
        has_labels="X-GM-EXT-1" in capabilities,
        has_object_ids="OBJECTID" in capabilities,
        names_threads="OBJECTID" in capabilities and "X-GM-EXT-1" not in capabilities,
    )
