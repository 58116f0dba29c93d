"""Tables on a terminal of some width, and in a pipe."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailctl.domain.addresses import Person
from mailctl.output.columns import width
from mailctl.output.tables import Table, local_time

TABLE = Table(("id", "from", "subject"), frozenset({"id"}))
CELLS = st.tuples(st.just("msg_0123456789ab"), st.text(), st.text())


@pytest.mark.parametrize("value", [1234567890, 12345.678, datetime(2026, 1, 2, tzinfo=UTC)])
def test_half_a_number_or_a_time_is_never_shown(value: object) -> None:
    table = Table(("subject", "size"), frozenset())
    (_, _, line) = table.ruled([("x" * 50, value)], 20)
    text, _, exact = line.partition("…")
    assert set(text) == {"x"}
    assert exact.strip() == (local_time(value) if isinstance(value, datetime) else str(value))


@given(st.lists(CELLS, max_size=4), st.integers(40, 200))
def test_no_line_is_longer_than_the_terminal(rows: list[tuple[str, ...]], places: int) -> None:
    lines = list(TABLE.ruled(rows, places))
    assert len(lines) == (len(rows) + 2 if rows else 0)
    assert all(width(line.rstrip("\n")) <= places for line in lines)


def test_an_id_is_never_cut() -> None:
    (_, _, line) = TABLE.ruled([("msg_0123456789ab", "x" * 50, "y" * 50)], 20)
    assert line.startswith("msg_0123456789ab  xxxxxxx…")


def test_the_first_rows_are_shown_before_the_last_is_there() -> None:
    seen = 0

    def rows() -> Iterator[tuple[str, str, str]]:
        nonlocal seen
        for seen in range(100_000):
            yield (str(seen), "a" * (seen // 10_000), "b")

    lines = TABLE.ruled(rows(), 80)
    assert [next(lines).split()[0] for _ in range(3)] == ["ID", "---", "0"]
    assert seen < 1_000


def test_later_rows_keep_to_the_widths_of_the_first() -> None:
    rows = [("1", "a", "b")] * 500 + [("1", "longer", "b")]
    *_, last = TABLE.ruled(iter(rows), 80)
    assert last == "1   lon…  b\n"


def test_a_pipe_gets_everything_in_full_as_the_rows_come() -> None:
    seen = 0

    def rows() -> Iterator[tuple[str, str, str]]:
        nonlocal seen
        for seen in range(20_000):
            yield (str(seen), "from", "x" * (seen // 10))

    lines = TABLE.lines(rows())
    assert next(lines).split() == ["ID", "FROM", "SUBJECT"]
    assert seen < 10_000
    *_, last = lines
    assert last == f"19999  from  {'x' * 1_999}\n"


def test_a_terminal_shows_times_by_the_clock_on_the_wall() -> None:
    moment = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    (_, _, line) = Table(("date",), frozenset()).ruled([(moment,)], 80)
    assert line == moment.astimezone().strftime("%Y-%m-%d %H:%M\n")


@pytest.mark.parametrize("year", [1, 9999])
def test_a_time_at_the_edge_is_shown(year: int) -> None:
    (_, _, line) = Table(("date",), frozenset()).ruled(
        [(datetime(year, 12, 31, 23, tzinfo=UTC),)], 80
    )
    assert line[4] == "-"


@pytest.mark.parametrize(
    ("name", "shown"),
    [("Ben", "Ben"), ("", "ben@x.example"), ("boss@corp.example", "ben@x.example")],
)
def test_a_person_is_a_name_at_a_terminal_unless_it_looks_like_an_address(
    name: str, shown: str
) -> None:
    (_, _, line) = Table(("from",), frozenset()).ruled([(Person(name, "ben@x.example"),)], 80)
    assert line == f"{shown}\n"
