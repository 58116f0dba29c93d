"""What servers say of mail that they could not deliver, or did (RFC 3464, RFC 6533)."""

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from mailctl.domain.content import Delivery, DeliveryReport
from mailctl.mail import headers
from mailctl.mail.fields import Fields, read_fields
from mailctl.mail.parts import Part

STATUSES = {"message/delivery-status", "message/global-delivery-status"}
NOTIFICATIONS = {"message/disposition-notification", "message/global-disposition-notification"}

_RETURNED = {
    *("message/rfc822", "text/rfc822-headers", "message/rfc822-headers"),
    *("message/global", "message/global-headers"),
}
_OCTETS_MAX, _DELIVERIES_MAX, _VALUE_MAX = 1 << 20, 1_000, 2_000
_FIELD = re.compile(r"^([!-9;-~]+)[ \t]*:([^\n]*(?:\n[ \t][^\n]*)*)", re.MULTILINE)
_GROUP = re.compile(r"\n[ \t]*\n")
_TYPE = re.compile(r"\s*[\w-]+\s*;")
_STATUS = re.compile(r"[245]\.[0-9]{1,3}\.[0-9]{1,3}")


def read_report(fields: Fields, leaves: Sequence[Part]) -> DeliveryReport | None:
    """Return what a mail reports, None if it is no delivery report. Never raises."""
    status = next((part for part in leaves if part.media_type in STATUSES), None)
    if status is not None:
        deliveries = islice(_deliveries(status.content(_OCTETS_MAX)), _DELIVERIES_MAX)
        return DeliveryReport(_message_id(leaves), tuple(deliveries))
    failed = headers.people(fields.all("x-failed-recipients"))  # Exim, whatever form it uses
    if failed:
        found = tuple(Delivery(person.address, "failed", "", "") for person in failed)
        return DeliveryReport(_message_id(leaves), found[:_DELIVERIES_MAX])
    return None


def _deliveries(octets: bytes) -> Iterator[Delivery]:
    text = octets.decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n")
    for group in _GROUP.split(text):
        values: dict[str, str] = {}
        for name, value in _FIELD.findall(group):
            values.setdefault(name.lower(), " ".join(value.split())[:_VALUE_MAX])
        recipient = values.get("final-recipient") or values.get("original-recipient")
        if recipient is None:
            continue
        status = _STATUS.search(values.get("status", ""))
        yield Delivery(
            recipient=headers.text(_without_type(recipient)).strip("<>"),
            action=values.get("action", "").partition(" ")[0].lower(),
            status=status[0] if status is not None else "",
            diagnostic=headers.text(_without_type(values.get("diagnostic-code", ""))),
        )


def _without_type(value: str) -> str:
    """Return the value without the `rfc822;` or `smtp;` before it."""
    kind = _TYPE.match(value)
    return (value[kind.end() :] if kind is not None else value).strip()


def _message_id(leaves: Sequence[Part]) -> str | None:
    """Return the id of the mail that came back, from its header."""
    for part in leaves:
        if part.media_type in _RETURNED:
            returned = read_fields(part.content(_OCTETS_MAX))
            found = headers.message_id(returned.first("message-id"))
            if found is not None:
                return found
    return None
