"""In which order things are listed."""

from dataclasses import dataclass
from enum import StrEnum

from mailctl.errors import BadUsage


class Sort(StrEnum):
    """By what messages are sorted; where that is equal, by their ids."""

    DATE = "date"
    SIZE = "size"
    FROM = "from"
    SUBJECT = "subject"


@dataclass(frozen=True)
class Order:
    """By what, and which of it comes first."""

    by: Sort = Sort.DATE
    is_descending: bool = True


NEWEST_FIRST = Order()


def parse_order(text: str) -> Order:
    """Return the order: `date` begins with the smallest, `-date` with the greatest.

    Raises BadUsage.
    """
    word = text.strip().lower()
    try:
        return Order(Sort(word.removeprefix("-")), is_descending=word.startswith("-"))
    except ValueError as error:
        raise BadUsage(
            f"{text!r} is nothing to sort by",
            hint=f"sort by {', '.join(Sort)}, or from the greatest on: -date",
        ) from error
