"""How much mail there is of what kind."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class By(StrEnum):
    """By what messages are counted; days begin as this machine's zone has it."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"
    HOUR = "hour"
    """Of the day."""
    SENDER = "sender"
    DOMAIN = "domain"
    """Of the sender."""
    FOLDER = "folder"
    ACCOUNT = "account"


IN_TIME = {By.DAY, By.WEEK, By.MONTH, By.YEAR, By.HOUR}
"""What has an order of its own; of anything else the most comes first."""


@dataclass(frozen=True, slots=True)
class Sum:
    """What messages have in common, and how many they are."""

    value: str | None
    """A day `2026-01-31`, a week `2026-W05`, an address …; None where they have none."""
    messages: int
    bytes: int
    unread: int
    account: str | None = None
    """Whose folder it is, where folders are counted."""


def added_up(sums: Iterable[Sum], by: By) -> list[Sum]:
    """Return the sums of days, or of addresses, as those of what was asked for."""
    match by:
        case By.WEEK:
            return _added(sums, _week)
        case By.SENDER:
            return _added(sums, str.lower)
        case By.DOMAIN:
            return _added(sums, lambda address: address.rpartition("@")[2].lower())
        case _:
            return list(sums)


def _added(sums: Iterable[Sum], value: Callable[[str], str]) -> list[Sum]:
    found: dict[str | None, Sum] = {}
    for each in sums:
        wider = None if each.value is None else value(each.value)
        known = found.get(wider, Sum(wider, 0, 0, 0))
        found[wider] = Sum(
            wider,
            known.messages + each.messages,
            known.bytes + each.bytes,
            known.unread + each.unread,
        )
    return list(found.values())


def _week(day: str) -> str:
    """Return the week of ISO 8601."""
    year, week, _ = date.fromisoformat(day).isocalendar()
    return f"{year:04}-W{week:02}"
