"""Moments as people name them in a question: today, 2026-03, 2w ago, of the asker's zone."""

import re
from datetime import UTC, datetime, timedelta, tzinfo

from mailctl.domain.periods import parse_period
from mailctl.errors import BadUsage

_CALENDAR = re.compile(r"([0-9]{4})(?:[-/]([0-9]{1,2})(?:[-/]([0-9]{1,2}))?)?\Z")
_DAYS_AGO = {"today": 0, "yesterday": 1}
FIRST, LAST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(microsecond=0, tzinfo=UTC)
"""The bounds of what can be said: a moment beyond is one of these."""


def span(text: str, now: datetime, zone: tzinfo | None) -> tuple[datetime, datetime]:
    """Return the beginning of what is named, and the moment after its end, in UTC.

    A year, a month, a day; `today`, `yesterday`; so long ago (`2w`); a moment of ISO 8601,
    which has no length. What names no zone is of `zone`, None being that of this machine,
    whatever its summer time was then. Raises BadUsage.
    """
    word = text.strip().lower()
    today = now.astimezone(zone).replace(tzinfo=None, hour=0, minute=0, second=0, microsecond=0)
    if word in _DAYS_AGO:
        return _day(today - timedelta(days=_DAYS_AGO[word]), zone)
    written = _CALENDAR.match(word)
    if written is not None:
        return _on_the_calendar(written, text, zone)
    try:
        moment = datetime.fromisoformat(text.strip().upper())
    except ValueError:
        return _ago(text, now)
    exact = _in_utc(moment, zone)
    return exact, exact


def beginning(text: str, now: datetime) -> datetime:
    """Return when what is named begins, in the zone of this machine. Raises BadUsage."""
    return span(text, now, None)[0]


def day(text: str, now: datetime, zone: tzinfo | None) -> tuple[datetime, datetime]:
    """Return the same, of a moment the whole day in which it lies. Raises BadUsage."""
    begin, end = span(text, now, zone)
    if begin < end:
        return begin, end
    local = begin.astimezone(zone).replace(tzinfo=None)
    return _day(local.replace(hour=0, minute=0, second=0, microsecond=0), zone)


def _ago(text: str, now: datetime) -> tuple[datetime, datetime]:
    try:
        length = parse_period(text)
    except BadUsage:
        length = None
    if length is None:
        raise BadUsage(
            f"{text!r} is no date",
            hint="write 2026-03-31, 2026-03, 2026, today, yesterday, or how long ago: 2w, 3d, 12h",
        )
    then = _in_utc(now, UTC)
    moment = then - length if then - FIRST > length else FIRST
    return moment, moment


def _on_the_calendar(
    written: re.Match[str], text: str, zone: tzinfo | None
) -> tuple[datetime, datetime]:
    year, month, number = (None if part is None else int(part) for part in written.groups())
    try:
        begin = datetime(year or 0, month or 1, number or 1)  # noqa: DTZ001 (the zone comes next)
        if number is not None:
            return _day(begin, zone)
        later = begin.replace(day=1) + timedelta(days=31 if month else 366)
        end = later.replace(day=1) if month else later.replace(month=1, day=1)
    except OverflowError:  # the year 9999 has no end
        return _in_utc(begin, zone), LAST
    except ValueError as error:
        raise BadUsage(
            f"{text!r} is no day of the calendar", hint="write year-month-day: 2026-03-31"
        ) from error
    return _in_utc(begin, zone), _in_utc(end, zone)


def _day(begin: datetime, zone: tzinfo | None) -> tuple[datetime, datetime]:
    try:
        following = begin + timedelta(days=1)
    except OverflowError:
        return _in_utc(begin, zone), LAST
    return _in_utc(begin, zone), _in_utc(following, zone)


def _in_utc(moment: datetime, zone: tzinfo | None) -> datetime:
    """Return the moment to the second; what has no zone is of this one."""
    try:
        if moment.tzinfo is None and zone is not None:
            moment = moment.replace(tzinfo=zone)
        return moment.astimezone(UTC).replace(microsecond=0)
    except (OverflowError, ValueError):  # beyond the years 1 to 9999
        return FIRST if moment.year < 5000 else LAST
