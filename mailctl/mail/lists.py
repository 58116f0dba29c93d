"""Which mailing list a message came through."""

from mailctl.mail import headers
from mailctl.mail.fields import read_fields

_LIST_MAX = 1_000


def mailing_list(source: bytes) -> str:
    """Return what List-Id says (RFC 2919), nothing where there is none. Never raises."""
    return headers.text(read_fields(source).first("list-id"))[:_LIST_MAX]
