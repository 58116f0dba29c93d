"""A mail as a person means it, before it is bytes."""

from dataclasses import field
from datetime import datetime

from mailctl.domain.addresses import Person
from mailctl.records import dataclass


@dataclass(frozen=True)
class DraftFile:
    """A file that goes along; one with a `content_id` is shown inside the HTML (RFC 2392)."""

    name: str
    media_type: str
    octets: bytes
    content_id: str | None = None


@dataclass(frozen=True)
class Signature:
    """What stands below the sender's own words; empty: nothing."""

    text: str = ""
    html: str = ""


@dataclass(frozen=True)
class Draft:
    """Who writes what to whom. Text or HTML or both; neither is an empty mail."""

    sender: Person
    date: datetime
    message_id: str
    """Without angle brackets, made from the sender's domain."""
    to: tuple[Person, ...] = ()
    cc: tuple[Person, ...] = ()
    bcc: tuple[Person, ...] = ()
    reply_to: tuple[Person, ...] = ()
    subject: str = ""
    text: str | None = None
    html: str | None = None
    quoted_text: str = ""
    """What is answered or passed on; it stands below the signature and is not signed again."""
    quoted_html: str = ""
    signature: Signature = field(default_factory=Signature)
    files: tuple[DraftFile, ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    """Further header fields, in order."""
    in_reply_to: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
