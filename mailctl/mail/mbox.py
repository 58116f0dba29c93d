"""mbox: many messages in one file (RFC 4155), lines that begin with From quoted as mboxrd does."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from typing import Protocol

_PIECE = 1 << 16
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_UNQUOTED = re.compile(rb"^>*From ", re.MULTILINE)
_QUOTED = re.compile(rb">+From ")
_LOOKED_AT_MAX = 1000
_WEEKDAY = re.compile(rb"\b(?:%b)\b" % "|".join(_DAYS).encode())
_MONTH_AND_DAY = re.compile(
    rb"\b(?:(?P<a>%b) +(?P<b>\d{1,2})|(?P<d>\d{1,2}) (?P<c>%b))\b"
    % (("|".join(_MONTHS).encode(),) * 2)
)
_TIME = re.compile(rb"\b(\d{1,2}):(\d\d)(?::(\d\d))?\b")
_YEAR = re.compile(rb"(?<![-+:\d])((?:19|20)\d\d)\b")
_OFFSET = re.compile(rb" ([+-])(\d\d)(\d\d)\b")
_PLAIN_SENDER = re.compile(r"[!-~]{1,320}")
_NOBODY = "MAILER-DAEMON"


@dataclass(frozen=True, slots=True)
class Boxed:
    """A message in an mbox; one that is too large has no source."""

    source: bytes | None
    received_at: datetime | None
    """What the line before it says, where that is a time."""
    place: int
    """At which byte of the file it begins."""


def boxed(source: bytes, sender: str | None, received_at: datetime) -> bytes:
    """Return a message as it stands in an mbox: its bytes as they are but for the quoting.

    A last line without an end gets one: nothing else could tell where the next message begins.
    """
    named = sender if sender and _PLAIN_SENDER.fullmatch(sender) else _NOBODY
    at = received_at.astimezone(UTC)
    when = f"{_DAYS[at.weekday()]} {_MONTHS[at.month - 1]} {at.day:2d} {at:%H:%M:%S} {at.year:04d}"
    ending = b"\n" if not source or source.endswith(b"\n") else b"\n\n"
    return b"From %b %b\n%b%b" % (
        named.encode(),
        when.encode(),
        _UNQUOTED.sub(rb">\g<0>", source),
        ending,
    )


class Lines(Protocol):
    """What gives lines, or pieces of them."""

    def readline(self, size: int, /) -> bytes:
        """Return the rest of the line, at most so much of it; nothing at the end."""
        ...


def read_mbox(file: Lines, *, most_bytes: int) -> Iterator[Boxed]:
    """Yield the messages of an mbox one by one; none is held that is larger than `most_bytes`.

    A message begins where a line says From and a date, at the beginning or after an empty
    line. Content-Length is not believed: it is the sender's word, and could hide what follows.
    What stands before the first such line is passed over.
    """
    reading = _Reading(most_bytes)
    while line := file.readline(_PIECE):
        ended = reading.take(line)
        if ended is not None:
            yield ended
    if (last := reading.end()) is not None:
        yield last


@dataclass
class _Reading:
    most_bytes: int
    begun_at: int | None = None
    received_at: datetime | None = None
    place: int = 0
    last_line: int = 1
    """How long the empty line is that came last, 0 where another one did; the beginning is one."""
    is_line_start: bool = True
    is_in_opening: bool = False
    is_too_large: bool = False
    held: bytearray = field(default_factory=bytearray)

    def take(self, line: bytes) -> Boxed | None:
        """Go on with a line, or a piece of one; return the message that it ends."""
        ended = None
        begins = self.is_line_start and self._is_opening(line)
        if begins:
            ended = self.end()
            self.begun_at, self.received_at = self.place, opened_at(line)
        is_part = begins or (self.is_in_opening and not self.is_line_start)
        if not is_part:
            self._hold(line)
        self.last_line = 0
        if self.is_line_start and not is_part and line in {b"\n", b"\r\n"}:
            self.last_line = len(line)
        self.is_in_opening = is_part
        self.is_line_start = line.endswith(b"\n")
        self.place += len(line)
        return ended

    def end(self) -> Boxed | None:
        """Return the message that has come to its end, without the empty line behind it."""
        if self.begun_at is None:
            self.held.clear()
            return None
        source = None
        if not self.is_too_large:
            source = bytes(self.held[: len(self.held) - self.last_line])
        ended = Boxed(source, self.received_at, self.begun_at)
        self.held.clear()
        self.is_too_large = False
        return ended

    def _is_opening(self, line: bytes) -> bool:
        if not line.startswith(b"From ") or not self.last_line:
            return False
        return self.begun_at is None or is_opening(line)

    def _hold(self, line: bytes) -> None:
        if self.begun_at is None or self.is_too_large:
            return
        if self.is_line_start and line.startswith(b">") and _QUOTED.match(line):
            line = line[1:]
        self.held += line
        if len(self.held) > self.most_bytes:
            self.is_too_large = True
            self.held.clear()


def is_opening(line: bytes) -> bool:
    """Whether a line that begins with From says when, too: weekday, day, time and year."""
    said = line[:_LOOKED_AT_MAX]
    return all(part.search(said) for part in (_WEEKDAY, _MONTH_AND_DAY, _TIME, _YEAR))


def opened_at(line: bytes) -> datetime | None:
    """Return the time that such a line says, None where it says none; UTC without a zone."""
    said = line[:_LOOKED_AT_MAX]
    day, time, year = _MONTH_AND_DAY.search(said), _TIME.search(said), _YEAR.search(said)
    if day is None or time is None or year is None:
        return None
    offset = _OFFSET.search(said)
    ahead = timedelta()
    if offset is not None:
        ahead = timedelta(hours=int(offset[2]), minutes=int(offset[3]))
    hour, minute, second = (int(part or 0) for part in time.groups())
    month = _MONTHS.index((day["a"] or day["c"]).decode()) + 1
    try:
        zone = timezone(-ahead if offset and offset[1] == b"-" else ahead)
        local = datetime(
            int(year[1]), month, int(day["b"] or day["d"]), hour, minute, second, tzinfo=zone
        )
        return local.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
