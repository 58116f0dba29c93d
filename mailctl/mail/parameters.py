"""What a Content-… field says: its first word, and its parameters."""

import re
from email.errors import MessageError

_FIELD_MAX = 4_096  # the standard library reads parameters in quadratic time
# A parameter as almost every mailer writes it; the rest is left to the standard library.
_USUAL = re.compile(r'\s*+([\w-]++)\s*+=\s*+(?:"([^"\\]*+)"|([^\s;"<>*]++))\s*+(?:;|\Z)')


def first_word(field: str) -> str:
    """Return what stands before the parameters, in lower case."""
    return field.partition(";")[0].strip().lower()


def parameter(field: str, name: str) -> str | None:
    """Return a parameter by its lower-case name, unquoted, RFC 2231 undone. Never raises."""
    field = field[:_FIELD_MAX]
    place = field.find(";") + 1
    if not place:
        return None
    while usual := _USUAL.match(field, place):
        if usual[1].lower() == name:
            return usual[2] if usual[2] is not None else usual[3]
        place = usual.end()
    return _unusual(field, name) if place < len(field) else None


def _unusual(field: str, name: str) -> str | None:
    from email.message import Message  # 10 ms, for odd mail alone
    from email.utils import collapse_rfc2231_value

    message = Message()
    try:
        message["content-type"] = field.replace("\r", " ").replace("\n", " ")
        value = message.get_param(name)
        return None if value is None else collapse_rfc2231_value(value)
    except (ValueError, LookupError, TypeError, MessageError):
        return None
