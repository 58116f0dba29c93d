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
from mailctl.mail.headers import FIELD_MAX, PEOPLE_MAX, unfolded
from mailctl.mail.line_ends import with_crlf
from mailctl.mail.mailboxes import mailboxes
from mailctl.mail.parse import read_envelope

_ONCE = ("from", "to", "cc", "bcc", "subject", "date", "message-id", "reply-to")
_FIELD = re.compile(rb"[!-9;-~]+:")
_CONTROL = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_ID = re.compile(r"<[^<>\s]+>\Z")
_LONGEST_LINE, _LONGEST_HEADER = 998, 1_000_000


def ready(
    source: bytes,
    *,
    recipients: Sequence[Recipient] = (),
    at: datetime,
    message_id: str,
) -> Letter:
    """Return the mail as it is, without its Bcc, with a Date and a Message-ID if it had none.

    It goes to those of To, Cc and Bcc unless recipients are named. Raises BadUsage for what no
    server should be given: no From or several, a field twice, lines too long, NULs, a header of
    which readers see different things, or a recipient there who has no address.
    """
    octets = with_crlf(source)
    header, blank, body = octets.partition(b"\r\n\r\n")
    _refuse_misshapen(header, octets, has_end=bool(blank))
    told = read_envelope(octets)
    if told.sender is None:
        raise BadUsage("the mail names nobody in From", hint="write a From field into it")
    fields = read_fields(octets)
    if not recipients:
        _refuse_nameless(fields)
    whom = tuple(recipients) or envelope(told.to, told.cc, told.bcc)
    lines = _without_bcc(header)
    added = b""
    if not fields.count("date"):
        added += head.field("Date", format_datetime(at.astimezone(UTC)))
    if not fields.count("message-id"):
        added += head.ids("Message-ID", [message_id])
    elif not _ID.match(unfolded(fields.first("message-id")).strip()):
        raise BadUsage("the Message-ID of the mail is none", hint="mend it, or leave it out")
    return Letter(
        source=added + lines + b"\r\n" + body, sender=told.sender.address, recipients=whom
    )


def sender_of(source: bytes) -> Person | None:
    """Return who stands in From."""
    return read_envelope(with_crlf(source)).sender


def _refuse_misshapen(header: bytes, octets: bytes, *, has_end: bool) -> None:
    if b"\0" in octets:
        raise BadUsage("the mail holds a NUL", hint="is the file a mail?")
    lines = header.split(b"\r\n")
    if not has_end or not _FIELD.match(lines[0]):
        raise BadUsage(
            "that is no mail: it begins with no header field, or has no empty line",
            hint="write From:, To: and Subject: lines, an empty line, and the text",
        )
    if len(header) > _LONGEST_HEADER:
        raise BadUsage(
            f"the mail's header is longer than {_LONGEST_HEADER} octets",
            hint="is the empty line missing that ends it?",
        )
    _refuse_lines(lines)
    longest = max(map(len, octets.split(b"\r\n")))
    if longest > _LONGEST_LINE:
        raise BadUsage(
            f"a line of the mail has {longest} octets, and {_LONGEST_LINE} are allowed",
            hint="encode it as quoted-printable or base64",
        )
    fields = read_fields(octets)
    for name in _ONCE:
        if fields.count(name) > 1:
            raise BadUsage(
                f"the mail has {fields.count(name)} {name.title()} fields, not one",
                hint="put them into one, and take the others out",
            )
    if re.search(rb"(?im)^resent-", header):
        raise BadUsage(
            "the mail was sent before (Resent- fields), and to whom it should go is unclear",
            hint="name the recipients with --to, and take those fields out",
        )


def _refuse_lines(lines: Sequence[bytes]) -> None:
    """Refuse lines at which readers part: for one the header ends there, for another it does not.

    With a blank before the colon (obsolete, RFC 5322 section 4.5) a field is no field for some, so
    a Bcc would be sent along, or its recipients forgotten.
    """
    for number, line in enumerate(lines, start=1):
        shown = line[:40].decode("ascii", "replace")
        is_folded = line.startswith((b" ", b"\t"))
        if not (line.strip() if is_folded else _FIELD.match(line)):
            raise BadUsage(
                f"line {number} of the mail's header is no field: {shown!a}",
                hint="write fields as Name: value, and an empty line before the text",
            )
        if found := _CONTROL.search(line):
            raise BadUsage(
                f"line {number} of the mail's header holds a control character "
                f"(U+{found[0][0]:04X})",
                hint="take it out, or encode it (RFC 2047)",
            )


def _refuse_nameless(fields: Fields) -> None:
    for name in ("to", "cc", "bcc"):
        text = fields.first(name)
        named = list(mailboxes(unfolded(text)))
        if len(text) > FIELD_MAX or len(named) > PEOPLE_MAX:  # not all of it would be read
            raise BadUsage(
                f"{name.title()} names more people than one field may",
                hint="name the recipients with --to, or send several mails",
            )
        for called, address in named:
            if (called or address) and "@" not in address.strip("@"):
                raise BadUsage(
                    f"{(called or address)[:60]!a} in {name.title()} is not a mail address",
                    hint="mend it, or name the recipients with --to",
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
