"""Where a mailbox's Exchange server is, as hosts of the mail domain's own say it (Autodiscover).

Version 2 is asked first, which takes no credentials, then POX ([MS-OXDSCLI]), which does.
Nobody but those hosts is told the address, no other host gets a credential, and no redirect
leads elsewhere: https://learn.microsoft.com/exchange/client-developer/exchange-web-services/autodiscover-for-exchange
"""

import json
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any
from urllib.parse import quote, urljoin, urlsplit

import requests

from mailctl.errors import (
    AuthenticationRefused,
    GuardRefused,
    MailctlError,
    NotFound,
    ServerRefused,
    TlsFailure,
    Unreachable,
)
from mailctl.ports.mail import ExchangeFound, Login
from mailctl.protocols.ews import pox
from mailctl.protocols.ews.failures import translated
from mailctl.protocols.ews.signing import Scheme, Signature, Wire, offered
from mailctl.protocols.ews.statuses import host_of, not_signed_in, refusal
from mailctl.protocols.ews.web import Session
from mailctl.protocols.network import Network
from mailctl.protocols.words import plain

_MOST_REDIRECTS = 3
_MOST_BYTES = 256 << 10
_MOVED = {301, 302, 303, 307, 308}
# Which failure says most of why nothing was found.
_TELLING = (GuardRefused, TlsFailure, ServerRefused, Unreachable)


class Autodiscovery:
    """One search, and why each host that was asked was of no help."""

    def __init__(
        self, login: Login, network: Network, *, is_own: Callable[[str], bool], signs: bool
    ) -> None:
        self._login = login
        self._network = network
        self._is_own = is_own
        self._signs = signs
        self._failures: list[MailctlError] = []

    def found(self, hosts: Sequence[str]) -> ExchangeFound:
        """Return what the first host says that knows the mailbox.

        Raises AuthenticationRefused as soon as a host does not take the credentials, else
        GuardRefused where one sent us to a stranger, TlsFailure, ServerRefused, Unreachable,
        or NotFound.
        """
        for host in hosts:
            url = self._asked(host)
            if url is not None:
                return self._looked_at(url, host)
        for kind in _TELLING:
            for failure in self._failures:
                if isinstance(failure, kind):
                    raise failure
        raise NotFound(f"no Autodiscover at {', '.join(hosts)} knows an Exchange server")

    def _asked(self, host: str) -> str | None:
        """Return what a host says in one of the ways that it can be asked."""
        try:
            url = self._by_json(host)
            if url is None and self._signs and host != self._domain:
                # whoever hosts the domain's home page gets no password of a mailbox
                url = self._by_pox(host)
        except AuthenticationRefused:
            raise  # one more try elsewhere would be one more towards a locked account
        except MailctlError as failure:
            self._failures.append(failure)
            return None
        return url

    @property
    def _domain(self) -> str:
        return (self._login.address or "").rpartition("@")[2]

    def _by_json(self, host: str) -> str | None:
        mailbox = quote(self._login.address or "", safe="@.")
        path = f"autodiscover/autodiscover.json/v1.0/{mailbox}?Protocol=EWS"
        response = self._followed("GET", f"https://{host}/{path}")
        if response.status_code != requests.codes.ok:
            return None
        with suppress(ValueError, RecursionError, AttributeError):
            url = json.loads(response.content).get("Url")
            return url if isinstance(url, str) else None
        return None

    def _by_pox(self, host: str, address: str | None = None) -> str | None:
        asked = address or self._login.address or ""
        url = f"https://{host}/autodiscover/autodiscover.xml"
        response = self._followed("POST", url, pox.request(asked))
        refused = not_signed_in(self._login, response, host)
        if refused is not None:
            raise refused
        if response.status_code != requests.codes.ok:
            return None
        said = pox.read(response.content)
        if said.url:
            return said.url
        if said.redirect_url:
            there = host_of(said.redirect_url)
            self._require_own(host, there)
            return None if address or there == host else self._by_pox(there, asked)
        if said.redirect_address:
            self._require_own(host, said.redirect_address.rpartition("@")[2])
            return None if address else self._by_pox(host, said.redirect_address)
        if said.error:
            words = plain(said.error, self._login.secret)
            self._failures.append(self._of_no_help(f"{host} does not know {asked}: {words}"))
        return None

    def _followed(self, method: str, url: str, body: bytes = b"") -> requests.Response:
        """Return the answer, over redirects that stay with the domain's own hosts."""
        for _ in range(_MOST_REDIRECTS + 1):
            host = host_of(url)
            response = self._sent(method, url, body, signs=method == "POST")
            if response.status_code not in _MOVED:
                return response
            url = urljoin(url, response.headers.get("Location", ""))
            is_safe = urlsplit(url).scheme == "https" or not self._is_own(host_of(url))
            if not is_safe:
                raise self._of_no_help(f"{host} sends us on without encryption")
            self._require_own(host, host_of(url))
        raise self._of_no_help(f"{host} sends us from one page to the other")

    def _sent(self, method: str, url: str, body: bytes, *, signs: bool) -> requests.Response:
        host, wire = host_of(url), Wire()
        options: dict[str, Any] = {"allow_redirects": False, "timeout": self._network.idle_s}
        with Session(self._login, self._network, wire) as session:
            session.most_bytes = _MOST_BYTES
            if signs:
                session.auth = Signature(self._login, host, wire, None)
            with translated(host, self._login):
                return session.request(method, url, data=body or None, **options)

    def _require_own(self, host: str, there: str) -> None:
        """Raise GuardRefused for a stranger's host that somebody sends us to."""
        if self._is_own(there):
            return
        shown = plain(there, self._login.secret) or "nowhere"
        raise GuardRefused(
            f"{host} sends us to {shown}, which is not the domain's own",
            hint="nobody there is told anything; if it is right, name the address yourself: "
            f"mailctl provider add {self._login.provider.name} --kind ews "
            f"--ews-url https://{shown}/EWS/Exchange.asmx",
            details={"cause": "autodiscover-elsewhere", "host": there},
        )

    def _of_no_help(self, sentence: str) -> ServerRefused:
        name = self._login.provider.name
        hint = f"name the address yourself: mailctl provider add {name} --kind ews --ews-url URL"
        return ServerRefused(sentence, hint=hint)

    def _looked_at(self, url: str, host: str) -> ExchangeFound:
        """Return the address with what its server takes, asked without credentials."""
        if urlsplit(url).scheme != "https" or not host_of(url):
            raise self._of_no_help(f"{host} names an address that is no https one")
        try:
            response = self._sent("POST", url, b"<x/>", signs=False)
        except Unreachable:
            return ExchangeFound(url, host)  # it may be down, or be reached from elsewhere
        takes = offered(response)
        refused = None if takes else refusal(self._login, response)
        if refused is not None:
            raise refused
        takes_passwords = set(takes) != {Scheme.BEARER}
        return ExchangeFound(
            url, host, takes_passwords=takes_passwords, takes_tokens=Scheme.BEARER in takes
        )
