"""Text from strangers before a terminal sees it."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailctl.output.terminal import harmless, one_line

ANYTHING = st.text(st.characters(exclude_categories=()))
BIDI = {*"\u061c\u200e\u200f", *map(chr, range(0x202A, 0x202F)), *map(chr, range(0x2066, 0x206A))}


def harmful(text: str) -> set[str]:
    return {c for c in text if unicodedata.category(c) in {"Cc", "Cs", "Zl", "Zp"} or c in BIDI}


@given(ANYTHING)
def test_nothing_that_commands_a_terminal_survives(text: str) -> None:
    assert harmful(harmless(text)) <= {"\n", "\t"}


@given(ANYTHING)
def test_a_cell_has_no_line_break_either(text: str) -> None:
    assert not harmful(one_line(text))


@given(ANYTHING)
def test_harmless_text_stays_as_it_is(text: str) -> None:
    assert harmless(harmless(text)) == harmless(text)


@pytest.mark.parametrize(
    "place", [*range(0x20), *range(0x7F, 0xA0), 0x202E, 0x2066, 0x200B, 0x206A, 0xFFF9]
)
def test_each_of_them_is_shown_as_its_code(place: int) -> None:
    expected = chr(place) if chr(place) in "\n\t" else f"\\u{place:04x}"
    assert harmless(f"a{chr(place)}b") == f"a{expected}b"


@pytest.mark.parametrize("text", ["grün", "Привет", "日本語", "עברית", "👩\u200d🚀", "a\u0301"])
def test_the_scripts_of_the_world_are_left_alone(text: str) -> None:
    assert harmless(text) == text


def test_breaks_and_tabs_of_a_cell_become_one_space() -> None:
    assert one_line("a\r\n\tb") == "a b"
