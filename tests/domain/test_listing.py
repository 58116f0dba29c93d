"""Orders as people write them."""

import pytest

from mailctl.domain.listing import Order, Sort, parse_order
from mailctl.errors import BadUsage


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("date", Order(Sort.DATE, is_descending=False)),
        ("-date", Order(Sort.DATE, is_descending=True)),
        (" -Size ", Order(Sort.SIZE, is_descending=True)),
        ("from", Order(Sort.FROM, is_descending=False)),
    ],
)
def test_a_minus_begins_with_the_greatest(text: str, order: Order) -> None:
    assert parse_order(text) == order


@pytest.mark.parametrize("text", ["", "-", "--date", "id", "date desc", "\0"])
def test_what_is_no_order_is_refused_with_those_that_are(text: str) -> None:
    with pytest.raises(BadUsage) as refused:
        parse_order(text)
    assert "date, size, from, subject" in (refused.value.hint or "")
