"""Sums of messages as results."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from mailctl.output.sizes import size_text
from mailctl.output.terminal import one_line
from mailctl.output.view import View

if TYPE_CHECKING:
    from mailctl.domain.statistics import Sum
    from mailctl.output.lines import Line


def _chart(sums: "Sequence[Sum]", places: int) -> "Iterator[Line]":
    from mailctl.output.charts import Bar, chart  # for people alone

    accounts = {each.account for each in sums}
    bars = [
        Bar(
            label=_label(each, has_account=len(accounts) > 1),
            number=each.messages,
            told=(size_text(each.bytes), f"{each.unread:,} unread"),
        )
        for each in sums
    ]
    return chart(bars, places)


def _label(each: "Sum", *, has_account: bool) -> str:
    value = "(none)" if each.value is None else one_line(each.value)
    return f"{value} ({one_line(each.account or '')})" if has_account else value


SUMS: "View[Sum]" = View(
    {
        "value": lambda s: s.value,
        "messages": lambda s: s.messages,
        "bytes": lambda s: s.bytes,
        "unread": lambda s: s.unread,
        "account": lambda s: s.account,
    },
    table=("value", "messages", "bytes", "unread"),
    chart=_chart,
)
