"""A message's source read into what it holds, whatever state the source is in."""

from collections.abc import Iterator

from mailctl.domain.content import Attachment, Content, DeliveryReport, Invitation
from mailctl.domain.defects import Defect
from mailctl.mail import headers, invitations, marks, reports
from mailctl.mail.attachments import FILES_MAX, described, files
from mailctl.mail.fields import Fields, read_fields
from mailctl.mail.flaws import flaws
from mailctl.mail.parts import Part, Parts, parts
from mailctl.mail.protection import protection
from mailctl.mail.text import read_text


def read_content(source: bytes) -> Content:
    """Return what the message holds. Never raises: see `defects`."""
    fields = read_fields(source)
    found = parts(source, fields)
    reading = read_text(found.leaves)
    attached = files(found.leaves)
    invitation = _invitation(found)
    report = reports.read_report(fields, found.leaves)
    defects = {*flaws(fields, found), *reading.defects, *(file.defect for file in attached)}
    if invitation is None and any(map(_is_calendar, found.leaves)):
        defects.add(Defect.CALENDAR)
    if report is not None and not report.deliveries:
        defects.add(Defect.REPORT)
    if len(attached) == FILES_MAX:
        defects.add(Defect.TOO_MANY_FILES)
    return Content(
        text=reading.text,
        text_from=reading.text_from,
        links=reading.links,
        attachments=tuple(attachment for attachment, _ in described(attached)),
        invitation=invitation,
        report=report,
        marks=frozenset(_marks(fields, found, invitation, report)),
        protection=protection(found.leaves),
        defects=tuple(defect for defect in Defect if defect in defects),
    )


def attachment_octets(source: bytes, number: int) -> bytes | None:
    """Return the octets of the attachment with that number, None if there is none.

    Never raises.
    """
    found = files(parts(source).leaves)
    return found[number - 1].octets() if 1 <= number <= len(found) else None


def attachments(source: bytes) -> Iterator[tuple[Attachment, bytes]]:
    """Yield each attachment with its octets, the source being read once. Never raises."""
    yield from described(files(parts(source).leaves))


def _is_calendar(part: Part) -> bool:
    return part.media_type in marks.CALENDAR_TYPES


def _invitation(found: Parts) -> Invitation | None:
    """Return the event of the first calendar object that has one."""
    for part in filter(_is_calendar, found.leaves):
        octets, method = part.content(), part.parameter("method") or ""
        invitation = invitations.read_invitation(octets, part.parameter("charset"), method)
        if invitation is not None:
            return invitation
    return None


def _marks(
    fields: Fields, found: Parts, invitation: Invitation | None, report: DeliveryReport | None
) -> Iterator[str]:
    senders = headers.people(fields.all("from"))
    yield from marks.marks(fields.first, senders[0].address if senders else None)
    if invitation is not None:
        yield marks.INVITATION
    if report is not None:
        yield marks.DELIVERY_REPORT
    if any(part.media_type in reports.NOTIFICATIONS for part in found.leaves):
        yield marks.DISPOSITION_NOTIFICATION
