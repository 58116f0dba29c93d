"""Spans of time as people write them: 7d, 2w, 3h, all."""

import re
from datetime import UTC, datetime, timedelta

from mailctl.errors import BadUsage

_WRITTEN = re.compile(r"([0-9]{1,5})([mhdw])\Z")
BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
"""Nothing was received before: what lasts from here on is everything."""
_LASTING = re.compile(r"([0-9]{1,6})([smh]?)\Z")
_SECONDS = {"m": 60, "h": 3600, "d": 86400, "w": 7 * 86400}


def parse_period(text: str) -> timedelta | None:
    """Return the span, None for `all`. Raises BadUsage."""
    word = text.strip().lower()
    if word == "all":
        return None
    written = _WRITTEN.match(word)
    if written is None or int(written[1]) == 0:
        raise BadUsage(
            f"{text!r} is no period",
            hint="write a number and m, h, d or w (7d, 2w, 36h), or all",
        )
    return timedelta(seconds=int(written[1]) * _SECONDS[written[2]])


def parse_since(text: str, now: datetime) -> datetime:
    """Return the start of a span before `now`, or of the day or moment that is named.

    `all` is the beginning of mail as such, and nothing is before it. Raises BadUsage.
    """
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        span = parse_period(text)
        return BEGINNING if span is None else max(BEGINNING, now - span)
    try:
        moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except OverflowError as error:  # in UTC it lies before the year 1 or after 9999
        raise BadUsage(f"{text!r} is out of range", hint="write a date of your mail") from error
    return max(BEGINNING, moment)


def parse_duration(text: str) -> float:
    """Return the seconds that something may last: 90, 90s, 10m, 2h. Raises BadUsage."""
    written = _LASTING.match(text.strip().lower())
    if written is None or int(written[1]) == 0:
        raise BadUsage(f"{text!r} is no duration", hint="write a number and s, m or h (90s, 10m)")
    return float(int(written[1]) * {"": 1, "s": 1, "m": 60, "h": 3600}[written[2]])


def parse_coming(text: str, now: datetime) -> datetime:
    """Return a moment to come: so long from now (2h, 3d), or one of ISO 8601. Raises BadUsage.

    What names no zone is of this machine's; a moment that is past is now.
    """
    word = text.strip()
    try:
        moment = datetime.fromisoformat(word.upper()).astimezone(UTC)
    except (ValueError, OverflowError):
        try:
            span = parse_period(word)
        except BadUsage:
            span = None
        if span is None:
            raise BadUsage(
                f"{text!r} is no time to send at",
                hint="write 2026-03-31T09:00, 2026-03-31T09:00+02:00, or how long from now: 2h, 3d",
            ) from None
        moment = now + span
    return max(now, moment.replace(microsecond=0))
