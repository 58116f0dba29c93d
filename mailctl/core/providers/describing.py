"""A provider of one's own as an administrator describes it, and how that changes one."""

import re
from collections.abc import Sequence
from dataclasses import field, fields, replace
from pathlib import Path
from typing import Literal

from mailctl.core.providers.endpoints import INCOMING, SUBMISSION, endpoint
from mailctl.domain.ids import ProviderName
from mailctl.domain.providers import (
    AuthMethod,
    LoginForm,
    Origin,
    Provider,
    ProviderKind,
    UsernameTemplate,
    login_form,
)
from mailctl.domain.servers import Security
from mailctl.errors import BadUsage
from mailctl.records import dataclass
from mailctl.resolve.addresses import normal_domain

OwnKind = Literal[ProviderKind.IMAP, ProviderKind.EWS]
"""What one's own server may speak; the other kinds say why a preset cannot be reached."""

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,62}\Z")
_CA_FILE_MAX = 16 << 20


@dataclass(frozen=True)
class Description:
    """What is said of a provider: None leaves a thing as it is, empty text takes it away.

    Servers are HOST or HOST:PORT.
    """

    title: str | None = None
    incoming: str | None = None
    incoming_security: Security | None = None
    submission: str | None = None
    submission_security: Security | None = None
    ews_url: str | None = None
    login: str | None = None
    submission_login: str | None = None
    auth: tuple[AuthMethod, ...] | None = None
    oauth: str | None = None
    """The OAuth issuer, by its name in the catalogue or the name of an app's own."""
    mx: tuple[str, ...] | None = None
    ca_file: str | None = None
    sign_in_help: str | None = None
    sign_in_url: str | None = None
    files_sent: bool | None = None

    @property
    def is_empty(self) -> bool:
        """Whether nothing is said at all."""
        return all(getattr(self, each.name) is None for each in fields(self))


@dataclass(frozen=True)
class NewProvider:
    """A provider to be added, and the domains that it serves."""

    name: str
    kind: OwnKind = ProviderKind.IMAP
    description: Description = field(default_factory=Description)
    domains: tuple[str, ...] = ()


def described(new: NewProvider) -> Provider:
    """Return the provider. Raises BadUsage for what cannot be meant."""
    return changed(blank(new), checked(_without_idle_security(new.description)))


def blank(new: NewProvider) -> Provider:
    """Return the provider without its servers. Raises BadUsage."""
    if not _NAME.match(new.name):
        raise BadUsage(
            f"{new.name!r} is no name for a provider",
            hint="use lower-case letters, digits and hyphens, e.g. acme-mail",
        )
    return Provider(
        name=ProviderName(new.name),
        title=new.name,
        kind=new.kind,
        origin=Origin.CUSTOM,
        domains=_each_normal(new.domains),
        ca_file=new.description.ca_file or None,
    )


def changed(was: Provider, said: Description) -> Provider:
    """Return the provider after what is said of it. Raises BadUsage for what cannot be meant."""
    incoming = endpoint(was.incoming, said.incoming, said.incoming_security, INCOMING)
    submission = endpoint(was.submission, said.submission, said.submission_security, SUBMISSION)
    has_web_service = was.kind is ProviderKind.EWS
    provider = replace(
        was,
        title=was.title if said.title is None else said.title.strip() or was.name,
        incoming=incoming,
        submission=submission,
        ews_url=_optional(was.ews_url, said.ews_url),
        login=was.login if said.login is None else login_form(said.login),
        submission_login=_submission_login(was, said.submission_login),
        auth=_auth(was, said),
        oauth=_optional(was.oauth, said.oauth),
        mx=was.mx if said.mx is None else _each_normal(said.mx),
        can_receive=has_web_service or incoming is not None,
        can_send=has_web_service or submission is not None,
        ca_file=_optional(was.ca_file, said.ca_file),
        sign_in_help=_optional(was.sign_in_help, said.sign_in_help),
        sign_in_url=_optional(was.sign_in_url, said.sign_in_url),
        files_sent=was.files_sent if said.files_sent is None else said.files_sent,
    )
    _refuse_serverless(provider)
    return provider


def checked(said: Description) -> Description:
    """Return what is said with its addresses and files looked at. Raises BadUsage."""
    if said.ews_url and not re.fullmatch(r"https://[!-~]+", said.ews_url.strip()):
        raise BadUsage(
            f"{said.ews_url!r} is no https address of a web service",
            hint="write it in full, e.g. https://mail.example.org/EWS/Exchange.asmx",
        )
    if said.sign_in_url and not re.fullmatch(r"https?://[!-~]+", said.sign_in_url):
        raise BadUsage(
            f"{said.sign_in_url!r} is no address of a page",
            hint="write it in full, e.g. https://example.org/mail",
        )
    if not said.ca_file:
        return said
    return replace(said, ca_file=_file_of_certificates(said.ca_file))


def _without_idle_security(said: Description) -> Description:
    """Let a script say how a server is encrypted also where it names none."""
    return replace(
        said,
        incoming_security=said.incoming_security if said.incoming else None,
        submission_security=said.submission_security if said.submission else None,
    )


def _auth(was: Provider, said: Description) -> tuple[AuthMethod, ...]:
    """Return the ways to sign in; who names an issuer alone means OAuth as well."""
    if said.auth:
        return said.auth
    if said.oauth and AuthMethod.OAUTH2 not in was.auth:
        return (AuthMethod.OAUTH2, *was.auth)
    return was.auth


def _submission_login(was: Provider, said: str | None) -> LoginForm | UsernameTemplate | None:
    if said is None:
        return was.submission_login
    return login_form(said) if said else None


def _optional(was: str | None, said: str | None) -> str | None:
    return was if said is None else said.strip() or None


def _refuse_serverless(provider: Provider) -> None:
    has_server = provider.incoming is not None or provider.submission is not None
    if provider.kind is ProviderKind.IMAP and not has_server:
        raise BadUsage(
            f"the provider {provider.name} has no server",
            hint="name one: --incoming imap.example.org (in a file, incoming:)",
        )
    if provider.kind is ProviderKind.EWS and provider.ews_url is None:
        raise BadUsage(
            f"the provider {provider.name} has no address of its web service",
            hint="name it: --ews-url https://mail.example.org/EWS/Exchange.asmx, "
            "or let it be found: --autodiscover (in a file, ews_url:)",
        )


def _file_of_certificates(text: str) -> str:
    """Return the absolute path; whether the certificates are sound is TLS's to say."""
    path = Path(text).absolute()
    try:
        with path.open("rb") as file:
            content = file.read(_CA_FILE_MAX)
    except OSError as error:
        raise BadUsage(
            f"the file {path} cannot be read: {error.strerror}", hint=f"ls -l {path}"
        ) from error
    if b"-----BEGIN CERTIFICATE-----" not in content:
        raise BadUsage(
            f"the file {path} holds no certificate",
            hint="it must be PEM, with lines -----BEGIN CERTIFICATE-----",
        )
    return str(path)


def _each_normal(names: Sequence[str]) -> tuple[str, ...]:
    given = (name.removeprefix("*.") for name in names if name.strip())
    return tuple(dict.fromkeys(map(normal_domain, given)))
