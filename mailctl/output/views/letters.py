"""A message as a person reads it."""

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mailctl.output.columns import shorten, width, wrapped
from mailctl.output.lines import Line, Span, Style
from mailctl.output.sizes import size_text
from mailctl.output.terminal import one_line
from mailctl.output.values import cell, plain

if TYPE_CHECKING:
    from datetime import datetime

    from mailctl.core.messages.messages import ShownMessage
    from mailctl.domain.addresses import Person
    from mailctl.domain.content import Attachment, DeliveryReport, Invitation
    from mailctl.domain.links import Link
    from mailctl.domain.messages import Message

_LABEL = 13
_NAME_MAX = 60
_PEOPLE_MAX, _LINKS_MAX = 30, 30
_NARROWEST = 20
_FLAGS = {"\\Flagged": "flagged", "\\Answered": "answered", "\\Draft": "draft"}
_QUOTED = re.compile(r"(?:>[ \t]?)+")
_PROTECTION = {
    "pgp-encrypted": "encrypted by PGP, nothing of it can be read here",
    "pgp-signed": "signed by PGP, not verified",
    "smime-encrypted": "encrypted by S/MIME, nothing of it can be read here",
    "smime-signed": "signed by S/MIME, not verified",
}


def letter(
    shown: "ShownMessage", places: int | None, *, has_all_fields: bool = False
) -> Iterator[Line]:
    """Yield the message as lines for a terminal of so many places, or in full for a pipe.

    Its header is what people want to know, or `has_all_fields`.
    """
    sheet = _Sheet(places)
    content = shown.content
    yield from _fields(shown, sheet) if has_all_fields else _head(shown, sheet)
    if content.invitation is not None:
        yield ()
        yield from _invitation(content.invitation, sheet)
    if content.report is not None:
        yield ()
        yield from _report(content.report, sheet)
    if content.text:
        yield ()
        yield from _body(content.text, sheet)
    if content.attachments:
        yield ()
        yield from _files(content.attachments, sheet)
    if content.links and content.text_from == "html":  # plain text has its links in it
        yield ()
        yield from _links(content.links, sheet)


@dataclass(frozen=True)
class _Sheet:
    """What is written on: a terminal of so many places, or a pipe that takes everything."""

    places: int | None

    def labelled(self, label: str, text: str, style: Style = Style.PLAIN) -> Iterator[Line]:
        """Yield a label and what it is of, broken into lines below each other."""
        text = one_line(text)
        if self.places is None:
            yield Span(f"{label}: "), Span(text, style)
            return
        first, *rest = wrapped(text, max(self.places - _LABEL, _NARROWEST))
        yield Span(f"{label}: ".ljust(_LABEL), Style.DIM), Span(first, style)
        for line in rest:
            yield Span(" " * _LABEL), Span(line, style)


def _head(shown: "ShownMessage", sheet: _Sheet) -> Iterator[Line]:
    message, envelope = shown.message, shown.message.envelope
    sender = () if envelope.sender is None else (envelope.sender,)
    yield from sheet.labelled("Subject", envelope.subject, Style.BOLD)
    yield from _people("From", sender, sheet)
    yield from _people("To", envelope.to, sheet)
    yield from _people("Cc", envelope.cc, sheet)
    yield from _people("Bcc", envelope.bcc, sheet)
    if envelope.reply_to != sender:
        yield from _people("Reply to", envelope.reply_to, sheet)
    yield from sheet.labelled("Date", _date(message.date, sheet))
    yield from sheet.labelled("Folders", _places(message))
    if message.live_copies:
        yield from sheet.labelled("Flags", ", ".join(_flags_in_words(message)))
    if message.links:
        yield from sheet.labelled("About", ", ".join(map(_about, message.links)))
    yield from sheet.labelled("Id", message.id)
    for label, words in (
        ("Marks", sorted(shown.content.marks)),
        ("Protection", [_PROTECTION.get(each, each) for each in sorted(shown.content.protection)]),
        ("Defects", shown.defects),
    ):
        if words:
            yield from sheet.labelled(label, ", ".join(words))
    for suspicion in shown.suspicions:
        yield from sheet.labelled("Warning", suspicion.detail, Style.WARNING)


def _about(link: "Link") -> str:
    maybe = "perhaps " if link.is_candidate else ""
    return f"{maybe}{link.object.type or link.object.noun} {link.object.name}"


def _fields(shown: "ShownMessage", sheet: _Sheet) -> Iterator[Line]:
    for field in shown.headers:
        yield from sheet.labelled(field.name, field.value)


def _people(label: str, people: Sequence["Person"], sheet: _Sheet) -> Iterator[Line]:
    if not people:
        return
    most = len(people) if sheet.places is None else _PEOPLE_MAX
    text = ", ".join(cell(plain(person)) for person in people[:most])
    if len(people) > most:
        text += f", and {len(people) - most} more"
    yield from sheet.labelled(label, text)


def _date(moment: "datetime", sheet: _Sheet) -> str:
    """Return RFC 3339 for a pipe, the time by the clock on the wall for a person."""
    if sheet.places is None:
        return str(plain(moment))
    with suppress(OverflowError, ValueError):  # the year 1 or 9999, in another zone
        moment = moment.astimezone()
    return f"{moment:%a} {moment.replace(tzinfo=None).isoformat(' ', 'minutes')} {moment:%z}"


def _places(message: "Message") -> str:
    if message.copies and not message.live_copies:
        gone_at = max(copy.gone_at for copy in message.copies if copy.gone_at is not None)
        return f"none, gone from the server by {plain(gone_at)}"
    paths = dict.fromkeys(path for copy in message.live_copies for path in copy.seen_in)
    accounts = dict.fromkeys(copy.account for copy in message.live_copies)
    return f"{', '.join(paths)} ({', '.join(accounts)})" if accounts else "none"


def _flags_in_words(message: "Message") -> list[str]:
    found = sorted({flag for copy in message.live_copies for flag in copy.flags})
    words = [_FLAGS.get(flag, flag) for flag in found if flag != "\\Seen"]
    is_read = all("\\Seen" in copy.flags for copy in message.live_copies)
    return ["read" if is_read else "unread", *words]


def _body(text: str, sheet: _Sheet) -> Iterator[Line]:
    is_signature = False
    for line in text.split("\n"):
        quoted = _QUOTED.match(line)
        is_signature = is_signature or line in {"-- ", "--"}
        style = Style.DIM if quoted or is_signature else Style.PLAIN
        for piece in _broken(line, quoted[0] if quoted else "", sheet):
            yield (Span(piece, style),)


def _broken(line: str, mark: str, sheet: _Sheet) -> Iterable[str]:
    """Return a line of text in pieces that fit, each with the mark of its quotation."""
    if sheet.places is None:
        return (line,)
    line = line.expandtabs()
    if width(line) <= sheet.places:
        return (line,)
    mark = mark.rstrip() + " " if mark else ""
    room = max(sheet.places - width(mark), _NARROWEST)
    rest = _QUOTED.sub("", line, count=1) if mark else line
    return (f"{mark}{piece}" for piece in wrapped(rest, room))


def _files(files: Sequence["Attachment"], sheet: _Sheet) -> Iterator[Line]:
    yield (Span("Attachments", Style.DIM),)
    names = [one_line(file.name or file.safe_name) for file in files]
    if sheet.places is not None:
        names = [shorten(name, _NAME_MAX) for name in names]
    longest = max(map(width, names))
    for file, name in zip(files, names, strict=True):
        room = " " * (longest - width(name))
        kind = one_line(file.media_type) + (", inline" if file.is_inline else "")
        yield (Span(f"  {file.number}  {name}{room}  {size_text(file.size_bytes)}  {kind}"),)


def _links(links: Sequence[str], sheet: _Sheet) -> Iterator[Line]:
    yield (Span("Links", Style.DIM),)
    most = len(links) if sheet.places is None else _LINKS_MAX
    for number, link in enumerate(links[:most], start=1):
        yield (Span(f"  [{number}] {one_line(link)}"),)
    if len(links) > most:
        yield (Span(f"  and {len(links) - most} more", Style.DIM),)


def _invitation(event: "Invitation", sheet: _Sheet) -> Iterator[Line]:
    yield from sheet.labelled("Invitation", event.method or "event")
    yield from sheet.labelled("  What", event.summary, Style.BOLD)
    times = [str(each) for each in (event.starts, event.ends) if each is not None]
    if times:
        recurring = ", recurring" if event.is_recurring else ""
        yield from sheet.labelled("  When", " to ".join(times) + recurring)
    if event.location:
        yield from sheet.labelled("  Where", event.location)
    if event.organizer is not None:
        yield from _people("  Organizer", (event.organizer,), sheet)
    if event.attendees:
        most = len(event.attendees) if sheet.places is None else _PEOPLE_MAX
        said = [f"{cell(plain(each.person))} ({each.answer})" for each in event.attendees[:most]]
        said += [f"and {len(event.attendees) - most} more"] if len(event.attendees) > most else []
        yield from sheet.labelled("  Who", ", ".join(said))


def _report(report: "DeliveryReport", sheet: _Sheet) -> Iterator[Line]:
    yield from sheet.labelled("Delivery", report.message_id or "of a mail that is not named")
    most = len(report.deliveries) if sheet.places is None else _PEOPLE_MAX
    for each in report.deliveries[:most]:
        status = f" {each.status}" if each.status else ""
        told = f" {each.diagnostic}" if each.diagnostic else ""
        text = f"{each.recipient}{status}{told}"
        style = Style.WARNING if each.action == "failed" else Style.PLAIN
        yield from sheet.labelled(f"  {one_line(each.action) or 'unknown'}", text, style)
