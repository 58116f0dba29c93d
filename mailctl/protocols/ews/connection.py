"""A mailbox at an Exchange server, signed in to, and its end."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any
from urllib.parse import urlsplit

import exchangelib
from exchangelib.version import EXCHANGE_2016, Version

from mailctl.errors import ServerRefused
from mailctl.ports.mail import Login
from mailctl.protocols import signing_in
from mailctl.protocols.ews.failures import translated
from mailctl.protocols.ews.web import protocol_class
from mailctl.protocols.network import Network
from mailctl.records import dataclass


@dataclass(frozen=True)
class EwsMailbox:
    """exchangelib's account, and how errors call the server."""

    account: Any
    host: str
    login: Login


@contextmanager
def signed_in(login: Login, network: Network) -> Iterator[EwsMailbox]:
    """Yield the mailbox once the server lets us see its inbox.

    Raises Unreachable, TlsFailure, GuardRefused, AuthenticationRefused, ServerBusy,
    or ServerRefused.
    """
    url = _address(login)
    host = urlsplit(url).hostname or ""
    username, password = signing_in.credentials(login)
    # its errors are ours to tell, and what it logs has whole requests
    for name in ("exchangelib", "urllib3"):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    config = exchangelib.Configuration(
        service_endpoint=url,
        credentials=exchangelib.Credentials(username, password),
        version=Version(EXCHANGE_2016),
        retry_policy=exchangelib.FailFast(),
        auth_type=None,  # asked of the server: NTLM or Basic
    )
    protocol = protocol_class(login.provider, network)(config=config)
    try:
        with translated(host, login):
            account = exchangelib.Account(
                login.address or login.username,
                access_type=exchangelib.DELEGATE,
                config=config,
                default_timezone=exchangelib.UTC,
            )
            account.protocol = protocol
            _ = account.root
        yield EwsMailbox(account, host, login)
    finally:
        protocol.close()
        # exchangelib keeps it for ever, and would give it to whoever trusts other authorities
        with suppress(KeyError):
            del type(protocol)[config]


def _address(login: Login) -> str:
    """Return the address of the web service. Raises ServerRefused."""
    provider = login.provider
    if not provider.ews_url or urlsplit(provider.ews_url).scheme != "https":
        raise ServerRefused(
            f"provider {provider.name} has no https address of EWS",
            hint=f"mailctl provider set {provider.name} --ews-url https://HOST/EWS/Exchange.asmx",
        )
    if login.is_token:
        raise ServerRefused(
            "a token cannot be used with EWS yet",
            hint="Exchange Online is reached by IMAP and SMTP: mailctl provider show microsoft",
        )
    return provider.ews_url
