"""Calendar objects that came by mail (RFC 5545, RFC 5546): who is asked to come, and when."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import islice

from mailctl.domain.addresses import Person
from mailctl.domain.content import Attendee, EventTime, Invitation
from mailctl.mail.charsets import decode

_OCTETS_MAX, _LINES_MAX, _ATTENDEES_MAX, _VALUE_MAX = 1 << 20, 20_000, 1_000, 10_000
_FOLD = re.compile(r"\n[ \t]")
_LINE = re.compile(r"(?P<name>[A-Za-z0-9.-]++)(?P<parameters>(?:;(?:[^:;\"]++|\"[^\"]*+\")++)*+):")
_PARAMETER = re.compile(r";([A-Za-z0-9-]++)=(?:\"([^\"]*+)\"|([^;\"]*+))")
_ESCAPED = re.compile(r"\\([\\;,nN])")
_TIME = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})(?:T([0-9]{2})([0-9]{2})([0-9]{2})(Z)?)?")
_DURATION = re.compile(
    r"\+?P(?:([0-9]{1,5})W)?(?:([0-9]{1,6})D)?(?:T(?:([0-9]{1,6})H)?(?:([0-9]{1,6})M)?(?:([0-9]{1,6})S)?)?"
)


@dataclass(frozen=True, slots=True)
class _Line:
    name: str
    parameters: dict[str, str]
    value: str

    @property
    def text(self) -> str:
        return _ESCAPED.sub(_unescaped, self.value[:_VALUE_MAX]).strip()


def read_invitation(octets: bytes, charset: str | None, method: str = "") -> Invitation | None:
    """Return the first event of a calendar object, None if there is none to be read.

    `method` is what the part's media type says, for want of another. Never raises.
    """
    text = decode(octets[:_OCTETS_MAX], charset or "utf-8")
    event: list[_Line] = []
    is_event, within = False, 0
    for line in _lines(text):
        match line.name, line.value.strip().upper():
            case "BEGIN", "VEVENT" if not event and not is_event:
                is_event = True
            case "END", "VEVENT" if is_event and not within:
                is_event = False
            case "BEGIN", _ if is_event:
                within += 1
            case "END", _ if is_event and within:
                within -= 1
            case "METHOD", _ if not is_event:
                method = line.value
            case _ if is_event and not within:
                event.append(line)
    return _invitation(event, method.strip().lower()) if event else None


def _invitation(event: list[_Line], method: str) -> Invitation:
    first: dict[str, _Line] = {}
    for line in event:
        first.setdefault(line.name, line)

    def text(name: str) -> str:
        return first[name].text if name in first else ""

    starts = _time(first.get("DTSTART"))
    organizer = _person(first["ORGANIZER"]) if "ORGANIZER" in first else None
    attendees = (_attendee(line) for line in event if line.name == "ATTENDEE")
    return Invitation(
        method=method,
        uid=text("UID"),
        summary=text("SUMMARY"),
        starts=starts,
        ends=_time(first.get("DTEND")) or _after(starts, first.get("DURATION")),
        location=text("LOCATION"),
        organizer=organizer,
        attendees=tuple(islice(attendees, _ATTENDEES_MAX)),
        is_recurring=bool({"RRULE", "RDATE"} & first.keys()),
    )


def _lines(text: str) -> Iterator[_Line]:
    unfolded = _FOLD.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    for line in islice(unfolded.split("\n"), _LINES_MAX):
        found = _LINE.match(line)
        if found is not None:
            parameters = {
                name.upper(): quoted or bare
                for name, quoted, bare in _PARAMETER.findall(found["parameters"])
            }
            yield _Line(found["name"].upper(), parameters, line[found.end() :])


def _time(line: _Line | None) -> EventTime | None:
    found = _TIME.match(line.value.strip()) if line is not None else None
    if line is None or found is None:
        return None
    year, month, day, hour, minute, second = (int(each or 0) for each in found.groups()[:6])
    try:
        local = date(year, month, day).isoformat()
        if found[4] is not None:
            local += f"T{time(hour, minute, min(second, 59)).isoformat()}"
    except ValueError:
        return None
    return EventTime(local, "UTC" if found[7] else line.parameters.get("TZID"))


def _after(starts: EventTime | None, line: _Line | None) -> EventTime | None:
    """Return the time that a duration after another is (RFC 5545 section 3.3.6)."""
    found = _DURATION.fullmatch(line.value.strip()) if line is not None else None
    if starts is None or found is None:
        return None
    weeks, days, hours, minutes, seconds = (int(each or 0) for each in found.groups())
    length = timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)
    try:
        ends = datetime.fromisoformat(starts.local) + length
    except OverflowError:
        return None
    is_day = len(starts.local) == 10 and not hours and not minutes and not seconds
    return replace(starts, local=ends.date().isoformat() if is_day else ends.isoformat())


def _attendee(line: _Line) -> Attendee:
    return Attendee(_person(line), line.parameters.get("PARTSTAT", "needs-action").lower())


def _person(line: _Line) -> Person:
    address = line.value.strip()
    if address[:7].lower() == "mailto:":
        address = address[7:]
    name = line.parameters.get("CN", "").replace("^n", " ").replace("^'", '"').strip()
    return Person(name[:_VALUE_MAX], address[:_VALUE_MAX])


def _unescaped(found: re.Match[str]) -> str:
    return "\n" if found[1] in "nN" else found[1]
