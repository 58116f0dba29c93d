"""A message and what it has to be linked to."""

from dataclasses import dataclass, replace
from typing import NamedTuple

Names = frozenset[str]
NOBODY: Names = frozenset()


@dataclass(frozen=True)
class Truth:
    """What one message is about; contacts and companies by name, records as TYPE:NUMBER."""

    contacts: Names = NOBODY
    companies: Names = NOBODY
    records: Names = NOBODY
    contact_candidates: Names = NOBODY
    """Those among whom a person has to choose: linked to none for certain."""
    company_candidates: Names = NOBODY
    tolerated: Names = NOBODY
    """What people would say either of: no link is missed, and none is wrong."""

    def __or__(self, other: "Truth") -> "Truth":
        """Return what both say."""
        return Truth(
            self.contacts | other.contacts,
            self.companies | other.companies,
            self.records | other.records,
            self.contact_candidates | other.contact_candidates,
            self.company_candidates | other.company_candidates,
            self.tolerated | other.tolerated,
        )

    def about(self, *records: str) -> "Truth":
        """Return the same, with these records."""
        return replace(self, records=self.records | frozenset(records))


NOTHING = Truth()


class Labelled(NamedTuple):
    """A message of the set."""

    message_id: str
    """Without its brackets; no two are equal."""
    kind: str
    """The name of the case that it is."""
    source: bytes
    truth: Truth
