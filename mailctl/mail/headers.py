"""Header fields of a message as text, people, ids and dates; nothing here ever raises."""

import base64
import binascii
import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice

from mailctl.domain.addresses import Person
from mailctl.mail.charsets import decode
from mailctl.mail.mailboxes import mailboxes

FIELD_MAX, PEOPLE_MAX, REFERENCES_MAX = 100_000, 5_000, 100

_ENCODED_WORD = re.compile(r"=\?([^?\s]{1,64})\?([bBqQ])\?([^?]*)\?=")
_BETWEEN_ENCODED_WORDS = re.compile(r"(\?=)[ \t\r\n]+(?==\?[^?\s]{1,64}\?[bBqQ]\?)")
_FOLD = re.compile(r"\r?\n(?=[ \t])")
_LINE_BREAKS = re.compile(r"[\r\n\0]+")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
# As almost every mailer writes it; of the rest the standard library makes what it can.
_DATE = re.compile(
    r"(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), )? ?([0-9]{1,2}) ([A-Z][a-z]{2}) ((?:19|20)[0-9]{2}) "
    r"([0-9]{2}):([0-9]{2})(?::([0-9]{2}))? ([+-])([01][0-9])([0-5][0-9])(?: \([A-Za-z]*\))?"
)
_MESSAGE_ID = re.compile(r"<([^<>\s]{1,995})>")


def unfolded(raw: str) -> str:
    """Return a raw field value on one line, raw 8-bit octets decoded (RFC 5322 section 2.2.3)."""
    value = raw[:FIELD_MAX]
    if value.isascii() and value.isprintable():
        return value.strip()
    value = _FOLD.sub("", value)
    if not value.isascii():
        value = decode(value.encode("utf-8", "surrogateescape"), None)
    return _LINE_BREAKS.sub(" ", value).strip()


def text(raw: str) -> str:
    """Return the value with its encoded words decoded (RFC 2047)."""
    return decoded_words(unfolded(raw))


def decoded_words(value: str) -> str:
    """Decode encoded words; adjacent ones of one charset are joined first.

    Mailers split characters over two words although RFC 2047 section 5 forbids it.
    """
    if "=?" not in value:
        return value
    joined = _BETWEEN_ENCODED_WORDS.sub(r"\1", value)
    parts: list[str] = []
    pending, charset, end = b"", "", 0
    for word in _ENCODED_WORD.finditer(joined):
        between, label = joined[end : word.start()], word[1].partition("*")[0]
        if between or label.lower() != charset.lower():
            parts += [decode(pending, charset), between]
            pending, charset = b"", label
        pending += _octets(word[2], word[3])
        end = word.end()
    parts += [decode(pending, charset), joined[end:]]
    return _LINE_BREAKS.sub(" ", "".join(parts))


def people(values: Sequence[str]) -> tuple[Person, ...]:
    """Return who is named in address fields, in order; what has no address is left out."""
    if not values:
        return ()
    found = (pair for value in values for pair in mailboxes(unfolded(value)))
    named = (pair for pair in found if "@" in pair[1].strip("@"))
    return tuple(
        Person(decoded_words(name).strip(), address) for name, address in islice(named, PEOPLE_MAX)
    )


def message_ids(value: str) -> tuple[str, ...]:
    """Return the ids in angle brackets; of very many the first and the newest ones."""
    found = _MESSAGE_ID.findall(unfolded(value))
    if len(found) > REFERENCES_MAX:
        found = found[:1] + found[-(REFERENCES_MAX - 1) :]
    return tuple(found)


def message_id(value: str) -> str | None:
    """Return the id without its brackets, or the bare word that stands in their place."""
    bracketed = message_ids(value)
    if bracketed:
        return bracketed[0]
    bare = unfolded(value).strip("<> ")
    return bare.split()[0] if bare else None


def date(value: str) -> datetime | None:
    """Return the time in UTC, None where it cannot be read (RFC 5322 section 3.3)."""
    line = unfolded(value)[:200]
    usual = _DATE.fullmatch(line)
    try:
        if usual is not None and usual[2] in _MONTHS:
            return _moment(usual)
        from email.utils import parsedate_to_datetime  # 10 ms, for odd dates alone

        moment = parsedate_to_datetime(line)
        if moment.tzinfo is None:  # "-0000": UTC, the sender's zone unknown
            moment = moment.replace(tzinfo=UTC)
        return moment.astimezone(UTC).replace(microsecond=0)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _moment(date: re.Match[str]) -> datetime:
    day, month, year, hour, minute, second, sign, hours, minutes = date.groups()
    local = datetime(
        *(int(year), _MONTHS.index(month) + 1, int(day)),
        *(int(hour), int(minute), int(second or 0)),
        tzinfo=UTC,
    )
    ahead = timedelta(hours=int(hours), minutes=int(minutes))
    return local - ahead if sign == "+" else local + ahead


def _octets(encoding: str, payload: str) -> bytes:
    octets = payload.encode("utf-8", "surrogateescape")
    if encoding in "qQ":
        return binascii.a2b_qp(octets, header=True)
    kept = re.sub(rb"[^A-Za-z0-9+/]", b"", octets)
    try:
        return base64.b64decode(kept + b"=" * (-len(kept) % 4))
    except binascii.Error:
        return base64.b64decode(kept[: len(kept) // 4 * 4])
