"""Which addresses are one mailbox, and which domains lie below one another."""

import re

_GMAIL = frozenset({"gmail.com", "googlemail.com"})
_APPLE = frozenset({"icloud.com", "me.com", "mac.com"})
_PROTON = frozenset({"proton.me", "protonmail.com", "protonmail.ch", "pm.me"})
_NEEDLESSLY_QUOTED = re.compile(r'"[^\s"\\@(),:;<>\[\]]+"\Z')
_YANDEX = re.compile(r"(?:ya\.ru|yandex\.(?:ru|com|by|kz|ua|com\.tr|fr|uz))")


def mailbox_of(address: str) -> str:
    """Return what all spellings of one mailbox share, of an address in lower case.

    What follows a plus is the person's own mark (RFC 5233). Gmail sees no dots
    (https://support.google.com/mail/answer/7436150), Proton neither dots nor hyphens nor
    underscores (https://proton.me/support/addresses-and-aliases), and to Yandex a dot is a
    hyphen (https://yandex.com/support/id/authorization/login.html). Apple's three domains are
    of one account (https://support.apple.com/118230). Quotes around a name that needs none
    mean nothing (RFC 5321 section 4.1.2).
    """
    local, _, domain = address.rpartition("@")
    name = untagged_name(local[1:-1] if _NEEDLESSLY_QUOTED.match(local) else local)
    if domain in _GMAIL:
        return f"{name.replace('.', '')}@gmail.com"
    if domain in _APPLE:
        return f"{name}@icloud.com"
    if domain in _PROTON:
        return f"{re.sub('[._-]', '', name)}@proton.me"
    if _YANDEX.fullmatch(domain):
        return f"{name.replace('.', '-')}@yandex.ru"
    return f"{name}@{domain}"


def untagged(address: str) -> str:
    """Return the address without the mark behind a plus."""
    local, _, domain = address.rpartition("@")
    return f"{untagged_name(local)}@{domain}"


def untagged_name(local: str) -> str:
    """Return what stands before a plus, the whole name where nothing would be left."""
    return local.partition("+")[0] or local


def domain_path_of(domain: str) -> str:
    """Return the labels from the right, a dot behind each: what is below a domain begins so."""
    return "".join(f"{label}." for label in reversed(domain.split(".")))
