"""What a server can do wrong: a plan that is honest unless something is asked for."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Cut(StrEnum):
    """What becomes of a connection at the moment a plan names."""

    CLOSE = "close"
    RESET = "reset"
    BYE = "bye"
    BYES = "byes"
    """BYE without end, until the client hangs up."""
    SILENCE = "silence"
    DRIP = "drip"
    """One byte every `drip_s` seconds from there on."""
    FLOOD = "flood"
    """Untagged answers without end."""
    LINE = "line"
    """A line of `line_bytes` bytes, and then as if nothing had been."""
    ENDLESS = "endless"
    """A line that never ends."""


class Literal(StrEnum):
    """What a server announces of a body instead of its length."""

    LONGER = "longer"
    LONGER_AND_SILENCE = "longer-and-silence"
    LONGER_AND_CLOSE = "longer-and-close"
    SHORTER = "shorter"
    ZERO = "zero"
    HUGE = "huge"
    ENDLESS = "endless"
    """Announced with 4 GB, and bytes without end follow."""
    NEGATIVE = "negative"
    WORD = "word"


class Extended(StrEnum):
    """How an answer to a search with RETURN is not as it should be."""

    PLAIN = "plain"
    """As if RETURN had not been there."""
    NO_TAG = "no-tag"
    OTHER_TAG = "other-tag"
    LOWER_CASE = "lower-case"
    TWICE = "twice"


class Mangling(StrEnum):
    """How a FETCH answer is spoiled."""

    UID_LAST = "uid-last"
    NO_CLOSING = "no-closing"
    NO_OPENING = "no-opening"
    NIL_FLAGS = "nil-flags"
    NIL_BODY = "nil-body"
    FLAGS_AFTER_BODY = "flags-after-body"
    FLAGS_ALONE_FIRST = "flags-alone-first"
    NO_UID = "no-uid"
    SPACES = "spaces"
    NULS = "nuls"
    EIGHT_BIT = "eight-bit"
    LOWER_CASE = "lower-case"
    TWICE = "twice"
    WRONG_UID_TOO = "wrong-uid-too"
    NUMBER_ZERO = "number-zero"
    EMPTY_ROW = "empty-row"
    BYE_IN_THE_MIDDLE = "bye-in-the-middle"
    UNQUOTED_DATE = "unquoted-date"
    IMPOSSIBLE_DATE = "impossible-date"
    NEGATIVE_SIZE = "negative-size"
    NEGATIVE_MODSEQ = "negative-modseq"
    BODY_OF_ANOTHER = "body-of-another"
    """The row of another message, which nobody asked for, comes in front."""


@dataclass(frozen=True)
class Refusal:
    """Another end for some commands: the `first` to the `first + times - 1` that match."""

    command: str
    """A regular expression that the command begins with, without its tag."""
    answer: bytes
    """E.g. b"NO [THROTTLED] slow down"."""
    first: int = 1
    times: int = 1_000_000


@dataclass(frozen=True)
class Faults:
    """A plan of lies; `seed` decides whatever is left to chance."""

    seed: int = 0

    # The connection. Lines are counted from the arming on, over all connections.
    cut: Cut | None = None
    cut_after: int = 1
    cut_times: int = 1
    """How many connections end like that: later ones are served well."""
    cut_within: int | None = None
    """Cut after so many bytes of the line that follows, not before it."""
    drip_s: float = 1.0
    line_bytes: int = 100 << 20
    split: bool = False
    """What is sent arrives in pieces of a few bytes."""
    garbage: float = 0.0
    """How probable it is that a senseless line stands before an answer."""

    # Commands.
    refusals: tuple[Refusal, ...] = ()
    before: Mapping[int, Callable[[], object]] = field(default_factory=dict)
    """What happens before the k-th command, e.g. a change of the mailbox."""
    unsolicited: tuple[bytes, ...] = ()
    """Said after the answers of every command while a folder is open."""
    longest_command: int | None = None
    """What is longer is BAD."""
    wants_introduction: bool = False
    """No folder is opened before ID has been sent after the sign-in."""
    enables_silently: bool = False
    """ENABLE is answered by OK alone."""

    # Numbers.
    uidvalidity_shift: int = 0
    uidvalidity_grows: bool = False
    """Every sign-in finds all folders under a new UIDVALIDITY, with the same UIDs."""
    uidnext: int | None = None
    modseq_shift: int = 0
    modseq: int | None = None
    """HIGHESTMODSEQ is always this."""
    exists_shift: int = 0
    status_shift: int = 0
    """STATUS says so many messages more than there are."""
    status_modseq_shift: int = 0

    no_modseq: bool = False
    """Changes are not counted in any folder, though the server is able to (NOMODSEQ)."""
    unsaid: frozenset[str] = frozenset()
    """What an opened folder tells nothing of: EXISTS, UIDVALIDITY, UIDNEXT, HIGHESTMODSEQ."""

    # Listings of messages.
    omit: frozenset[int] = frozenset()
    """UIDs whose FETCH rows do not come."""
    omit_share: float = 0.0
    unlisted: frozenset[int] = frozenset()
    """UIDs that SEARCH does not find."""
    search_most: int | None = None
    search_more: int = 0
    """So many UIDs that are none are found as well, from a million on."""
    search_empty: bool = False
    search_silent: bool = False
    shuffled: bool = False
    drop_vanished: bool = False
    vanished: frozenset[int] = frozenset()
    """UIDs that are said to have vanished, though they have not."""
    vanished_all: bool = False
    vanished_words: tuple[bytes, ...] | None = None
    """What is said instead of VANISHED."""
    extended: Extended | None = None

    # Bodies.
    one_id: bool = False
    """All messages have the same id (EMAILID, X-GM-MSGID)."""
    swapped: Mapping[int, bytes] = field(default_factory=dict)
    """Other bytes than those that the message has."""
    literal: Literal | None = None
    mangling: Mangling | None = None
    spoiled: frozenset[int] | None = None
    """The UIDs of `literal` and `mangling`; None: all of them."""

    # Folders.
    unlisted_folders: frozenset[str] = frozenset()
    unstated_folders: frozenset[str] = frozenset()
    """Folders whose states do not come along with a listing."""
    states_first: bool = False
    """In a listing all states come before the folders."""
    more_folders: int = 0
    odd_folders: tuple[bytes, ...] = ()
    """Further LIST answers, as they are."""


HONEST = Faults()
