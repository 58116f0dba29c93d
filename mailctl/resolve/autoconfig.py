"""Reads a clientConfig document, by which a mail service describes itself to mail programs.

The format is Thunderbird's (its ISPDB is made of such files), written down in
draft-ietf-mailmaint-autoconfig. Whoever wrote a document may be wrong or hostile: only
what is whole and encrypted is taken, and what is left out is named.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from mailctl.domain.ids import ProviderName
from mailctl.domain.providers import (
    AuthMethod,
    LoginForm,
    Origin,
    Provider,
    ProviderKind,
    UsernameTemplate,
)
from mailctl.domain.servers import Endpoint, Security
from mailctl.resolve.bounded_xml import Element, Unreadable, read_tree
from mailctl.resolve.claims import host_name, label, mail_domain, shown, user_name, web_address

_NOTES_MAX = 20
_PORT_MAX = 65535
_SECURITY = {"ssl": Security.TLS, "starttls": Security.STARTTLS}
_AUTH = {
    "password-cleartext": AuthMethod.PASSWORD,
    "plain": AuthMethod.PASSWORD,
    "password-encrypted": AuthMethod.PASSWORD,
    "secure": AuthMethod.PASSWORD,
    "oauth2": AuthMethod.OAUTH2,
}
_EWS_TYPES = {"exchange", "ews"}
_EWS_AUTH = _AUTH | {"http-basic": AuthMethod.PASSWORD, "ntlm": AuthMethod.PASSWORD}


class NotClientConfig(Exception):
    """The document is no clientConfig, or none that leads to a server."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True)
class ClientServer:
    """A server, the user name it wants, and the ways to sign in, in the document's order."""

    endpoint: Endpoint
    login: LoginForm | UsernameTemplate
    auth: tuple[AuthMethod, ...]


@dataclass(frozen=True)
class ClientConfig:
    """What a document says that can be used, and why other servers in it were not taken."""

    id: str
    title: str | None
    domains: tuple[str, ...]
    incoming: ClientServer | None
    submission: ClientServer | None
    ews_url: str | None
    docs_url: str | None
    passed_over: tuple[str, ...]
    """Such as "imap.example.org: plain text"."""
    ews_auth: tuple[AuthMethod, ...] = (AuthMethod.PASSWORD,)


def read_client_config(
    document: bytes, *, domain: str | None = None, address: str | None = None
) -> ClientConfig:
    """Return what the document says. Raises NotClientConfig, and nothing else.

    `domain` (A-label form) is what %EMAILDOMAIN% stands for; without it a host that needs
    it is not taken. `address` is the one that the document was asked for: a server that
    was told it may write it out instead of a placeholder.
    """
    try:
        root = read_tree(document)
    except Unreadable as error:
        raise NotClientConfig(error.why) from error
    if root.name != "clientConfig":
        raise NotClientConfig(f"it is no clientConfig but {shown(root.name)}")
    providers = root.all_("emailProvider")
    if not providers:
        raise NotClientConfig("it describes no provider")
    return _Reader(providers[0], domain, address).config()


def as_provider(
    config: ClientConfig, *, name: ProviderName, origin: Origin, domains: tuple[str, ...] = ()
) -> Provider:
    """Return the provider that the document describes. Raises NotClientConfig for none."""
    incoming, submission = config.incoming, config.submission
    is_ews = incoming is None and config.ews_url is not None
    first = incoming or submission
    if first is None and not is_ews:
        reasons = f" ({'; '.join(config.passed_over)})" if config.passed_over else ""
        raise NotClientConfig(f"it names no server that can be used{reasons}")
    title = config.title or config.id
    if is_ews or first is None:
        return Provider(
            name=name,
            title=title,
            kind=ProviderKind.EWS,
            origin=origin,
            ews_url=config.ews_url,
            auth=config.ews_auth,
            domains=domains,
            docs_url=config.docs_url,
        )
    differs = submission is not None and submission.login != first.login
    return Provider(
        name=name,
        title=title,
        kind=ProviderKind.IMAP,
        origin=origin,
        incoming=None if incoming is None else incoming.endpoint,
        submission=None if submission is None else submission.endpoint,
        ews_url=config.ews_url,
        login=first.login,
        submission_login=submission.login if submission and differs else None,
        auth=_common_ways(first, submission),
        domains=domains,
        can_receive=incoming is not None,
        can_send=submission is not None,
        docs_url=config.docs_url,
    )


def _common_ways(first: ClientServer, submission: ClientServer | None) -> tuple[AuthMethod, ...]:
    """Return the ways that both servers take, or the first one's where they share none."""
    if submission is None:
        return first.auth
    return tuple(way for way in first.auth if way in submission.auth) or first.auth


@dataclass
class _Reader:
    """One emailProvider, and what was passed over in it."""

    element: Element
    domain: str | None
    address: str | None
    notes: list[str] = field(default_factory=list)

    def config(self) -> ClientConfig:
        domains = self._domains()
        incoming = self._best(self._servers("incomingServer", "imap"))
        submission = self._best(self._servers("outgoingServer", "smtp"))
        ews_url, ews_auth = self._ews()
        if incoming is None and ews_url is None:
            self._note_other_protocols()
        return ClientConfig(
            id=self._id(domains),
            title=label(self.element.text_of("displayName")),
            domains=domains,
            incoming=incoming,
            submission=submission,
            ews_url=ews_url,
            docs_url=self._docs_url(),
            passed_over=tuple(dict.fromkeys(self.notes))[:_NOTES_MAX],
            ews_auth=ews_auth,
        )

    def _id(self, domains: tuple[str, ...]) -> str:
        written = label(self.element.attributes.get("id", ""))
        found = written or self.domain or next(iter(domains), None)
        if found is None:
            raise NotClientConfig("the provider in it has no id")
        return found

    def _domains(self) -> tuple[str, ...]:
        found = {}
        for element in self.element.all_("domain"):
            written = self._expanded(element.text)
            domain = mail_domain(written)
            if domain is None:
                self._note(written, "no mail domain")
            else:
                found[domain] = True
        return tuple(found)

    def _servers(self, tag: str, protocol: str) -> Iterator[ClientServer]:
        for element in self.element.all_(tag):
            if _type(element) == protocol:
                try:
                    yield self._server(element)
                except _Unusable as error:
                    self._note(self._expanded(element.text_of("hostname")), str(error))

    def _server(self, element: Element) -> ClientServer:
        security = _SECURITY.get(element.text_of("socketType").lower())
        if security is None:
            raise _Unusable(
                "plain text"
                if element.text_of("socketType").lower() == "plain"
                else "no encryption that we know"
            )
        port = element.text_of("port")
        if not re.fullmatch("[0-9]{1,5}", port) or not 0 < int(port) <= _PORT_MAX:
            raise _Unusable("no port")
        auth = _ways(element, _AUTH)
        if not auth:
            raise _Unusable("no way to sign in that we know")
        endpoint = Endpoint(self._host(element.text_of("hostname")), int(port), security)
        return ClientServer(endpoint, self._login(element.text_of("username")), auth)

    def _host(self, written: str) -> str:
        if "%EMAILDOMAIN%" in written and self.domain is None:
            raise _Unusable("it depends on the mail domain")
        host = host_name(self._expanded(written))
        if host is None:
            raise _Unusable("no host name")
        return host

    def _login(self, written: str) -> LoginForm | UsernameTemplate:
        if self.address is not None and written:
            if written.lower() == self.address.lower():
                return LoginForm.ADDRESS
            if written.lower() == self.address.rpartition("@")[0].lower():
                return LoginForm.LOCAL_PART
        return user_name(written)

    def _best(self, servers: Iterator[ClientServer]) -> ClientServer | None:
        usable = list(servers)
        encrypted = [each for each in usable if each.endpoint.security is Security.TLS]
        return next(iter(encrypted or usable), None)

    def _ews(self) -> tuple[str | None, tuple[AuthMethod, ...]]:
        for element in self.element.all_("incomingServer"):
            kind = _type(element)
            written = element.text_of("ewsURL") or element.text_of("url" if kind == "ews" else "")
            if kind in _EWS_TYPES and written:
                url = web_address(self._expanded(written), schemes={"https"})
                if url is not None:
                    return url, _ways(element, _EWS_AUTH) or (AuthMethod.PASSWORD,)
                self._note(written, "no https address")
        return None, (AuthMethod.PASSWORD,)

    def _note_other_protocols(self) -> None:
        for element in self.element.all_("incomingServer"):
            kind = _type(element)
            if kind != "imap" and kind not in _EWS_TYPES:
                host = self._expanded(element.text_of("hostname"))
                self._note(host, f"{shown(kind)} is not spoken here")

    def _docs_url(self) -> str | None:
        written = (each.attributes.get("url", "") for each in self.element.all_("documentation"))
        return next(
            (url for text in written if (url := web_address(text, schemes={"https", "http"}))), None
        )

    def _expanded(self, text: str) -> str:
        return text.replace("%EMAILDOMAIN%", self.domain) if self.domain else text

    def _note(self, subject: str, why: str) -> None:
        self.notes.append(f"{shown(subject) or 'a server'}: {why}")


class _Unusable(Exception):
    """Why a server is passed over."""


def _type(element: Element) -> str:
    return element.attributes.get("type", "").strip().lower()


def _ways(element: Element, known: dict[str, AuthMethod]) -> tuple[AuthMethod, ...]:
    words = (each.text.lower() for each in element.all_("authentication"))
    return tuple(dict.fromkeys(known[word] for word in words if word in known))
