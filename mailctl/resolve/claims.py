"""What documents of strangers claim, value by value: taken in one plain form or not at all."""

import re
from collections.abc import Set
from contextlib import suppress
from urllib.parse import urlsplit

from mailctl.domain.providers import LoginForm, UsernameTemplate, login_form
from mailctl.errors import BadUsage
from mailctl.resolve.addresses import normal_domain

_NAME_MAX, _LABEL_MAX, _URL_MAX, _SHOWN_MAX = 255, 200, 2000, 80
_PLACEHOLDERS = {
    "%EMAILADDRESS%": "{address}",
    "%EMAILLOCALPART%": "{local-part}",
    "%EMAILDOMAIN%": "{domain}",
}
_USER_NAMES = {
    "%EMAILADDRESS%": LoginForm.ADDRESS,
    "%EMAILADDRESS": LoginForm.ADDRESS,  # a slip that documents out there have
    "%EMAILLOCALPART%@%EMAILDOMAIN%": LoginForm.ADDRESS,
    "%EMAILLOCALPART%": LoginForm.LOCAL_PART,
}


def host_name(written: str) -> str | None:
    """Return a host's name of two labels or more in lower case; None for addresses too."""
    if not written.isascii() or len(written) > _NAME_MAX:
        return None
    host = mail_domain(written)
    # 0x7f.0x1 is 127.0.0.1 to a resolver of the system
    return None if host and re.fullmatch("0x[0-9a-f]*", host.rpartition(".")[2]) else host


def mail_domain(written: str) -> str | None:
    """Return the domain in normal form, None for what is none."""
    if len(written) > _NAME_MAX or not written.isprintable():
        return None
    with suppress(BadUsage):
        return normal_domain(written)
    return None


def user_name(written: str) -> LoginForm | UsernameTemplate:
    """Return what a user name of autoconfig's placeholders means.

    What is empty, broken or unknown is a person's to say.
    """
    if written in _USER_NAMES:
        return _USER_NAMES[written]
    if len(written) > _NAME_MAX or not written.isprintable() or re.search("[{}]", written):
        return LoginForm.MANUAL
    text = written
    for theirs, ours in _PLACEHOLDERS.items():
        text = text.replace(theirs, ours)
    if "{" in text and "%" not in text:  # no words of ours; none that is unknown or broken
        with suppress(BadUsage):
            return login_form(text)
    return LoginForm.MANUAL


def web_address(written: str, *, schemes: Set[str]) -> str | None:
    """Return the address of a page or service, None for what is none or hides something."""
    text = written.strip()
    if len(text) > _URL_MAX or not text.isascii() or not text.isprintable() or " " in text:
        return None
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return None
    is_plain = "@" not in parts.netloc and "%EMAIL" not in text
    return text if is_plain and parts.scheme in schemes and host and host_name(host) else None


def label(written: str) -> str | None:
    """Return the text in one line, None where it is empty, too long or acts on a terminal."""
    text = " ".join(written.split())
    return text if text and len(text) <= _LABEL_MAX and text.isprintable() else None


def shown(written: str) -> str:
    """Return the text as a sentence may quote it: short, without what acts on a terminal."""
    cut = written if len(written) <= _SHOWN_MAX else f"{written[:_SHOWN_MAX]}…"
    return cut if cut.isprintable() else ascii(cut)
