"""Text from bytes whose charset label may be wrong, odd or hostile."""

import codecs
import re
from enum import Enum
from functools import lru_cache
from typing import NamedTuple

from mailctl.mail.charset_guesses import LATIN, guessed, utf_16_of

# What mailers write and Python does not know.
_ALIASES = {
    "cp-1251": "windows-1251",
    "cp-850": "cp850",
    "iso-2022-jp-ms": "iso-2022-jp",
    "iso-8859-8-e": "iso-8859-8",
    "iso-8859-8-i": "iso-8859-8",
    "ks_c_5601-1987": "cp949",
    "unicode-1-1-utf-7": "utf-7",
    "utf8mb4": "utf-8",
    "win-1251": "windows-1251",
    "windows-31j": "cp932",
    "windows-874": "cp874",
    "x-gbk": "gb18030",
    "x-mac-cyrillic": "mac-cyrillic",
    "x-mac-roman": "mac-roman",
    "x-sjis": "shift_jis",
    "x-windows-949": "cp949",
}
# What mailers mean, by Python's name of what they write.
_MEANT = {
    "big5": "big5hkscs",
    "euc_jp": "euc_jis_2004",
    "euc_kr": "cp949",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "shift_jis": "cp932",
    "tis-620": "cp874",
}
# Python codecs that decode to something else entirely; and ascii, which says nothing
# of the octets that are not.
_NO_CHARSETS = {
    *("ascii", "charmap", "idna", "mbcs", "oem", "palmos", "punycode"),
    *("raw-unicode-escape", "unicode-escape"),
}
# Written by default over mail in any other charset. What is good UTF-8 is hardly text of theirs.
_DEFAULTS = {"cp1252", "iso8859-15", "cp1254"}
_ENOUGH = 6
_WIDE = ("utf-16", "utf-32")
_LABEL_MAX = 100
_LABEL = re.compile(r"[\s\"']*([^\s\"';,]+)")
_BOM_8 = b"\xef\xbb\xbf"
_JIS_MODE = re.compile(rb"\x1b(\$[@B]|\([BJI]|\$\([A-Z])")


class Fit(Enum):
    """How well a label fits the octets."""

    GOOD = "good"
    UNKNOWN = "unknown"
    """It is no charset, or none was given, and the octets were more than ASCII."""
    WRONG = "wrong"
    """Some octets are not of that charset."""


class Decoded(NamedTuple):
    """Text, and how well its label fitted."""

    text: str
    fit: Fit


def decode(octets: bytes, label: str | None) -> str:
    """Return the text of `octets`, by the label where it is a charset and fits, else by a guess.

    Never raises and never gives a lone surrogate.
    """
    return read(octets, label).text


def read(octets: bytes, label: str | None) -> Decoded:
    """Return the text as `decode` does, and how well the label fitted."""
    charset = _known(label)
    if octets.isascii() and (charset is None or charset == "utf-8" or charset in _DEFAULTS):
        return _of_ascii(octets)
    octets = octets.removeprefix(_BOM_8)
    if charset is None:
        return Decoded(_guessed(octets), Fit.UNKNOWN)
    if charset in _DEFAULTS or charset == "utf-8":
        return _by_default(octets, charset)
    if charset.startswith(_WIDE):
        charset = utf_16_of(octets) or charset
    elif charset == "iso2022_jp":
        return _of_jis(octets)
    try:
        return Decoded(_scalar(octets.decode(charset)), Fit.GOOD)
    except (UnicodeError, LookupError):
        return _misfit(octets, charset)


def _known(label: str | None) -> str | None:
    found = _LABEL.match(label[:_LABEL_MAX]) if label else None
    return None if found is None else _looked_up(found[1].lower())


@lru_cache(maxsize=256)
def _looked_up(name: str) -> str | None:
    name = _ALIASES.get(name, name)
    try:
        charset = codecs.lookup(name).name
        bytes(4).decode(charset)  # refuses what is no text encoding, rot13 for one
    except (LookupError, ValueError):
        return None
    return None if charset.replace("_", "-") in _NO_CHARSETS else _MEANT.get(charset, charset)


def _of_ascii(octets: bytes) -> Decoded:
    if b"\x1b" in octets and _JIS_MODE.search(octets) is not None:
        return Decoded(_of_jis(octets).text, Fit.WRONG)
    if b"\0" in octets and (wide := utf_16_of(octets)) is not None:
        return Decoded(_scalar(octets.decode(wide, "replace")), Fit.WRONG)
    return Decoded(octets.decode("ascii"), Fit.GOOD)


def _by_default(octets: bytes, charset: str) -> Decoded:
    try:
        text = octets.decode("utf-8")
    except UnicodeDecodeError:
        if charset == "utf-8":
            return _misfit(octets, charset)
    else:
        return Decoded(text, Fit.GOOD if charset == "utf-8" else Fit.WRONG)
    # a label is believed where there is little to judge by
    if len(octets) >= _ENOUGH and (likely := guessed(octets)) != LATIN:
        return Decoded(_scalar(octets.decode(likely, "replace")), Fit.WRONG)
    try:
        return Decoded(octets.decode(charset), Fit.GOOD)
    except UnicodeDecodeError:
        return Decoded(octets.decode(charset, "replace"), Fit.WRONG)


def _misfit(octets: bytes, charset: str) -> Decoded:
    """Return the text of octets that are not all of their charset: another one, or with holes."""
    holed = _scalar(octets.decode(charset, "replace"))
    beyond = sum(not character.isascii() for character in holed)
    if 2 * holed.count("\ufffd") < beyond:
        return Decoded(holed, Fit.WRONG)
    return Decoded(_guessed(octets), Fit.WRONG)


def _guessed(octets: bytes) -> str:
    try:
        return octets.decode("utf-8")
    except UnicodeDecodeError:
        return _scalar(octets.decode(guessed(octets), "replace"))


def _of_jis(octets: bytes) -> Decoded:
    """Return text in ISO-2022-JP, also with the characters that Microsoft added to row 13.

    Python's codec knows those only under their Shift_JIS codes, to which JIS codes are turned.
    """
    try:
        return Decoded(octets.decode("iso2022_jp_ext"), Fit.GOOD)
    except UnicodeDecodeError:
        pieces = _JIS_MODE.split(octets)
    found = [pieces[0].decode("ascii", "replace")]
    for mode, piece in zip(pieces[1::2], pieces[2::2], strict=True):
        match mode:
            case b"$@" | b"$B":
                found.append(_shifted(piece).decode("cp932", "replace"))
            case b"(I":
                half = bytes(octet | 0x80 if octet > 0x20 else octet for octet in piece)
                found.append(half.decode("cp932", "replace"))
            case _:
                found.append(piece.decode("ascii", "replace"))
    text = "".join(found)
    return Decoded(text, Fit.WRONG if "\ufffd" in text else Fit.GOOD)


def _shifted(pairs: bytes) -> bytes:
    """Return two-octet JIS codes as Shift_JIS (JIS X 0208 appendix 1)."""
    shifted = bytearray()
    for first, second in zip(pairs[::2], pairs[1::2], strict=False):
        if not (0x21 <= first <= 0x7E and 0x21 <= second <= 0x7E):
            shifted += b"?"
            continue
        row, is_even = divmod(first - 0x21, 2)
        shifted.append(row + (0x81 if row < 0x1F else 0xC1))
        shifted.append(second + (0x7E if is_even else 0x20 if second >= 0x60 else 0x1F))
    return bytes(shifted)


def _scalar(text: str) -> str:
    # utf-7 and its kin can decode to surrogates, which neither SQLite nor JSON takes
    return text.encode("utf-8", "replace").decode("utf-8")
