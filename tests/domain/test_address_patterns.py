"""Which addresses a pattern means."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailctl.domain.address_patterns import AddressPatterns


@pytest.mark.parametrize(
    ("pattern", "met", "not_met"),
    [
        ("a@x.example", "a@x.example", "ba@x.example"),
        ("a@x.example", "a@x.example", "a@y.x.example"),
        ("@x.example", "any.body@x.example", "a@y.x.example"),
        ("*.x.example", "a@y.x.example", "a@x.example"),
        ("*.x.example", "a@z.y.x.example", "a@yx.example"),
        ("news*@x.example", "news@x.example", "oldnews@x.example"),
        ("*-bounce-*@*", "a-bounce-b@any.example", "bounce@any.example"),
        ("*@*.x.*", "a@y.x.example", "a@x.example"),
        ("a*@x.example", "a@x.example", "b@a@y.example"),
        ("ab*ba@x.example", "abba@x.example", "aba@x.example"),
        ("a.c@x.*", "a.c@x.example", "abc@x.example"),
    ],
)
def test_a_pattern_means_its_addresses_alone(pattern: str, met: str, not_met: str) -> None:
    patterns = AddressPatterns([pattern])
    assert patterns.met_by(met) == pattern
    assert patterns.met_by(not_met) is None


GLOBS = st.text("ab*", max_size=8).map(lambda text: f"{text}*@x.example")


@given(GLOBS, st.text("ab", max_size=12))
def test_a_star_means_what_it_means_elsewhere(glob: str, name: str) -> None:
    expected = re.fullmatch(re.escape(glob).replace(r"\*", ".*"), f"{name}@x.example")
    assert (AddressPatterns([glob]).met_by(f"{name}@x.example") is not None) == bool(expected)


def test_no_address_holds_a_pattern_up() -> None:
    patterns = AddressPatterns(["*a" * 100 + "*b@x.example"])
    started = time.process_time()
    assert patterns.met_by("a" * 1_000_000 + "@x.example") is None
    assert time.process_time() - started < 1
