"""Spans of time as people write them."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailctl.domain.periods import parse_period, parse_since
from mailctl.errors import BadUsage

NOW = datetime(2024, 6, 12, 15, 30, tzinfo=UTC)
ANYTHING = st.text(st.characters(exclude_categories=()))


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("7d", timedelta(days=7)),
        ("2w", timedelta(weeks=2)),
        ("3h", timedelta(hours=3)),
        ("90m", timedelta(minutes=90)),
        (" 7D ", timedelta(days=7)),
        ("99999w", timedelta(weeks=99999)),
        ("all", None),
        ("ALL", None),
    ],
)
def test_a_period_is_a_number_and_a_unit_or_all(text: str, span: timedelta | None) -> None:
    assert parse_period(text) == span


@pytest.mark.parametrize(
    "text",
    [
        "",
        "7",
        "d",
        "0d",
        "-7d",
        "+7d",
        "7 d",
        "7days",
        "1.5d",
        "100000w",
        "7d\n7d",
        "٧d",
        "1y",
        "³d",
    ],
)
def test_what_is_no_period_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(BadUsage) as refused:
        parse_period(text)
    assert "7d" in (refused.value.hint or "")


@given(st.integers(1, 99999), st.sampled_from("mhdw"))
def test_a_longer_number_is_a_longer_period(number: int, unit: str) -> None:
    span = parse_period(f"{number}{unit}")
    assert span is not None
    assert span / number == parse_period(f"1{unit}")


@given(ANYTHING)
def test_a_period_is_read_or_refused(text: str) -> None:
    with suppress(BadUsage):
        parse_period(text)


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("2024-01-31", datetime(2024, 1, 31, tzinfo=UTC)),
        ("20240131", datetime(2024, 1, 31, tzinfo=UTC)),
        (" 2024-01-31 ", datetime(2024, 1, 31, tzinfo=UTC)),
        ("2024-01-31T10:00:00Z", datetime(2024, 1, 31, 10, tzinfo=UTC)),
        ("2024-01-31T10:00:00+02:00", datetime(2024, 1, 31, 8, tzinfo=UTC)),
        ("1d", datetime(2024, 6, 11, 15, 30, tzinfo=UTC)),
        ("all", datetime(1970, 1, 1, tzinfo=UTC)),
        ("0001-01-01", datetime(1970, 1, 1, tzinfo=UTC)),
        ("1969-12-31T23:59:59Z", datetime(1970, 1, 1, tzinfo=UTC)),
        ("99999w", datetime(1970, 1, 1, tzinfo=UTC)),
    ],
)
def test_since_is_a_date_a_moment_a_span_or_all(text: str, start: datetime) -> None:
    assert parse_since(text, NOW) == start


@pytest.mark.parametrize(
    "text",
    [
        *("", "yesterday", "2024-13-01", "2024-02-30", "31.01.2024", "0000-01-01", "10000-01-01"),
        *("0001-01-01T00:00:00+05:00", "9999-12-31T23:59:00-05:00"),
    ],
)
def test_since_what_cannot_be_is_refused(text: str) -> None:
    with pytest.raises(BadUsage):
        parse_since(text, NOW)


@given(ANYTHING)
def test_since_is_read_in_utc_or_refused(text: str) -> None:
    try:
        start = parse_since(text, NOW)
    except BadUsage:
        return
    assert start.utcoffset() == timedelta()


@given(
    st.datetimes(datetime(1970, 1, 3), NOW.replace(year=2100, tzinfo=None)),  # noqa: DTZ001
    st.integers(-23 * 60, 23 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes))),
)
def test_since_an_iso_moment_is_that_moment(moment: datetime, zone: timezone) -> None:
    there = moment.replace(tzinfo=zone)
    assert parse_since(there.isoformat(), NOW) == there
