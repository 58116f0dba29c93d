"""Bars of numbers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailctl.output.charts import Bar, chart
from mailctl.output.columns import width

SHOWN = st.text(st.characters(exclude_categories=("Cc", "Cs")), max_size=60)
BARS = st.lists(st.builds(Bar, SHOWN, st.integers(0, 10**9), st.just(("1 B",))))


def lines(bars: list[Bar], places: int = 80) -> list[str]:
    return ["".join(span.text for span in line) for line in chart(bars, places)]


def test_a_bar_is_as_long_as_its_number_beside_the_greatest() -> None:
    assert lines([Bar("a", 16, ("x",)), Bar("bb", 3, ("yyy",)), Bar("c", 0, ("",))], 29) == [
        "a   16  ████████████████    x",
        "bb   3  ███               yyy",
        "c    0                       ",
    ]


@pytest.mark.parametrize("number", [1, 5, 10**6])
def test_what_is_there_has_a_bar_however_short(number: int) -> None:
    assert "▏" in lines([Bar("all", 10**9, ()), Bar("one", number, ())])[1]


@given(BARS, st.integers(90, 200))
def test_every_line_is_as_wide_as_the_terminal(bars: list[Bar], places: int) -> None:
    assert {width(line) for line in lines(bars, places)} <= {places}


def test_nothing_has_no_bars() -> None:
    assert lines([]) == []
