"""Octets as they were before they were encoded for the way (RFC 2045 section 6)."""

import binascii
import re

_NO_BASE64 = re.compile(rb"[^A-Za-z0-9+/]")


def decoded(octets: bytes, encoding: str) -> bytes:
    """Return the octets without their transfer encoding, as far as that can be read.

    Never raises; an encoding that nobody knows is none.
    """
    match encoding:
        case "quoted-printable":
            return binascii.a2b_qp(octets)
        case "base64":
            return from_base64(octets)
        case "x-uuencode" | "uuencode" | "uue" | "x-uue":
            return _from_uuencode(octets)
        case _:
            return octets


def from_base64(octets: bytes) -> bytes:
    """Return what base64 says, whatever else stands between; a last odd letter is left out."""
    try:
        return binascii.a2b_base64(octets + b"==")
    except binascii.Error:
        letters = _NO_BASE64.sub(b"", octets)
        return binascii.a2b_base64(letters[: len(letters) // 4 * 4])


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
