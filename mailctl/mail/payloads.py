"""Octets as they were before they were encoded for the way (RFC 2045 section 6)."""

import binascii
import re

from mailctl.domain.defects import Defect

_NO_BASE64 = re.compile(rb"[^A-Za-z0-9+/]")
_ALL_BASE64 = re.compile(rb"[A-Za-z0-9+/\s]*+")
_LETTERS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_PADDING = re.compile(rb"=[=\s]*")
_END_MAX, _PIECES_MAX = 8, 100_000
_BAD_ESCAPE = re.compile(rb"=(?![0-9A-Fa-f]{2}|[ \t]*+\r?(?:\n|\Z))")
_UUENCODE = {"x-uuencode", "uuencode", "uue", "x-uue"}
_NONE = {"", "7bit", "8bit", "binary", "7-bit", "8-bit", "none"}


def decoded(octets: bytes, encoding: str) -> bytes:
    """Return the octets without their transfer encoding, as far as that can be read.

    Never raises; an encoding that nobody knows is none.
    """
    match encoding:
        case "quoted-printable":
            return binascii.a2b_qp(octets)
        case "base64":
            return from_base64(octets)
        case _ if encoding in _UUENCODE:
            return _from_uuencode(octets)
        case _:
            return octets


def from_base64(octets: bytes) -> bytes:
    """Return what base64 says, whatever else stands between; a last odd letter is left out.

    Pieces that were padded one by one are all read, text that follows is not.
    """
    padding = octets.find(b"=")
    if padding < 0 or len(octets) - padding <= _END_MAX:
        return _unpadded(octets)
    pieces = _PADDING.split(octets, _PIECES_MAX)
    if not all(map(_ALL_BASE64.fullmatch, pieces)):
        return _unpadded(octets)
    return b"".join(map(_unpadded, pieces))


def flaw(octets: bytes, encoding: str) -> Defect | None:
    """Return what is wrong with encoded octets, if anything is."""
    match encoding:
        case "quoted-printable":
            return Defect.QUOTED_PRINTABLE if _BAD_ESCAPE.search(octets) else None
        case "base64":
            letters = len(octets) - len(octets.translate(None, _LETTERS))
            is_good = _ALL_BASE64.fullmatch(octets.rstrip(b"= \t\r\n\0")) and letters % 4 != 1
            is_whole = (letters + octets.count(b"=")) % 4 == 0
            return None if is_good and is_whole else Defect.BASE64
        case _ if encoding in _UUENCODE:
            return None if b"\nend" in octets else Defect.UUENCODE
        case _:
            return None if encoding in _NONE else Defect.TRANSFER_ENCODING


def _unpadded(octets: bytes) -> bytes:
    try:
        return binascii.a2b_base64(octets + b"==")
    except binascii.Error:
        letters = _NO_BASE64.sub(b"", octets)
        return binascii.a2b_base64(letters[: len(letters) // 4 * 4] + b"====")


def _from_uuencode(octets: bytes) -> bytes:
    found: list[bytes] = []
    lines = iter(octets.splitlines())
    if not any(line.startswith(b"begin ") for line in lines):
        return octets
    for line in lines:
        if line.rstrip() == b"end":
            break
        try:
            found.append(binascii.a2b_uu(line))
        except binascii.Error:
            continue
    return b"".join(found)
