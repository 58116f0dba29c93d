"""Mail that somebody else wrote as a file (.eml), made ready to be handed over."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from email.utils import format_datetime

from mailctl.domain.addresses import Person
from mailctl.domain.outgoing import Letter, Recipient
from mailctl.errors import BadUsage
from mailctl.mail import head
from mailctl.mail.compose import envelope
from mailctl.mail.fields import Fields, read_fields
from mailctl.mail.headers import PEOPLE_MAX
from mailctl.mail.line_ends import with_crlf
from mailctl.mail.mailboxes import mailboxes
from mailctl.mail.parse import read_envelope

_ONCE = ("from", "to", "cc", "bcc", "subject", "date", "message-id", "reply-to")
_FIELD = re.compile(rb"[!-9;-~]+:")
_LONGEST_LINE = 998


def ready(
    source: bytes,
    *,
    recipients: Sequence[Recipient] = (),
    at: datetime,
    message_id: str,
) -> Letter:
    """Return the mail as it is, without its Bcc, with a Date and a Message-ID if it had none.

    It goes to those of To, Cc and Bcc unless recipients are named. Raises BadUsage for what no
    server should be given: no From or several, a field twice, lines too long, NULs.
    """
    octets = with_crlf(source)
    header, blank, body = octets.partition(b"\r\n\r\n")
    _refuse_misshapen(header, octets, has_end=bool(blank))
    told = read_envelope(octets)
    if told.sender is None:
        raise BadUsage("the mail names nobody in From", hint="write a From field into it")
    fields = read_fields(octets)
    if not recipients:
        _refuse_lost(fields)
    whom = tuple(recipients) or envelope(told.to, told.cc, told.bcc)
    lines = _without_bcc(header)
    added = b""
    if not fields.count("date"):
        added += head.field("Date", format_datetime(at.astimezone(UTC)))
    if told.rfc_message_id is None:
        if fields.count("message-id"):
            raise BadUsage("the Message-ID of the mail is none", hint="mend it, or leave it out")
        added += head.ids("Message-ID", [message_id])
    return Letter(
        source=added + lines + b"\r\n" + body, sender=told.sender.address, recipients=whom
    )


def sender_of(source: bytes) -> Person | None:
    """Return who stands in From."""
    return read_envelope(with_crlf(source)).sender


def _refuse_misshapen(header: bytes, octets: bytes, *, has_end: bool) -> None:
    if b"\0" in octets:
        raise BadUsage("the mail holds a NUL", hint="is the file a mail?")
    first = header.split(b"\r\n", 1)[0]
    if not has_end or not _FIELD.match(first):
        raise BadUsage(
            "that is no mail: it begins with no header field, or has no empty line",
            hint="write From:, To: and Subject: lines, an empty line, and the text",
        )
    for line in header.split(b"\r\n"):
        if not line.startswith((b" ", b"\t")) and not _FIELD.match(line):
            # a "Bcc :" for one, which some readers take for a field and some do not
            shown = line[:60].decode("ascii", "replace")
            raise BadUsage(
                f"{shown!r} in the head of the mail is no field",
                hint="write NAME: VALUE, without blanks in the name",
            )
    longest = max(map(len, octets.split(b"\r\n")))
    if longest > _LONGEST_LINE:
        raise BadUsage(
            f"a line of the mail has {longest} octets, and {_LONGEST_LINE} are allowed",
            hint="encode it as quoted-printable or base64",
        )
    fields = read_fields(octets)
    for name in _ONCE:
        if fields.count(name) > 1:
            raise BadUsage(f"the mail has {fields.count(name)} {name.title()} fields, not one")
    if re.search(rb"(?im)^resent-", header):
        raise BadUsage(
            "the mail was sent before (Resent- fields), and to whom it should go is unclear",
            hint="name the recipients with --to, and take those fields out",
        )


def _refuse_lost(fields: Fields) -> None:
    """Raise BadUsage where a field names somebody who would not get the mail."""
    for field in ("to", "cc", "bcc"):
        named = list(mailboxes(fields.first(field)))
        if len(named) > PEOPLE_MAX:
            raise BadUsage(
                f"the mail names more than {PEOPLE_MAX} people in {field.title()}",
                hint="send it in parts: --to ADDRESS",
            )
        for name, address in named:
            said = name or address
            if said and "@" not in address.strip("@"):
                raise BadUsage(
                    f"{said[:60]!r} in {field.title()} of the mail is no address",
                    hint="mend it, or name the recipients: --to ADDRESS",
                )


def _without_bcc(header: bytes) -> bytes:
    """Return the header's lines, each with its end, but for those of Bcc."""
    kept: list[bytes] = []
    is_blind = False
    for line in header.split(b"\r\n"):
        if not line.startswith((b" ", b"\t")):
            is_blind = line.lower().startswith(b"bcc:")
        if not is_blind:
            kept.append(line + b"\r\n")
    return b"".join(kept)
