"""Which numbering a UID belongs to: the folder's UIDVALIDITY, and the folder itself.

Where two folders were made in one second, many servers give them one UIDVALIDITY; then a folder
that takes another's name would pass for it. MAILBOXID (RFC 8474) tells them apart.
"""

from zlib import crc32

_VALIDITY_BITS = 32


def numbering(uidvalidity: int, mailbox: bytes = b"") -> int:
    """Return the number of a numbering; without a MAILBOXID it is the UIDVALIDITY itself."""
    folder = crc32(mailbox) & 0x7FFFFFFF if mailbox else 0
    return folder << _VALIDITY_BITS | uidvalidity


def uidvalidity_of(numbering: int) -> int:
    """Return the UIDVALIDITY in it."""
    return numbering & ((1 << _VALIDITY_BITS) - 1)
