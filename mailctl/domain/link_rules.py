"""Rules that find the numbers of records in mail."""

from datetime import datetime
from enum import StrEnum
from typing import NewType

from mailctl.records import dataclass

LinkRuleId = NewType("LinkRuleId", str)
"""rul_…, made by chance."""

NUMBER, TITLE = "number", "title"


class Place(StrEnum):
    """Where a rule looks."""

    SUBJECT = "subject"
    BODY = "body"


@dataclass(frozen=True)
class LinkRule:
    """What stands in mail for a record: the first rule that finds one of a type decides."""

    id: LinkRuleId
    name: str
    position: int
    """Rules are tried by position, the lowest first."""
    pattern: str
    """In the syntax of RE2. The group `number`, else the first one, else all is the value."""
    places: tuple[Place, ...]
    type: str
    """The type of the records."""
    compared: str = NUMBER
    """What of a record the value is: its number, its title, or a field of its type."""
    creates: bool = False
    """Whether a record is made where there is none of that number."""
    is_enabled: bool = True
    hits: int = 0
    """How many links it made that are there."""
    created_at: datetime | None = None
    changed_at: datetime | None = None
