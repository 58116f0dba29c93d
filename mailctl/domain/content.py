"""What a mail holds besides its envelope: text, files, an invitation, a report."""

from dataclasses import dataclass

from mailctl.domain.addresses import Person


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file in a mail; its octets are asked for by `number`."""

    number: int
    """From 1, in the order in which they stand in the mail."""
    name: str
    """As the sender wrote it, which is nothing that a disk should see; may be empty."""
    safe_name: str
    """Fit for a disk: one component, never empty, at most 255 bytes, once in a mail."""
    media_type: str
    size_bytes: int
    is_inline: bool
    """Whether the mail shows it in place instead of offering it."""
    content_id: str | None


@dataclass(frozen=True, slots=True)
class EventTime:
    """When an event begins or ends, as the calendar of its writer says it."""

    local: str
    """ISO 8601: `2024-03-01T10:00:00`, or `2024-03-01` for whole days."""
    zone: str | None
    """`UTC`, or the zone as it was written; None where it is that of whoever reads."""

    def __str__(self) -> str:
        if self.zone == "UTC":
            return f"{self.local}Z"
        return f"{self.local} {self.zone}" if self.zone else self.local


@dataclass(frozen=True, slots=True)
class Attendee:
    """Who is asked to come, and what they answered (RFC 5545 section 3.2.12)."""

    person: Person
    answer: str
    """In lower case: `needs-action`, `accepted`, `declined`, `tentative`, `delegated`."""


@dataclass(frozen=True, slots=True)
class Invitation:
    """The first event of a calendar object that came by mail (RFC 5546, RFC 6047)."""

    method: str
    """In lower case: `request`, `reply`, `cancel`, `publish`, …; may be empty."""
    uid: str
    summary: str
    starts: EventTime | None
    ends: EventTime | None
    location: str
    organizer: Person | None
    attendees: tuple[Attendee, ...]
    is_recurring: bool


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of a mail on its way to one recipient (RFC 3464 section 2.3)."""

    recipient: str
    action: str
    """In lower case: `failed`, `delayed`, `delivered`, `relayed`, `expanded`."""
    status: str
    """Such as `5.1.1` (RFC 3463)."""
    diagnostic: str


@dataclass(frozen=True, slots=True)
class DeliveryReport:
    """What a server says about a mail that it was to deliver (RFC 3464)."""

    message_id: str | None
    """That of the mail it is about, where the report holds its header."""
    deliveries: tuple[Delivery, ...]


@dataclass(frozen=True, slots=True)
class Content:
    """All that a mail holds, as far as it can be read; what cannot is in `defects`."""

    text: str
    text_from: str | None
    """`plain`, `html`, or None where there is no text."""
    links: tuple[str, ...]
    """Addresses that the text leads to, in order, each once: http, https and mailto alone."""
    attachments: tuple[Attachment, ...]
    invitation: Invitation | None
    report: DeliveryReport | None
    marks: frozenset[str]
    protection: frozenset[str]
    """Of `pgp-encrypted`, `pgp-signed`, `smime-encrypted`, `smime-signed`; nothing is verified."""
    defects: tuple[str, ...]
