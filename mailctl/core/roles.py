"""What the owner of a mailbox is to a message that lies in it."""

import re

from mailctl.core.naming import address_key
from mailctl.domain.messages import Envelope, Role
from mailctl.errors import BadAddress
from mailctl.resolve.addresses import parse_address

_PLAIN = re.compile(r"[a-z0-9._+-]+@[a-z0-9.-]*[a-z0-9]")


def role_of(address: str, envelope: Envelope) -> Role | None:
    """Return the owner's role; None where no field names them."""
    sender = () if envelope.sender is None else (envelope.sender,)
    for role, named in (
        (Role.FROM, sender),
        (Role.TO, envelope.to),
        (Role.CC, envelope.cc),
        (Role.BCC, envelope.bcc),
    ):
        if any(_is_same(person.address, address) for person in named):
            return role
    return None


def _is_same(written: str, address: str) -> bool:
    """Whether it is the address by which the account is known, however the domain is spelled."""
    lower = written.lower()
    if lower == address:
        return True
    if _PLAIN.fullmatch(lower) and "xn--" not in lower:
        return False  # it has one spelling only
    try:
        return address_key(parse_address(written)) == address
    except BadAddress:
        return False
