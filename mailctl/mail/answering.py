"""What an answer, or a mail that is passed on, takes over from the mail it is about."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from html import escape

from mailctl.domain.addresses import Person
from mailctl.domain.drafts import DraftFile
from mailctl.domain.messages import Envelope
from mailctl.mail.content import attachments, read_content
from mailctl.mail.head import is_address, sound
from mailctl.mail.parse import read_envelope
from mailctl.mail.signed import html_of

_MOST_REFERENCES, _MOST_OCTETS = 100, 8_000
# "Re:" as programs write it in other languages, with a number or not.
_ANSWERED = re.compile(
    r"(?:(?:re|aw|sv|vs|antw|odp|ynt|rif|ref)(?:\[\d+\])?\s*:\s*)+", re.IGNORECASE
)
_PASSED_ON = re.compile(r"(?:(?:fwd?|wg|tr|rv|enc|i|vl|doorst)\s*:\s*)+", re.IGNORECASE)
_SIGNATURE = re.compile(r"^-- \n.*", re.MULTILINE | re.DOTALL)
_LONGEST_QUOTE, _LONGEST_SUBJECT = 1 << 20, 900
# What a header may name: octets beyond ASCII would ask for SMTPUTF8 of every server on the way.
_ID = re.compile(r"[!-;=?-~]{1,900}\Z")


@dataclass(frozen=True)
class Answer:
    """To whom, in which conversation, with what below one's own words."""

    to: tuple[Person, ...]
    cc: tuple[Person, ...]
    subject: str
    in_reply_to: tuple[str, ...]
    references: tuple[str, ...]
    quoted_text: str
    quoted_html: str


@dataclass(frozen=True)
class PassedOn:
    """What of a mail goes on to somebody else."""

    subject: str
    quoted_text: str
    quoted_html: str
    files: tuple[DraftFile, ...]
    references: tuple[str, ...]


def answer(source: bytes, *, own: Collection[str], to_all: bool) -> Answer:
    """Return what an answer to the mail begins with (RFC 5322 section 3.6.3 and 3.6.4).

    It goes to Reply-To or From; that to a mail of one's own to whom that one went. To all
    are To and Cc as well, but for one's own addresses. What the mail names may be anything:
    names lose what no header holds, and what is no address, or no id, is left out.
    """
    envelope = read_envelope(source)
    ours = {address.lower() for address in own}
    reply_to = tuple(person for person in envelope.reply_to if is_address(person.address))
    senders = reply_to or ((envelope.sender,) if envelope.sender else ())
    is_own = envelope.sender is not None and envelope.sender.address.lower() in ours
    if is_own and not reply_to:
        to, cc = envelope.to, envelope.cc if to_all else ()
    else:
        to, cc = senders, (*envelope.to, *envelope.cc) if to_all else ()
    others = _others(to, ours, set()) or _others(to, set(), set())
    named = {person.address.lower() for person in others}
    text = _SIGNATURE.sub("", read_content(source).text[:_LONGEST_QUOTE].replace("\r\n", "\n"))
    said = _introduction(envelope)
    lines = text.strip("\n").splitlines()
    quoted = "\n".join(f">{line}" if line.startswith(">") else f"> {line}" for line in lines)
    return Answer(
        to=others,
        cc=_others(cc, ours, named),
        subject=_prefixed("Re: ", _ANSWERED, envelope.subject),
        in_reply_to=_own_id(envelope),
        references=_references(envelope),
        quoted_text=f"{said}\n{quoted}\n" if lines else "",
        quoted_html=f"<div>{escape(said)}</div>\n<blockquote>{html_of(text)}</blockquote>"
        if lines
        else "",
    )


def passed_on(source: bytes, *, as_attachment: bool, with_files: bool = True) -> PassedOn:
    """Return what a mail that is passed on holds: its text and files, or all of it as a file."""
    envelope = read_envelope(source)
    subject = _prefixed("Fwd: ", _PASSED_ON, envelope.subject)
    references = _references(envelope)
    if as_attachment:
        name = f"{sound(envelope.subject)[:80].strip() or 'mail'}.eml"
        whole = DraftFile(name, "message/rfc822", source)
        return PassedOn(subject, "", "", (whole,), references)
    said = "\n".join(_block(envelope))
    text = read_content(source).text.strip("\n")
    files = tuple(
        DraftFile(file.safe_name, file.media_type, octets, None)
        for file, octets in (attachments(source) if with_files else ())
    )
    return PassedOn(
        subject=subject,
        quoted_text=f"{said}\n\n{text}\n",
        quoted_html=f"{html_of(said)}\n<br>\n{html_of(text)}",
        files=files,
        references=references,
    )


def _others(
    people: Iterable[Person], ours: Collection[str], named: Collection[str]
) -> tuple[Person, ...]:
    named_well = [Person(sound(p.name), p.address) for p in people if is_address(p.address)]
    found = {person.address.lower(): person for person in reversed(named_well)}
    kept = [p for key, p in reversed(found.items()) if key not in ours and key not in named]
    return tuple(kept)


def _prefixed(prefix: str, known: re.Pattern[str], subject: str) -> str:
    bare = known.sub("", subject, count=1) if known.match(subject) else subject
    return f"{prefix}{sound(bare)[:_LONGEST_SUBJECT]}".strip()


def _own_id(envelope: Envelope) -> tuple[str, ...]:
    own = envelope.rfc_message_id
    return (own,) if own is not None and _ID.match(own) else ()


def _references(envelope: Envelope) -> tuple[str, ...]:
    """Return the mail's own references and its id, in bounds: the first one and the last ones."""
    before = envelope.references or envelope.in_reply_to[:1]
    found = list(dict.fromkeys((*before, *_own_id(envelope))))
    found = [each for each in found if _ID.match(each)]
    while len(found) > _MOST_REFERENCES or sum(map(len, found)) > _MOST_OCTETS:
        del found[1]
    return tuple(found)


def _introduction(envelope: Envelope) -> str:
    who = _called(envelope.sender) if envelope.sender else "somebody"
    if envelope.sent_at is None:
        return f"{who} wrote:"
    return f"On {envelope.sent_at:%Y-%m-%d %H:%M} UTC, {who} wrote:"


def _block(envelope: Envelope) -> list[str]:
    lines = ["---------- Forwarded message ----------"]
    if envelope.sender:
        lines.append(f"From: {_addressed(envelope.sender)}")
    if envelope.sent_at:
        lines.append(f"Date: {envelope.sent_at:%Y-%m-%d %H:%M} UTC")
    lines.append(f"Subject: {sound(envelope.subject)}")
    if envelope.to:
        lines.append(f"To: {', '.join(map(_addressed, envelope.to))}")
    if envelope.cc:
        lines.append(f"Cc: {', '.join(map(_addressed, envelope.cc))}")
    return lines


def _called(person: Person) -> str:
    return sound(person.name or person.address)


def _addressed(person: Person) -> str:
    return sound(f"{person.name} <{person.address}>" if person.name else person.address)
