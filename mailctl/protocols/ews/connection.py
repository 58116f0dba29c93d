"""A mailbox at an Exchange server, signed in to, and its end."""

import base64
import json
import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import field
from typing import Any
from urllib.parse import urlsplit

import exchangelib
from exchangelib.protocol import Protocol
from exchangelib.transport import NOAUTH

from mailctl.errors import ServerRefused
from mailctl.ports.mail import Login
from mailctl.protocols import signing_in
from mailctl.protocols.ews import memos, web
from mailctl.protocols.ews.failures import translated
from mailctl.protocols.ews.folders import ids_by_use
from mailctl.protocols.ews.signing import Signature, Wire
from mailctl.protocols.network import Network
from mailctl.records import dataclass


@dataclass(frozen=True)
class EwsMailbox:
    """exchangelib's account, and how errors call the server."""

    account: Any
    host: str
    login: Login
    uses: Mapping[str, str] = field(default_factory=dict)
    """The ids of the folders that the server calls by their use, as inbox; seen at the sign-in."""
    signature: Signature | None = None

    @property
    def memo(self) -> str:
        """What the next sign-in need not find out again."""
        return str(self._memo)

    @property
    def found(self) -> Mapping[str, object]:
        """The same for a person to read."""
        return {"signs_in_by": self._memo.scheme, "version": self._memo.said_version}

    @property
    def _memo(self) -> memos.Memo:
        scheme = self.signature.scheme if self.signature else None
        return memos.Memo(scheme, self.account.version)


@contextmanager
def signed_in(login: Login, network: Network) -> Iterator[EwsMailbox]:
    """Yield the mailbox once the server lets us see its inbox.

    Raises Unreachable, TlsFailure, GuardRefused, AuthenticationRefused, ServerBusy,
    or ServerRefused.
    """
    url = _address(login)
    host = urlsplit(url).hostname or ""
    signing_in.credentials(login)
    # its errors are ours to tell, and what it logs has whole requests
    for name in ("exchangelib", "urllib3", "spnego"):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    memo = memos.read(login.memo)
    config = exchangelib.Configuration(
        service_endpoint=url,
        version=memo.known_version,
        retry_policy=web.Terms(login),
        auth_type=NOAUTH,  # our sessions sign, and it never gets to know a password
    )
    signatures: list[Signature] = []

    def signature(wire: Wire) -> Signature:
        scheme = signatures[-1].scheme if signatures else memo.scheme
        signatures.append(Signature(login, host, wire, scheme))
        return signatures[-1]

    protocol = web.protocol(config, login, network, signature)
    try:
        with translated(host, login, is_sign_in=True):
            account = _account(login, config)
            account.protocol = protocol
            uses = ids_by_use(account)
        yield EwsMailbox(account, host, login, uses, signatures[-1])
    finally:
        protocol.close()


def _account(login: Login, config: exchangelib.Configuration) -> Any:
    account = exchangelib.Account(
        login.address or login.username,
        access_type=exchangelib.IMPERSONATION if _is_of_an_app(login) else exchangelib.DELEGATE,
        config=config,
        default_timezone=exchangelib.UTC,
    )
    # exchangelib would keep the protocol that it made for as long as the process lives
    with suppress(KeyError):
        del Protocol[config]
    return account


def _is_of_an_app(login: Login) -> bool:
    """Whether the token is an app's own: Exchange lets that in as somebody else only.

    It is not verified, which is the server's business: it only decides what is asked for.
    https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference
    """
    if not login.is_token:
        return False
    with suppress(ValueError, IndexError, AttributeError):
        part = login.secret.reveal().split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
        return "full_access_as_app" in (claims.get("roles") or ()) and "scp" not in claims
    return False


def _address(login: Login) -> str:
    """Return the address of the web service. Raises ServerRefused."""
    provider = login.provider
    if not provider.ews_url or urlsplit(provider.ews_url).scheme != "https":
        raise ServerRefused(
            f"provider {provider.name} has no https address of EWS",
            hint=f"mailctl provider set {provider.name} --ews-url https://HOST/EWS/Exchange.asmx",
        )
    return provider.ews_url
