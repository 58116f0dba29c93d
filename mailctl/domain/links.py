"""What a message is about, and why we think so."""

from datetime import datetime
from enum import StrEnum

from mailctl.domain.ids import MessageId
from mailctl.records import dataclass


class ObjectNoun(StrEnum):
    """What a message can be linked to."""

    CONTACT = "contact"
    COMPANY = "company"
    RECORD = "record"


class Step(StrEnum):
    """What made a link, in the order in which it is tried."""

    MANUAL = "manual"
    """A person said so."""
    ADDRESS = "address"
    """It is the address of a contact, or of a company itself."""
    COMPANY = "company"
    """The company of a contact."""
    DOMAIN = "domain"
    """The domain of an address is the company's."""
    RULE = "rule"
    THREAD = "thread"
    """Another message of the conversation has the link, and this one had none of its kind."""


@dataclass(frozen=True)
class LinkedObject:
    """What a link leads to, as people know it."""

    noun: ObjectNoun
    id: str
    name: str
    """Of a record its number."""
    type: str = ""
    """Of a record its type."""

    @property
    def kind(self) -> str:
        """The noun, or the type of a record: `record:invoice`."""
        return f"{self.noun}:{self.type}" if self.type else str(self.noun)


@dataclass(frozen=True)
class Link:
    """One message about one object."""

    message: MessageId
    object: LinkedObject
    step: Step
    rule: str | None
    """The name of the rule that made it."""
    place: str
    """Where it was found: `from`, `to`, `subject`, …"""
    evidence: str
    """What was found there: an address, a number, the id of a message."""
    is_candidate: bool
    """One of several who may be meant; who it is a person says."""
    made_at: datetime


@dataclass(frozen=True)
class LinkingStep:
    """One thing that was compared on the way to a message's links."""

    step: str
    compared: str
    outcome: str
