"""What folders are called: by people, and on the wire."""

import re
from binascii import a2b_base64, b2a_base64
from contextlib import suppress
from typing import Any

from mailctl.domain.folders import SpecialUse

INBOX = "INBOX"
_SHIFTED = re.compile(rb"&([A-Za-z0-9+,]*)-")
_UNPRINTABLE = re.compile(r"[^\x20-\x7e]+|&")
# RFC 6154, RFC 8457, and the names that Gmail gives in XLIST and to labels.
USES = {
    rb"\all": SpecialUse.ALL,
    rb"\allmail": SpecialUse.ALL,
    rb"\archive": SpecialUse.ARCHIVE,
    rb"\draft": SpecialUse.DRAFTS,
    rb"\drafts": SpecialUse.DRAFTS,
    rb"\flagged": SpecialUse.FLAGGED,
    rb"\starred": SpecialUse.FLAGGED,
    rb"\important": SpecialUse.IMPORTANT,
    rb"\junk": SpecialUse.JUNK,
    rb"\spam": SpecialUse.JUNK,
    rb"\sent": SpecialUse.SENT,
    rb"\trash": SpecialUse.TRASH,
}


def name_of(token: Any) -> bytes:
    """Return the name that an answer has: IMAPClient takes digits for a number, NIL for nothing."""
    return token if isinstance(token, bytes) else b"NIL" if token is None else str(token).encode()


def wire_name(path: str, *, is_utf8: bool = False) -> bytes:
    """Return the name that a path has unless its server spells names in its own way."""
    return path.encode() if is_utf8 else _in_utf7(path)


def is_sendable(name: bytes, *, takes_utf8: bool = False) -> bool:
    """Whether a name can be sent as it came (RFC 3501 section 5.1.3, RFC 6855 section 3)."""
    try:
        text = name.decode("utf-8" if takes_utf8 else "ascii")
    except UnicodeDecodeError:
        return False
    return all(0x20 <= ord(letter) != 0x7F for letter in text)


def path_of(name: bytes, *, is_utf8: bool = False) -> str:
    """Return the name for people; a name that would not come back the same stays as it is."""
    if name.upper() == INBOX.encode():
        return INBOX
    with suppress(ValueError):
        if is_utf8:
            return name.decode()
        path = _of_utf7(name)
        # A lone surrogate decodes, but cannot be stored.
        path.encode()
        if _in_utf7(path) == name:
            return path
    with suppress(UnicodeDecodeError):
        return name.decode()
    return name.decode("latin-1")


def _in_utf7(path: str) -> bytes:
    """Return the path in modified UTF-7 (RFC 3501 section 5.1.3)."""
    return _UNPRINTABLE.sub(_shifted, path).encode("ascii")


def _shifted(found: re.Match[str]) -> str:
    if found[0] == "&":
        return "&-"
    octets = b2a_base64(found[0].encode("utf-16-be"), newline=False)
    return f"&{octets.rstrip(b'=').replace(b'/', b',').decode()}-"


def _of_utf7(name: bytes) -> str:
    """Return the path that was written in modified UTF-7. Raises ValueError."""
    path, end = "", 0
    for run in _SHIFTED.finditer(name):
        path += name[end : run.start()].decode("ascii")
        path += _unshifted(run[1]) if run[1] else "&"
        end = run.end()
    return path + name[end:].decode("ascii")


def _unshifted(run: bytes) -> str:
    padded = run.replace(b",", b"/") + b"=" * (-len(run) % 4)
    return a2b_base64(padded).decode("utf-16-be")
