from datetime import UTC, datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailctl.domain.syncing import Uid
from mailctl.protocols.imap.answers import numbers, read_date, read_flags, search_date
from mailctl.protocols.imap.sets import HIGHEST, blocks, in_words, portions, sequence_set

uids = st.lists(st.integers(1, 2**32 - 1).map(Uid) | st.integers(1, 3000).map(Uid), max_size=1500)


def named(text: str) -> list[int]:
    found: list[int] = []
    for part in text.split(","):
        first, _, last = part.partition(":")
        found += range(int(first), int(last or first) + 1)
    return found


@given(uids)
def test_portions_are_everything_once_and_short_enough(asked: list[Uid]) -> None:
    found = list(portions(asked))
    assert [uid for portion in found for uid in portion] == sorted(set(asked))
    for portion in found:
        assert 0 < len(portion) <= 500
        assert len(sequence_set(portion)) <= 4000
        assert named(sequence_set(portion)) == portion


@given(st.integers(1, 10**6), st.integers(1, 10**6), st.integers(10**4, 2**32 - 1))
def test_blocks_leave_no_gap(first: int, following: int, size: int) -> None:
    ranges = list(blocks(Uid(first), Uid(following), size=size))
    assert ranges[0][0] == first
    assert ranges[-1][1] == HIGHEST
    assert all(last + 1 == begin for (_, last), (begin, _) in pairwise(ranges))
    assert in_words(*ranges[-1]).endswith(":*")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("05-Jan-2026 10:11:12 +0130", datetime(2026, 1, 5, 8, 41, 12, tzinfo=UTC)),
        (" 5-jan-2026 10:11:12 -0800", datetime(2026, 1, 5, 18, 11, 12, tzinfo=UTC)),
        ("31-Dec-2025 23:59:60 +0000", datetime(2025, 12, 31, 23, 59, 59, tzinfo=UTC)),
        ("00-Jan-0000 00:00:00 +0000", None),
        ("31-Feb-2026 10:11:12 +0000", None),
        ("05-Foo-2026 10:11:12 +0000", None),
        ("05-Jan-2026 10:11:12 +9999", None),
        ("01-Jan-0001 00:00:00 +1400", None),
        ("", None),
    ],
)
def test_dates(text: str, expected: datetime | None) -> None:
    assert read_date(text) == expected


@given(st.datetimes(min_value=datetime(1990, 1, 1), max_value=datetime(2100, 1, 1)))  # noqa: DTZ001
def test_days_are_written_as_they_are_read(day: datetime) -> None:
    read = read_date(f"{search_date(day)} 12:00:00 +0000")
    assert read is not None
    assert read.date() == day.date()


def test_flags_are_spelled_in_one_way() -> None:
    assert read_flags(rb"\SEEN \recent $Forwarded \deleted") == {
        "\\Seen",
        "\\Deleted",
        "$Forwarded",
    }


def test_a_search_may_be_answered_on_several_lines() -> None:
    assert numbers([b"3 1", b"", b"2 (MODSEQ 917162500)"]) == [1, 2, 3]


def test_a_line_with_other_words_is_no_answer_to_a_search() -> None:
    assert numbers([b"1 two", b"7"]) == [7]
