"""What people call a day, a month, or so long ago."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailctl.domain.days import FIRST, LAST, day, span
from mailctl.errors import BadUsage

NOW = datetime(2026, 3, 29, 12, 30, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")


def texts(text: str, zone: ZoneInfo | None = None) -> tuple[str, str]:
    begin, end = span(text, NOW, zone or UTC)
    return begin.isoformat()[:16], end.isoformat()[:16]


@pytest.mark.parametrize(
    ("text", "begin", "end"),
    [
        ("2026", "2026-01-01T00:00", "2027-01-01T00:00"),
        ("2024-02", "2024-02-01T00:00", "2024-03-01T00:00"),
        ("2026-12", "2026-12-01T00:00", "2027-01-01T00:00"),
        ("2026-03-31", "2026-03-31T00:00", "2026-04-01T00:00"),
        ("2026/3/1", "2026-03-01T00:00", "2026-03-02T00:00"),
        ("today", "2026-03-29T00:00", "2026-03-30T00:00"),
        ("Yesterday", "2026-03-28T00:00", "2026-03-29T00:00"),
        ("2w", "2026-03-15T12:30", "2026-03-15T12:30"),
        ("90m", "2026-03-29T11:00", "2026-03-29T11:00"),
        ("2026-03-31T10:00", "2026-03-31T10:00", "2026-03-31T10:00"),
        ("2026-03-31t10:00+03:00", "2026-03-31T07:00", "2026-03-31T07:00"),
        ("2026-03-31T10:00Z", "2026-03-31T10:00", "2026-03-31T10:00"),
        ("99999w", "0109-09-22T12:30", "0109-09-22T12:30"),
        ("0001", "0001-01-01T00:00", "0002-01-01T00:00"),
        ("9999-12", "9999-12-01T00:00", "9999-12-31T23:59"),
        ("9999-12-31", "9999-12-31T00:00", "9999-12-31T23:59"),
    ],
)
def test_a_date_has_a_beginning_and_an_end(text: str, begin: str, end: str) -> None:
    assert texts(text) == (begin, end)


def test_a_day_is_that_of_the_zone_with_its_summer_time() -> None:
    assert texts("today", BERLIN) == ("2026-03-28T23:00", "2026-03-29T22:00")
    assert texts("2026-07-01", BERLIN) == ("2026-06-30T22:00", "2026-07-01T22:00")
    assert texts("2026-01", BERLIN) == ("2025-12-31T23:00", "2026-01-31T23:00")


def test_on_a_moment_is_on_its_day() -> None:
    begin, end = day("2d", NOW, BERLIN)
    assert (begin.day, begin.hour, end - begin).__str__() == "(26, 23, datetime.timedelta(days=1))"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "soon",
        "2026-13",
        "2026-02-30",
        "0000",
        "0w",
        "all",
        "-3d",
        "2 w",
        "٢٠٢٦",
        "10000",
        "2026-",
    ],
)
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(BadUsage):
        span(text, NOW, UTC)


@given(
    st.one_of(
        st.text(max_size=30),
        st.from_regex(r"[0-9]{1,5}([-/][0-9]{1,2}){0,2}", fullmatch=True),
        st.datetimes(timezones=st.timezones() | st.none()).map(datetime.isoformat),
    ),
    st.sampled_from([UTC, BERLIN, None]),
)
def test_whatever_is_written_is_a_time_within_bounds_or_refused(
    text: str, zone: ZoneInfo | None
) -> None:
    for read in (span, day):
        try:
            begin, end = read(text, NOW, zone)
        except BadUsage:
            continue
        assert FIRST <= begin <= end <= LAST
        assert begin.tzinfo is UTC
