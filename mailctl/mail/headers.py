"""Header fields of a message as text, people, ids and dates; nothing here ever raises."""

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice

from mailctl.domain.addresses import Person
from mailctl.mail.charsets import decode
from mailctl.mail.encoded_words import decoded_words
from mailctl.mail.mailboxes import mailboxes

FIELD_MAX, PEOPLE_MAX, REFERENCES_MAX = 100_000, 5_000, 100

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
    """Return a raw field value on one line, raw 8-bit octets decoded (RFC 5322 section 2.2.3).

    The identity of stored mail rests on this: what it returns never changes.
    """
    value = raw[:FIELD_MAX]
    if value.isascii() and value.isprintable():
        return value.strip()
    return _one_line(value, _utf_8_or_latin)


def line(raw: str, charset: str | None = None) -> str:
    """Return a raw field value on one line as it was meant: see `text` for the charset."""
    value = raw[:FIELD_MAX]
    if value.isascii():
        if value.isprintable():
            return value.strip()
        if "\x1b" not in value:  # which ISO-2022-JP has
            return unfolded(value)

    def decoded(octets: bytes) -> str:
        try:
            octets.decode("utf-8")
        except UnicodeDecodeError:
            return decode(octets, charset)
        return decode(octets, None)

    return _one_line(value, decoded)


def text(raw: str, charset: str | None = None) -> str:
    """Return the value with its encoded words decoded (RFC 2047).

    `charset` is what raw 8-bit octets may be in if they are no UTF-8.
    """
    return decoded_words(line(raw, charset))


def people(values: Sequence[str], charset: str | None = None) -> tuple[Person, ...]:
    """Return who is named in address fields, in order; what has no address is left out."""
    if not values:
        return ()
    found = (pair for value in values for pair in mailboxes(line(value, charset)))
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


def _one_line(value: str, decode_8_bit: Callable[[bytes], str]) -> str:
    value = decode_8_bit(_FOLD.sub("", value).encode("utf-8", "surrogateescape"))
    return _LINE_BREAKS.sub(" ", value).strip()


def _utf_8_or_latin(octets: bytes) -> str:
    try:
        return octets.decode("utf-8")
    except UnicodeDecodeError:
        return octets.decode("windows-1252", "replace")
