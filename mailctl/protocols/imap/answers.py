"""What servers answer to FETCH and SEARCH, read leniently.

IMAPClient's own parser takes a flag change without UID for the message whose UID is
that sequence number, and goes through answers byte by byte.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache

from mailctl.domain.syncing import Flags, Labels, Uid
from mailctl.protocols.imap.sets import ranges
from mailctl.records import dataclass

Part = bytes | tuple[bytes, bytes]

_FLAGS = re.compile(rb"[( ]FLAGS (?:\(([^()]*)\)|NIL)", re.IGNORECASE)
_DATE = re.compile(rb'[( ]INTERNALDATE "([^"]*)"', re.IGNORECASE)
_QUOTED_BODY = re.compile(rb'[( ]BODY\[\] "((?:[^"\\]|\\.)*)"', re.IGNORECASE | re.DOTALL)
_LITERAL_BODY = re.compile(rb"[( ]BODY\[\] +\{\d+\}$", re.IGNORECASE)
_UID = re.compile(rb"[( ]UID (\d{1,10})(?=[ )])", re.IGNORECASE)
_SIZE = re.compile(rb"[( ]RFC822\.SIZE (\d{1,19})(?=[ )])", re.IGNORECASE)
_USUAL = re.compile(
    rb"\* \d+ FETCH \(UID (\d{1,10}) (?:MODSEQ \(\d+\) )?FLAGS \(([^()]*)\) "
    rb'INTERNALDATE "([^"]*)" RFC822\.SIZE (\d{1,19}) '
    rb"(?:EMAILID \(([A-Za-z0-9_-]{1,255})\) )?"
    rb"(?:THREADID (?:\((?:NIL|([A-Za-z0-9_-]{1,255}))\)|NIL) )?BODY\[\] \{\d+\}"
)
_SERVER_ID = re.compile(
    rb"[( ](?:EMAILID \(([A-Za-z0-9_-]{1,255})\)|X-GM-MSGID (\d{1,20}))(?=[ )])", re.IGNORECASE
)
# RFC 8474 has NIL where there are no threads; Cyrus says (NIL).
_THREAD = re.compile(
    rb"[( ](?:THREADID \((?!NIL\))([A-Za-z0-9_-]{1,255})\)|X-GM-THRID (\d{1,20}))(?=[ )])",
    re.IGNORECASE,
)
_LABELS_BEGIN = rb'[( ]X-GM-LABELS \(((?:"(?:[^"\\]|\\.)*"|[^()"])*)'
_OPEN_LABELS = re.compile(_LABELS_BEGIN + rb"\Z", re.IGNORECASE | re.DOTALL)
_LABELS = re.compile(_LABELS_BEGIN + rb"\)", re.IGNORECASE | re.DOTALL)
_LABEL = re.compile(rb'"((?:[^"\\]|\\.)*)"|([^\s"]+)', re.DOTALL)
# Gmail writes \Sent as "\\Sent", as \Sent, and also as "\Sent", which is no escape.
_ESCAPED_LABEL = re.compile(rb'\\(["\\])')
_LITERAL_HEADER = re.compile(rb"[( ]BODY\[HEADER\] \{\d+\}$", re.IGNORECASE)
_RUN = re.compile(rb"\bALL ([\d:,]+)", re.IGNORECASE)
_SPACES = re.compile(rb" {2,}")
_QUOTABLE = re.compile(rb'["\\]')
_ESCAPED = re.compile(rb"\\(.)", re.DOTALL)
_WHEN = re.compile(r" ?(\d{1,2})-([A-Za-z]{3})-(\d{4}) (\d\d):(\d\d):(\d\d) ([+-])(\d\d)(\d\d)")
_MODSEQ = re.compile(rb"\(MODSEQ \d+\)", re.IGNORECASE)
_COUNT = re.compile(rb"\bCOUNT (\d{1,10})\b", re.IGNORECASE)

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_SYSTEM_FLAGS = {
    flag.lower(): flag for flag in ("\\Seen", "\\Answered", "\\Flagged", "\\Deleted", "\\Draft")
}


@dataclass(slots=True)  # not frozen: one is made for each row, and that is slower
class Item:
    """What one FETCH answer says of a message; None is what it does not say."""

    uid: Uid
    flags: Flags | None
    internal_date: str | None
    size_bytes: int | None
    source: bytes | None
    """The body, or the header where that alone was asked for."""
    server_id: str | None = None
    """EMAILID (RFC 8474) or X-GM-MSGID."""
    words: frozenset[bytes] | None = None
    """X-GM-LABELS, as the server writes them."""
    labels: Labels | None = None
    """The same as paths."""
    thread: str | None = None
    """THREADID (RFC 8474) or X-GM-THRID."""


def item(parts: list[Part]) -> Item | None:
    """Return what a FETCH answer says, None where it does not say of which message.

    Most servers answer in the order in which they were asked: that is read at once.
    """
    if len(parts) == 2 and isinstance(parts[0], tuple) and parts[1] == b")":
        head, literal = parts[0]
        usual = _USUAL.fullmatch(head)
        if usual is not None:
            return Item(
                uid=Uid(int(usual[1])),
                flags=read_flags(usual[2]),
                internal_date=usual[3].decode("latin-1"),
                size_bytes=int(usual[4]),
                source=literal,
                server_id=None if usual[5] is None else usual[5].decode(),
                thread=None if usual[6] is None else usual[6].decode(),
            )
    return _item(parts)


def _item(answer: list[Part]) -> Item | None:
    text, source = _without_literals(answer)
    # What somebody else may have chosen is cut out before the numbers are looked for.
    text, quoted = _cut(_QUOTED_BODY, text)
    words, text = _labels(text)
    text = _SPACES.sub(b" ", text)
    text, flags = _cut(_FLAGS, text)
    text, date = _cut(_DATE, text)
    uid, size = _UID.search(text), _SIZE.search(text)
    server_id, thread = _ids(text)
    if uid is None:
        return None
    if source is None and quoted is not None:
        source = _ESCAPED.sub(rb"\1", quoted[1])
    return Item(
        uid=Uid(int(uid[1])),
        flags=None if flags is None else read_flags(flags[1] or b""),
        internal_date=None if date is None else date[1].decode("latin-1"),
        size_bytes=None if size is None else int(size[1]),
        source=source,
        server_id=server_id,
        words=words,
        thread=thread,
    )


def _labels(text: bytes) -> tuple[frozenset[bytes] | None, bytes]:
    """Return the labels and what is left without them; few servers have any."""
    if b"X-GM-LABELS" not in text.upper():
        return None, text
    text, labels = _cut(_LABELS, text)
    if labels is None:
        return None, text
    found = _LABEL.findall(labels[1])
    words = (_ESCAPED_LABEL.sub(rb"\1", quoted) or atom for quoted, atom in found)
    return frozenset(words), text


def _ids(text: bytes) -> tuple[str | None, str | None]:
    """Return the server's ids of a message and of its conversation."""
    said = text.upper()
    if not any(word in said for word in (b"EMAILID", b"THREADID", b"X-GM-")):
        return None, None
    message, thread = _SERVER_ID.search(text), _THREAD.search(text)
    return (
        None if message is None else (message[1] or message[2]).decode(),
        None if thread is None else (thread[1] or thread[2]).decode(),
    )


def _without_literals(answer: list[Part]) -> tuple[bytes, bytes | None]:
    text, source = b"", None
    for part in answer:
        if isinstance(part, bytes):
            text += part
            continue
        head, literal = part
        if _LITERAL_BODY.search(head) or _LITERAL_HEADER.search(head):
            source = literal
        text += head.rpartition(b"{")[0]
        if is_in_labels(text):
            text += b'"' + _QUOTABLE.sub(rb"\\\g<0>", literal) + b'"'
    return text, source


def is_in_labels(text: bytes) -> bool:
    """Whether a literal that comes next is a label."""
    return b"X-GM-LABELS" in text.upper() and _OPEN_LABELS.search(text) is not None


def _cut(pattern: re.Pattern[bytes], text: bytes) -> tuple[bytes, re.Match[bytes] | None]:
    found = pattern.search(text)
    if found is None:
        return text, None
    # The bracket or blank in front belongs to what stands before.
    return text[: found.start() + 1] + text[found.end() :], found


@lru_cache(maxsize=1024)
def read_flags(text: bytes) -> Flags:
    r"""Return the flags, system flags in their usual spelling, without \Recent."""
    found = (flag.decode("utf-8", "replace") for flag in text.split())
    named = (_SYSTEM_FLAGS.get(flag.lower(), flag) for flag in found)
    # \Recent says something about the session, not about the message (RFC 9051 dropped it).
    return frozenset(flag for flag in named if flag.lower() != "\\recent")


def whole_number(text: bytes) -> int:
    """Return a count, 0 for what is none (Zoho says -1)."""
    return int(text) if text.isdigit() else 0


def extended_all(lines: Iterable[bytes]) -> Iterator[tuple[int, int]]:
    """Yield the runs of numbers in the ALL of ESEARCH answers; none where nothing was found."""
    for line in lines:
        found = _RUN.search(line)
        if found:
            yield from ranges(found[1])


def read_date(text: str) -> datetime | None:
    """Return an INTERNALDATE in UTC, None where it is no date (`00-Jan-0000`)."""
    found = _WHEN.fullmatch(text)
    if found is None or found[2].title() not in MONTHS:
        return None
    day, month, year, hour, minute, second = (
        int(found[1]), MONTHS.index(found[2].title()) + 1, *map(int, found.group(3, 4, 5, 6))
    )  # fmt: skip
    offset = timedelta(hours=int(found[8]), minutes=int(found[9]))
    try:
        zone = timezone(-offset if found[7] == "-" else offset)
        return datetime(year, month, day, hour, minute, min(second, 59), tzinfo=zone).astimezone(
            UTC
        )
    except (ValueError, OverflowError):
        return None


def search_date(day: datetime) -> str:
    """Return a day as SEARCH wants it, whatever the locale."""
    return f"{day.day:02d}-{MONTHS[day.month - 1]}-{day.year:04d}"


def numbers(lines: Iterable[bytes]) -> list[Uid]:
    """Return the UIDs that SEARCH answered, on one line or on several.

    A line with anything else in it is no answer to SEARCH.
    """
    found: set[Uid] = set()
    for line in lines:
        words = _MODSEQ.sub(b"", line).split()
        if all(word.isdigit() for word in words):
            found.update(Uid(int(word)) for word in words)
    return sorted(found)


def count(lines: Iterable[bytes]) -> int | None:
    """Return the COUNT of an ESEARCH answer (RFC 4731)."""
    for line in lines:
        found = _COUNT.search(line)
        if found:
            return int(found[1])
    return None
