"""What a mail service is and how its servers are reached."""

import re
from datetime import datetime
from enum import StrEnum
from typing import NewType

from mailctl.domain.ids import ProviderName
from mailctl.domain.servers import Endpoint
from mailctl.errors import BadUsage
from mailctl.records import dataclass

SMTP_TIMEOUT_S = 40.0


class ProviderKind(StrEnum):
    """The protocol a mailbox is reached by, or why it cannot be reached."""

    IMAP = "imap"
    EWS = "ews"
    BRIDGE = "bridge"
    """A local program of the provider speaks IMAP and SMTP for it (Proton)."""
    NONE = "none"
    """The provider lets no other program in (Tuta, HEY)."""


class LoginForm(StrEnum):
    """What the server wants as user name."""

    ADDRESS = "address"
    LOCAL_PART = "local-part"
    MANUAL = "manual"


UsernameTemplate = NewType("UsernameTemplate", str)
"""A user name made of {address}, {local-part} and {domain}, such as {domain}\\{local-part}."""


class AuthMethod(StrEnum):
    """How a person proves who they are, best first in a provider's list."""

    PASSWORD = "password"
    APP_PASSWORD = "app-password"
    OAUTH2 = "oauth2"


class MxTrust(StrEnum):
    """Whether an MX record alone may choose the provider."""

    AUTO = "auto"
    CONFIRM = "confirm"


class Origin(StrEnum):
    """Who described the provider."""

    PRESET = "preset"
    CUSTOM = "custom"
    DISCOVERED = "discovered"
    """Named by a domain, not by a person here: never reached at a private address."""


class MappingOrigin(StrEnum):
    """Who said that a domain belongs to a provider."""

    PRESET = "preset"
    ADMIN = "admin"
    LEARNED = "learned"


class HostFrom(StrEnum):
    """Where the host names come from that a shared platform does not have in common."""

    MX_TARGET = "mx-target"
    """The exchanger in the MX record is also the server for clients."""
    DOMAIN = "domain"
    """`mail.` in front of the mail domain."""
    USER = "user"
    """Only the customer knows."""


@dataclass(frozen=True)
class CustomDomain:
    """What differs when a provider serves a domain of its customer; None: nothing does."""

    incoming: Endpoint | None = None
    submission: Endpoint | None = None
    login: LoginForm | None = None
    submission_login: LoginForm | None = None


@dataclass(frozen=True)
class Provider:
    """How to reach a mail service, and what a person has to know to sign in."""

    name: ProviderName
    title: str
    kind: ProviderKind
    origin: Origin
    incoming: Endpoint | None = None
    submission: Endpoint | None = None
    ews_url: str | None = None
    login: LoginForm | UsernameTemplate = LoginForm.ADDRESS
    submission_login: LoginForm | UsernameTemplate | None = None
    """Where it differs from `login`."""
    auth: tuple[AuthMethod, ...] = (AuthMethod.PASSWORD,)
    oauth: str | None = None
    domains: tuple[str, ...] = ()
    includes_subdomains: bool = False
    mx: tuple[str, ...] = ()
    mx_trust: MxTrust = MxTrust.AUTO
    can_receive: bool = True
    can_send: bool = True
    smtp_timeout_s: float = SMTP_TIMEOUT_S
    files_sent: bool = False
    """Whether it puts a copy of what it submits into the folder for sent mail by itself."""
    ca_file: str | None = None
    quirks: str | None = None
    sign_in_help: str | None = None
    sign_in_url: str | None = None
    docs_url: str | None = None
    imap_must_be_enabled: bool = False
    host_from: HostFrom | None = None
    custom_domain: CustomDomain | None = None

    @property
    def is_reached_in_public_only(self) -> bool:
        """Whether the mail domain's owner, and no person here, says which its servers are."""
        return self.origin is Origin.DISCOVERED or self.host_from is not None

    @property
    def renames_mail(self) -> bool:
        """Whether it may give mail a Message-ID of its own: then no look-up proves an absence.

        Outlook.com does, and keeps ours in X-Microsoft-Original-Message-ID.
        """
        return self.quirks == "microsoft"


@dataclass(frozen=True)
class DomainMapping:
    """A mail domain (A-label, lower case) and the provider that serves it."""

    domain: str
    provider: ProviderName
    origin: MappingOrigin
    created_at: datetime | None = None
    created_by: str | None = None
    includes_subdomains: bool = False
    exchangers: tuple[str, ...] = ()
    """The best mail exchangers that a learned domain had then; empty where nobody asked."""

    def serves(self, domain: str) -> bool:
        """Whether the mapping of this or a parent domain holds for `domain`."""
        return self.includes_subdomains or self.domain == domain


def login_form(text: str) -> LoginForm | UsernameTemplate:
    """Return what the text says of user names: one of the forms, or a template. Raises BadUsage."""
    if text in set(LoginForm):
        return LoginForm(text)
    if not _PLACEHOLDER.search(text) or re.search(r"[{}\x00-\x1f]", _PLACEHOLDER.sub("", text)):
        raise BadUsage(
            f"{text!r} says nothing of user names",
            hint=f"write {', '.join(LoginForm)}, or a template of {{address}}, {{local-part}} "
            "and {domain}",
        )
    return UsernameTemplate(text)


def username(login: LoginForm | UsernameTemplate, address: str) -> str | None:
    """Return the user name that `login` makes of `address`, None if a person must say it."""
    local_part, _, domain = address.rpartition("@")
    match login:
        case LoginForm.ADDRESS:
            return address
        case LoginForm.LOCAL_PART:
            return local_part
        case LoginForm.MANUAL:
            return None
        case _:
            parts = {"{address}": address, "{local-part}": local_part, "{domain}": domain}
            return _PLACEHOLDER.sub(lambda found: parts[found[0]], login)


_PLACEHOLDER = re.compile(r"\{(?:address|local-part|domain)\}")
