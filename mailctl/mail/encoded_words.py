"""Encoded words (RFC 2047), as they should be and as mailers write them."""

import binascii
import re
from collections.abc import Iterator
from typing import NamedTuple

from mailctl.mail.charsets import Fit, read
from mailctl.mail.payloads import from_base64

_BEGINNING = re.compile(r"=\?([^?\s]{0,64})\?([bBqQ])\?")
_SPACES = re.compile(r"[ \t\r\n]+")
_LINE_BREAKS = re.compile(r"[\r\n\0]+")
# What cannot stand in base64 and is usual in the other encoding.
_QUOTED_PRINTABLE = re.compile(rb"_|=[0-9A-F]{2}")
_HEX = re.compile(r"[0-9A-F]{2}")
_END = "?="


class _Word(NamedTuple):
    start: int
    end: int
    charset: str
    octets: bytes
    is_ended: bool


def decoded_words(value: str) -> str:
    """Decode encoded words; adjacent ones of one charset are joined first.

    Mailers split characters over two words although RFC 2047 section 5 forbids it. Never raises.
    """
    return read_words(value)[0]


def read_words(value: str) -> tuple[str, bool]:
    """Return the value decoded, and whether all that begins as an encoded word is a good one."""
    if "=?" not in value:
        return value, True
    parts: list[str] = []
    is_good = True
    pending, charset, end = b"", "", 0

    def flush() -> None:
        nonlocal is_good
        if pending:
            found = read(pending, charset)
            is_good = is_good and found.fit is Fit.GOOD
            parts.append(found.text)

    for word in _words(value):
        between = value[end : word.start]
        if end and _SPACES.fullmatch(between):
            between = ""
        if between or word.charset != charset:
            flush()
            parts.append(between)
            pending, charset = b"", word.charset
        pending += word.octets
        is_good = is_good and word.is_ended
        end = word.end
    flush()
    return _LINE_BREAKS.sub(" ", "".join([*parts, value[end:]])), is_good


def _words(value: str) -> Iterator[_Word]:
    beginning = _BEGINNING.search(value)
    while beginning is not None:
        start = beginning.end()
        following = _BEGINNING.search(value, start)
        limit = len(value) if following is None else following.start()
        end = _end(value, start, limit, is_q=beginning[2] in "qQ")
        last = _space(value, start, limit) if end is None else end
        yield _Word(
            start=beginning.start(),
            end=last if end is None else end + len(_END),
            charset=beginning[1].partition("*")[0].lower(),
            octets=_octets(beginning[2], value[start:last]),
            is_ended=end is not None,
        )
        beginning = following


def _end(value: str, start: int, limit: int, *, is_q: bool) -> int | None:
    """Return where the encoded text ends.

    A question mark within that was not encoded, as in `what?=20now?=`, is no end.
    """
    end = value.find(_END, start, limit)
    while is_q and end >= 0 and _HEX.match(value, end + 2):
        further = value.find(_END, end + 2, limit)
        if further < 0 or " " in value[end:further]:
            break
        end = further
    return end if end >= 0 else None


def _space(value: str, start: int, limit: int) -> int:
    """Return where a word without an end is taken to end: at the first space."""
    space = _SPACES.search(value, start, limit)
    return limit if space is None else space.start()


def _octets(encoding: str, text: str) -> bytes:
    octets = text.encode("utf-8", "surrogateescape")
    if encoding in "qQ" or _QUOTED_PRINTABLE.search(octets):
        return binascii.a2b_qp(octets, header=True)
    return from_base64(octets)
