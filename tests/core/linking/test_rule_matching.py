"""What rules find is the same in a text and in what the index has of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailctl.core.linking.rule_matching import Finder, is_plain
from mailctl.domain.link_rules import LinkRule, LinkRuleId, Place
from mailctl.store.words import folded

PLAIN = [r"Inv-(\d+)", r"\b(C-[0-9]{3})\b", r"(?:order|no\.)\s*(\d+)", r"(?P<number>[A-Z]{2}\d+)"]
TEXTS = st.lists(
    st.sampled_from(
        [
            *("Inv-", "order ", "no.", "C-", "AB", "12", "123", "4711", " ", "\n", "-", "請求書"),
            *("für ", "Ёлка", "ß", "№ ", "ΆΛΦΑ", "é", "\u200f", "é", "日", "x"),
        ]
    )
).map("".join)


@pytest.mark.parametrize("pattern", PLAIN)
def test_patterns_of_ascii_are_plain(pattern: str) -> None:
    assert is_plain(pattern)


@pytest.mark.parametrize(
    "pattern",
    ["Inv.(1)", "[^a](1)", r"\W(1)", r"\D1", "für(1)", r"\pL1", "(?i)x", r"\x{e9}", r"\S1", r"\B1"],
)
def test_patterns_that_other_scripts_may_match_are_not(pattern: str) -> None:
    assert not is_plain(pattern)


@given(st.sampled_from(PLAIN), TEXTS)
def test_folding_hides_nothing_from_a_plain_pattern(pattern: str, text: str) -> None:
    rule = LinkRule(LinkRuleId("rul_1"), "r", 1, pattern, (Place.BODY,), "invoice")
    finder = Finder(rule)
    whole = {key for _, _, key in finder.values({Place.BODY: text})}
    assert whole <= {key for _, _, key in finder.values({Place.BODY: folded(text)})}
