"""People, organisations, records, and what links mail to them, as JSON."""

from datetime import datetime
from typing import Annotated, TypedDict

from mailctl.domain.ids import MessageId
from mailctl.domain.link_rules import LinkRuleId, Place
from mailctl.domain.links import LinkingStep, Step


class Named(TypedDict):
    """A thing by its id and name."""

    id: str
    name: str


class Option(TypedDict):
    """One way to reach somebody."""

    value: str
    type: str | None
    ext: str | None


class Reachable(TypedDict):
    """What people and organisations have in common."""

    id: str
    name: str
    emails: list[Option]
    phones: list[Option]
    webs: list[Option]
    socials: list[Option]
    addresses: list[Option]
    owner: str | None
    source: str
    tags: list[str]
    created_at: datetime | None
    changed_at: datetime | None


class Contact(Reachable):
    """A person."""

    job_title: str
    department: str
    companies: list[Named]
    email: Annotated[str | None, "the first of emails"]
    company: Annotated[str | None, "the name of the first of companies"]


class Company(Reachable):
    """An organisation."""

    domains: list[str]


class ProposedContact(TypedDict):
    """A person who may become a contact."""

    address: str
    name: str
    company: Named | None
    messages: int
    last_at: datetime


class RowFailure(TypedDict):
    """A row that was left out."""

    line: int
    message: str


class ImportReport(TypedDict):
    """What an import did, or would do."""

    created: int
    updated: int
    unchanged: int
    failed: int
    errors: list[RowFailure]
    is_dry_run: bool


class RecordImport(ImportReport):
    """What an import of records did, or would do."""

    ignored: Annotated[list[str], "columns that are no field"]


class Merged(TypedDict):
    """Who was united with whom."""

    merge: str
    id: str
    name: str
    gone: list[Named]
    merged_at: datetime
    undone_at: datetime | None


class Record(TypedDict):
    """What else mail is about."""

    id: str
    type: str
    number: str
    title: str
    fields: dict[str, str]
    owner: str | None
    source: str
    tags: list[str]
    created_at: datetime | None
    changed_at: datetime | None


class RecordType(TypedDict):
    """A kind of records."""

    name: str
    mask: str
    fields: list[str]
    records: int
    created_at: datetime | None
    changed_at: datetime | None


class LinkTo(TypedDict):
    """A link, and what made it."""

    kind: Annotated[str, "contact, company, or record:TYPE"]
    object: str
    name: str
    step: Step
    rule: str | None
    place: str | None
    evidence: str | None
    manual: bool
    candidate: Annotated[bool, "whether a person has to choose"]
    made_at: datetime


class Link(LinkTo):
    """A link of a message."""

    message: MessageId


class LinkRun(TypedDict):
    """What linking changed, or would change."""

    messages: int
    added: int
    removed: int
    candidates: int
    records_created: int
    is_dry_run: bool


_In = TypedDict("_In", {"in": list[Place]})


class LinkRule(_In):
    """A rule that links mail to records."""

    id: LinkRuleId
    name: str
    position: int
    match: str
    to: str
    by: str
    create: bool
    enabled: bool
    hits: int
    created_at: datetime | None
    changed_at: datetime | None


class Hit(TypedDict):
    """What a rule finds."""

    rule: str
    position: int
    place: Place
    value: str
    records: list[str]
    outcome: str


class Explanation(TypedDict):
    """Why a message is linked to what it is linked to."""

    message: MessageId
    links: list[LinkTo]
    steps: list[LinkingStep]
