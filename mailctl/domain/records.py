"""What else mail can be about: deals, invoices, cases, of types that their user defines."""

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime
from enum import StrEnum
from typing import NewType

from mailctl.records import dataclass

RecordId = NewType("RecordId", str)
"""rec_…, made by chance."""


class RowFormat(StrEnum):
    """How records lie in a file."""

    CSV = "csv"
    JSON = "json"
    NDJSON = "ndjson"


@dataclass(frozen=True)
class RecordType:
    """A kind of record: how its numbers look, and what else is kept of each."""

    name: str
    mask: str = ""
    """As `number_masks` reads it; empty where a number may be anything."""
    fields: tuple[str, ...] = ()
    records: int = 0
    """How many there are."""
    created_at: datetime | None = None
    changed_at: datetime | None = None


@dataclass(frozen=True)
class Record:
    """One thing of a type; within its type nothing else has its number."""

    id: RecordId
    type: str
    number: str
    title: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    """Those of the type's fields that have a value, in the type's order."""
    owner: str | None = None
    source: str = "manual"
    tags: tuple[str, ...] = ()
    created_at: datetime | None = None
    changed_at: datetime | None = None

    @property
    def key(self) -> str:
        """The number as it is compared."""
        return number_key(self.number)


def number_key(number: str) -> str:
    """Return a number as it is compared: without case, blanks as one."""
    return " ".join(number.split()).casefold()
