"""What a signature says of who sent the mail, each fact with why it is believed."""

from enum import StrEnum

from mailctl.records import dataclass


class FactField(StrEnum):
    """What a fact is about."""

    NAME = "name"
    JOB_TITLE = "job_title"
    COMPANY = "company"
    DEPARTMENT = "department"
    PHONE = "phone"
    EMAIL = "email"
    WEB = "web"
    SOCIAL = "social"
    ADDRESS = "address"


@dataclass(frozen=True)
class Fact:
    """One thing that the signature says."""

    field: FactField
    value: str
    """In its normal form: phones in E.164, addresses of web pages with their scheme."""
    written: str
    """As it stands in the mail."""
    line: str
    """The line that it was read from, and `number` its place in the text, from 1."""
    number: int
    confidence: float
    """From 0 to 1; what is not as good as certain wants a person's look."""
    evidence: tuple[str, ...]
    type: str = ""
    """Of phones: work, mobile, home, fax; of social profiles the network."""
    ext: str = ""
    """The extension of a phone."""


@dataclass(frozen=True)
class Findings:
    """What was found in a mail."""

    sender_name: str
    sender_address: str
    facts: tuple[Fact, ...]
    signature: tuple[str, ...]
    """The lines of the signature, none where none was found."""
    reason: str
    """Where the signature was found, or why nothing was taken from the mail."""

    def of(self, field: FactField) -> tuple[Fact, ...]:
        """Return the facts of a field, the surest first."""
        found = (fact for fact in self.facts if fact.field is field)
        return tuple(sorted(found, key=lambda fact: -fact.confidence))
