"""Reading addresses and domains as people type them, into one normal form."""

import re

from mailctl.domain.addresses import Address
from mailctl.errors import BadAddress, BadUsage

_LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)\Z")
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"\Z')
# C0, DEL, C1; lone surrogates are what Python makes of octets that are no UTF-8.
# Zero-width blanks, marks and overrides of direction, a byte order mark: what nobody sees. The
# joiners U+200C and U+200D belong to how some languages are spelled.
_CONTROL = re.compile(
    "[\x00-\x1f\x7f-\x9f\ud800-\udfff\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]"
)
_DOMAIN_MAX, _LOCAL_MAX = 253, 64


def parse_address(text: str) -> Address:
    """Return the address, its local part verbatim and its domain in normal form.

    Raises BadAddress: nothing is looked up for what cannot be an address.
    """
    stripped = text.strip(" \t\r\n")
    if _CONTROL.search(stripped):
        raise _bad(text, "it holds a control character, or one that is invisible or broken")
    local_part, at, domain = stripped.rpartition("@")
    if not at or not local_part or not domain:
        raise _bad(text, "it needs a name, an @ and a domain")
    if not _QUOTED.match(local_part) and re.search(r'[\s@"(),:;<>\[\]\\]', local_part):
        raise _bad(text, "the name before the @ holds a character that must be quoted")
    if len(local_part.encode()) > _LOCAL_MAX:
        raise _bad(text, f"the name before the @ is longer than {_LOCAL_MAX} octets")
    try:
        return Address(local_part, normal_domain(domain))
    except BadUsage as error:
        raise _bad(text, error.details["why"]) from error


def normal_domain(text: str) -> str:
    """Return the lower-case A-label form of a domain, without a trailing dot.

    Internationalised names go through UTS 46 (non-transitional) and IDNA 2008, so
    that every spelling of a domain gives one string. Raises BadUsage.
    """
    domain = text.strip()
    if domain.startswith("["):
        raise _bad_domain(text, "an address literal has no mail domain")
    if not domain.isascii() or "xn--" in domain.lower():
        domain = _to_a_labels(domain, text)
    domain = domain.lower().removesuffix(".")  # only now: UTS 46 knows more than one dot
    labels = domain.split(".")
    if len(labels) < 2:
        raise _bad_domain(text, "a mail domain has at least two labels")
    if len(domain) > _DOMAIN_MAX or not all(_LABEL.match(label) for label in labels):
        raise _bad_domain(text, "a label is empty, too long or has a character that is not allowed")
    if labels[-1].isdigit():
        raise _bad_domain(text, "it is a number, not a domain")
    return domain


def _to_a_labels(domain: str, text: str) -> str:
    import idna  # 10 ms, for the few that need it

    try:
        encoded: bytes = idna.encode(domain, uts46=True, std3_rules=True, transitional=False)
    except idna.IDNAError as error:
        raise _bad_domain(text, f"not a valid international name ({error})") from error
    return encoded.decode("ascii")


def _bad(text: str, why: object) -> BadAddress:
    return BadAddress(
        f"{_shown(text)} is not a mail address: {why}",
        hint="write it as name@domain, e.g. ada@example.org",
    )


def _bad_domain(text: str, why: str) -> BadUsage:
    return BadUsage(
        f"{_shown(text)} is not a mail domain: {why}",
        hint="write it as a name, e.g. example.org",
        details={"why": why},
    )


def _shown(text: str) -> str:
    return ascii(text) if not text.isprintable() else repr(text)
