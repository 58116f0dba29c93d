"""Guesses at what somebody meant."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailctl.domain.near_names import meant

NAMES = ("gmail", "fastmail", "GMX", "ada@corp.example")


@pytest.mark.parametrize(
    ("word", "name"),
    [("gmial", "gmail"), ("fastmial", "fastmail"), ("ada@crop.example", "ada@corp.example")],
)
def test_a_slip_is_answered_with_the_nearest_name(word: str, name: str) -> None:
    assert meant(word, NAMES) == f"is {name} meant? "


def test_case_makes_no_name_farther() -> None:
    assert meant("gmxx", NAMES) == "is GMX meant? "


@pytest.mark.parametrize("word", ["", "invoice", "x", "@"])
def test_what_is_like_nothing_is_answered_with_nothing(word: str) -> None:
    assert meant(word, NAMES) == ""


def test_nothing_is_guessed_where_there_is_nothing() -> None:
    assert meant("gmail", ()) == ""


@given(st.text(), st.lists(st.text()))
def test_only_what_there_is_is_ever_guessed(word: str, names: list[str]) -> None:
    said = meant(word, names)
    assert said == "" or said in {f"is {name} meant? " for name in names}
