"""A short mail whose arrival shows that an account can send."""

from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime


@dataclass(frozen=True)
class Probe:
    """A mail ready to be submitted."""

    message_id: str
    source: bytes


def probe(sender: str, recipient: str, *, name: str, at: datetime, token: str) -> Probe:
    """Return a mail that says what it is (RFC 5322); answers of machines are not wanted."""
    message = EmailMessage(policy=SMTP)
    message["From"] = Address(display_name=name, addr_spec=sender)
    message["To"] = Address(addr_spec=recipient)
    message["Subject"] = "mailctl test"
    message["Date"] = format_datetime(at)
    message_id = f"<{token}@{sender.rpartition('@')[2]}>"
    message["Message-ID"] = message_id
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(f"This mail shows that {sender} can send.\n")
    return Probe(message_id, message.as_bytes())
