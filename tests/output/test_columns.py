"""How many places a text takes, and what becomes of one that takes too many."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailctl.output.columns import fitted, shorten, width, wrapped

TEXT = st.text(st.sampled_from([*"ab 日本", "\u0301", "👩", "\u200d", "🚀", "\ufe0f", "❤", "🏽"]))


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("", 0),
        ("abc", 3),
        ("grün", 4),
        ("gru\u0308n", 4),
        ("日本", 4),
        ("ｱ", 1),
        ("한글", 4),
        ("\u1112\u1161\u11ab", 2),
        ("שלום", 4),
        ("👍", 2),
        ("👍🏽", 2),
        ("👩\u200d🚀", 2),
        ("👩\u200d⚕\ufe0f", 2),
        ("❤\ufe0f", 2),
        ("🇩🇪", 2),
        ("क\u094d\u200dष", 2),
    ],
)
def test_a_text_takes_the_places_that_a_terminal_gives_it(text: str, places: int) -> None:
    assert width(text) == places


@given(TEXT, st.integers(1, 20))
def test_what_is_cut_fits_and_what_fits_is_not_cut(text: str, places: int) -> None:
    cut = shorten(text, places)
    assert width(cut) <= places
    assert (cut == text) == (width(text) <= places)


@given(TEXT, st.integers(1, 20))
def test_broken_lines_are_the_text_and_fit_unless_a_word_does_not(text: str, places: int) -> None:
    lines = wrapped(text, places)
    assert " ".join(lines) == text
    assert all(width(line) <= places or len(line.split()) <= 1 for line in lines)


def test_spaces_at_the_beginning_stay() -> None:
    assert wrapped("  a b", 4) == ["  a", "b"]


@pytest.mark.parametrize(
    ("widths", "room", "expected"),
    [
        ([16, 20, 50, 50], 200, [16, 20, 50, 50]),
        ([16, 20, 50, 50], 100, [16, 20, 29, 29]),
        ([16, 5, 50, 50], 100, [16, 5, 36, 36]),
        ([16, 50, 50, 50], 30, [16, 8, 8, 8]),
        ([90, 50], 80, [90, 8]),
        ([90], 80, [90]),
    ],
)
def test_the_widest_columns_give_and_the_first_stays_whole(
    widths: list[int], room: int, expected: list[int]
) -> None:
    is_whole = [True] + [False] * (len(widths) - 1)
    assert fitted(widths, room, whole=is_whole) == expected
