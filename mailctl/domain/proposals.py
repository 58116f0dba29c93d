"""Facts of signatures on their way to contacts: proposed, accepted, rejected, undone."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import NewType

from mailctl.domain.addresses import Person
from mailctl.domain.facts import FactField
from mailctl.domain.ids import MessageId
from mailctl.errors import BadUsage
from mailctl.records import dataclass

FactId = NewType("FactId", str)
"""prp_…, made of whose fact it is, its field and its value."""
SINGLE = (FactField.NAME, FactField.JOB_TITLE, FactField.DEPARTMENT)
"""Fields of which a contact has one value."""


class FactState(StrEnum):
    """What a person, or a policy, said of a fact."""

    OPEN = "open"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    """It is never proposed again."""
    UNDONE = "undone"
    """It was accepted, and taken back."""


class EnrichPolicy(StrEnum):
    """What becomes of facts of a field."""

    PROPOSE = "propose"
    AUTO = "auto"
    """Taken unasked where confidence is enough and no value of a person's is overwritten."""
    OFF = "off"


@dataclass(frozen=True)
class FieldPolicy:
    """The policy of one field."""

    field: FactField
    policy: EnrichPolicy = EnrichPolicy.PROPOSE
    threshold: float = 0.9
    """From which confidence on `auto` takes a fact."""


@dataclass(frozen=True)
class StoredFact:
    """What signatures of one mailbox state, as the newest message says it."""

    id: FactId
    mailbox: str
    sender: Person
    field: FactField
    value: str
    key: str
    """What is compared."""
    type: str
    ext: str
    confidence: float
    message: MessageId
    stated_at: datetime
    line: str
    line_number: int
    evidence: tuple[str, ...]
    state: FactState = FactState.OPEN
    decided_at: datetime | None = None
    contact: str | None = None
    """Of one that was accepted: whose it is."""
    applied: Mapping[str, str | None] | None = None
    """Of one that was accepted: what was changed, enough to undo it."""


class MatchedBy(StrEnum):
    """How it is known whose a fact is."""

    ADDRESS = "address"
    """The sender's address is the contact's."""
    SIGNATURE = "signature"
    """Another address in the sender's signatures is."""
    NAME = "name"
    """One contact alone has the sender's name: anybody may call themselves so."""


@dataclass(frozen=True)
class Proposal:
    """A fact, beside what is known."""

    fact: StoredFact
    contact: str | None
    """The id of the contact that it is of; None where the sender is no contact yet."""
    contact_name: str | None
    old: str | None
    """What it would take the place of."""
    matched_by: MatchedBy | None = None
    """None where there is no contact, and where it was decided."""


def parse_policy(text: str) -> tuple[EnrichPolicy, float]:
    """Return what `propose`, `off`, `auto` or `auto:0.95` says. Raises BadUsage."""
    word, _, number = text.strip().lower().partition(":")
    try:
        policy = EnrichPolicy(word)
        threshold = float(number) if number else FieldPolicy.threshold
    except ValueError as error:
        raise _no_policy(text) from error
    if not 0 < threshold <= 1 or (number and policy is not EnrichPolicy.AUTO):
        raise _no_policy(text)
    return policy, threshold


def policy_text(policy: FieldPolicy) -> str:
    """Return a policy as `parse_policy` reads it."""
    if policy.policy is EnrichPolicy.AUTO:
        return f"{policy.policy}:{policy.threshold!r}"
    return str(policy.policy)


def _no_policy(text: str) -> BadUsage:
    return BadUsage(
        f"{text[:50]!r} is no policy", hint="write propose, off, auto, or auto:0.95 (confidence)"
    )
