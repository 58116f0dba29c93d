"""What was found in signatures, as JSON."""

from datetime import datetime
from typing import Annotated, TypedDict

from mailctl.domain.addresses import Person
from mailctl.domain.facts import FactField
from mailctl.domain.ids import MessageId
from mailctl.domain.proposals import EnrichPolicy, FactId, FactState, MatchedBy


class FoundFact(TypedDict):
    """What a line of a signature says."""

    field: FactField
    type: str
    ext: str
    value: str
    written: str
    line: str
    line_number: int
    confidence: float
    evidence: list[str]


class ReadSignature(TypedDict):
    """What the signature of one mail says."""

    message: Annotated[str | None, "as it was named; null for a file"]
    sender: Person
    reason: str
    signature: list[str]
    facts: list[FoundFact]


class ProposalEvidence(TypedDict):
    """The line that says it, and why that is believed."""

    line: str
    line_number: int
    why: list[str]


class Proposal(TypedDict):
    """A fact that waits for a person's word, or had it."""

    id: FactId
    message: MessageId
    sender: Person
    contact: Annotated[str | None, "null where the sender is no contact"]
    contact_name: str | None
    field: FactField
    type: str | None
    ext: str | None
    value: str
    old: Annotated[str | None, "what it would take the place of"]
    confidence: float
    date: datetime
    state: FactState
    evidence: ProposalEvidence
    matched_by: MatchedBy | None
    decided_at: datetime | None


class FactRun(TypedDict):
    """What a run over signatures found."""

    messages: int
    facts: int
    taken: int
    waiting: int


class Policy(TypedDict):
    """What becomes of facts of a field."""

    field: FactField
    policy: EnrichPolicy
    threshold: Annotated[float | None, "from which confidence on auto takes them"]
