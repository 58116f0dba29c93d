"""Mail made from drafts (RFC 5322, RFC 2045 to 2049), 7-bit clean and with no Bcc in it."""

import mimetypes
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from mailctl.domain.addresses import Person
from mailctl.domain.drafts import Draft, DraftFile
from mailctl.domain.outgoing import Letter, Recipient, RecipientKind
from mailctl.errors import BadUsage
from mailctl.mail import head
from mailctl.mail.file_names import safe_name
from mailctl.mail.inline_images import with_parts_for_images, with_plain_ids
from mailctl.mail.line_ends import with_crlf
from mailctl.mail.signed import signed_html, signed_text

_POLICY = SMTP.clone(cte_type="7bit", max_line_length=76)
_LONGEST_LINE = 998
_OCTETS = "application/octet-stream"
# A type as it may be registered (RFC 6838 section 4.2); a mail that is passed on brings any.
_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,126}/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}\Z")


def compose(draft: Draft) -> Letter:
    """Return the mail that a draft means, ready to be handed over.

    Raises BadUsage where nobody gets it, where a value would be more than one header field, or
    where a field is not the writer's to set.
    """
    recipients = envelope(draft.to, draft.cc, draft.bcc)
    body = _body(draft).as_bytes()
    # the body's own fields come last; the library wrote them
    return Letter(
        source=b"".join(_header(draft)) + body,
        sender=draft.sender.address,
        recipients=recipients,
    )


def envelope(
    to: Sequence[Person], cc: Sequence[Person], bcc: Sequence[Person]
) -> tuple[Recipient, ...]:
    """Return who gets the mail, each address once. Raises BadUsage where nobody does."""
    found: dict[str, Recipient] = {}
    for kind, persons in (
        (RecipientKind.TO, to),
        (RecipientKind.CC, cc),
        (RecipientKind.BCC, bcc),
    ):
        for person in persons:
            found.setdefault(_key(person.address), Recipient(person.address, kind))
    if not found:
        raise BadUsage("the mail goes to nobody", hint="name somebody: --to ben@example.org")
    return tuple(found.values())


def bcc_field(addresses: Iterable[str]) -> bytes:
    """Return the field that only the sender's own copy has; nothing where there is nobody."""
    blind = [Person("", address) for address in addresses]
    return head.people("Bcc", blind) if blind else b""


def _key(address: str) -> str:
    local_part, _, domain = address.rpartition("@")
    return f"{local_part}@{domain.lower()}"


def _header(draft: Draft) -> Iterator[bytes]:
    yield head.people("From", [draft.sender])
    if draft.to:
        yield head.people("To", draft.to)
    elif not draft.cc:
        yield b"To: undisclosed-recipients:;\r\n"
    if draft.cc:
        yield head.people("Cc", draft.cc)
    if draft.reply_to:
        yield head.people("Reply-To", draft.reply_to)
    yield head.field("Subject", draft.subject)
    yield head.field("Date", format_datetime(draft.date.astimezone(UTC)))
    yield head.ids("Message-ID", [draft.message_id])
    if draft.in_reply_to:
        yield head.ids("In-Reply-To", draft.in_reply_to)
    if draft.references:
        yield head.ids("References", draft.references)
    for name, value in draft.headers:
        yield head.own_field(name, value)


def _body(draft: Draft) -> EmailMessage:
    """Return text and HTML as alternatives, pictures beside the HTML, files beside all that."""
    text, html = signed_text(draft), signed_html(draft)
    files = list(draft.files)
    message = EmailMessage(policy=_POLICY)
    message.set_content(_text(text))
    if html is not None:
        html, images = with_parts_for_images(html)
        html, shown = with_plain_ids(html, [file for file in files if file.content_id])
        message.add_alternative(_text(html), subtype="html")
        inline = [*shown, *images]
        files = [file for file in files if not file.content_id]
        if inline:
            _add_inline(message, inline)
    for file in files:
        _attach(message, file)
    return message


def _text(text: str) -> str:
    if "\0" in text:
        raise BadUsage("the text of the mail holds a NUL", hint="is the file text?")
    clean = text.encode("utf-8", "replace").decode()
    return "\n".join(clean.splitlines()) + "\n" if clean else ""


def _add_inline(message: EmailMessage, files: Sequence[DraftFile]) -> None:
    parts = [part for part in message.iter_parts() if isinstance(part, EmailMessage)]
    for file in files:
        maintype, _, subtype = _type_of(file).partition("/")
        parts[-1].add_related(
            file.octets,
            maintype,
            subtype,
            cid=f"<{file.content_id}>",
            filename=_name(file),
            disposition="inline",
        )


def _attach(message: EmailMessage, file: DraftFile) -> None:
    kind, name = _type_of(file), _name(file)
    if kind == "message/rfc822":
        if _is_clean(file.octets):  # never encoded (RFC 2046 section 5.2.1)
            _attach_mail(message, file, name)
            return
        kind = _OCTETS
    maintype, _, subtype = kind.partition("/")
    if maintype in {"multipart", "message"}:
        maintype, subtype = _OCTETS.split("/")
    params = {"charset": "utf-8"} if maintype == "text" and _is_utf_8(file.octets) else None
    message.add_attachment(file.octets, maintype, subtype, filename=name, params=params)


def _attach_mail(message: EmailMessage, file: DraftFile, name: str) -> None:
    """Attach a mail byte for byte; the library would write it anew."""
    if message.get_content_type() != "multipart/mixed":
        message.make_mixed()
    part = EmailMessage(policy=_POLICY)
    part["Content-Type"] = "message/rfc822"
    part.add_header("Content-Disposition", "attachment", filename=name)
    part.set_payload(with_crlf(file.octets).decode("ascii"))
    message.attach(part)


def _is_utf_8(octets: bytes) -> bool:
    """Return whether a text is to be labelled: without that, it is taken for ASCII or guessed."""
    if octets.isascii():
        return False
    try:
        octets.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _is_clean(octets: bytes) -> bool:
    """Return whether a mail can go along as it is: ASCII in short lines, which all end alike."""
    return (
        octets.isascii()
        and b"\0" not in octets
        and b"\r" not in octets.replace(b"\r\n", b"")
        and all(len(line) <= _LONGEST_LINE for line in octets.splitlines())
    )


def _type_of(file: DraftFile) -> str:
    kind = file.media_type or mimetypes.guess_type(file.name, strict=False)[0] or _OCTETS
    return kind.lower() if _TYPE.match(kind.lower()) else _OCTETS


def _name(file: DraftFile) -> str:
    head.checked(file.name, "the name of a file")
    return safe_name(file.name.rpartition("/")[2], _type_of(file))
