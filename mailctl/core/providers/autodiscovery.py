"""A provider of one's own whose Exchange server is not named but found, by Autodiscover."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from urllib.parse import urlsplit

from mailctl.core.providers.describing import NewProvider, blank
from mailctl.core.providers.providers import directory
from mailctl.core.services import Services
from mailctl.domain.addresses import Address
from mailctl.domain.providers import AuthMethod, ProviderKind
from mailctl.domain.secret import Secret
from mailctl.errors import BadUsage, Conflict, NotFound, ProviderNotRecognised
from mailctl.ports.mail import ExchangeFound, Login
from mailctl.records import dataclass
from mailctl.resolve.addresses import normal_domain, parse_address
from mailctl.resolve.discovered import known_at
from mailctl.resolve.owners import is_own, registrable

_HTTPS = 443
_ANYBODY = "postmaster"
"""Whom every domain has (RFC 5321 section 4.5.1), where no mailbox is named."""


@dataclass(frozen=True)
class Search:
    """Whose server is looked for, and who asks."""

    address: str | None = None
    """A mailbox there; None: none in particular."""
    username: str | None = None
    """Who signs in, where that is not the address."""
    ask: Callable[[], Secret | None] = lambda: None
    """Gives the password of whoever asks, None where nobody signs in."""


def found_provider(
    services: Services, new: NewProvider, search: Search
) -> tuple[NewProvider, ExchangeFound]:
    """Return the provider with the address of EWS that the domain's own hosts name.

    They are asked without a password first. Raises BadUsage for what cannot be meant,
    AuthenticationRefused, GuardRefused where a host sends us to a stranger, TlsFailure,
    Unreachable, ServerRefused, or ProviderNotRecognised where nobody knows a server.
    """
    address = _address(new, search)
    if new.kind is not ProviderKind.EWS:
        raise BadUsage("Autodiscover finds Exchange servers", hint="say --kind ews as well")
    if new.description.ews_url:
        raise BadUsage("the address of EWS is named: nothing is left to find")
    secret = search.ask()
    login = Login(
        blank(new), search.username or str(address), secret or Secret(""), address=str(address)
    )
    try:
        found = services.mail.find_exchange(
            login,
            _hosts(services, address.domain),
            is_own=lambda host: is_own(host, address.domain),
            signs=secret is not None,
        )
    except NotFound as error:
        raise ProviderNotRecognised(error.sentence, hint=_way_out(new, secret)) from error
    _refuse_known(services, address, found)
    return _taking(new, found), found


def _address(new: NewProvider, search: Search) -> Address:
    if search.address is not None:
        address = parse_address(search.address)
    elif new.domains:
        address = parse_address(f"{_ANYBODY}@{normal_domain(new.domains[0])}")
    else:
        raise BadUsage(
            "nothing says whose Exchange server is looked for",
            hint="name the mail domain, or a mailbox: --domain example.org, "
            "--address ada@example.org",
        )
    if registrable(address.domain) is None:
        raise BadUsage(f"{address.domain} is a public suffix: no server is everybody's there")
    return address


def _hosts(services: Services, domain: str) -> list[str]:
    """Return whom to ask: the usual name, the one in the DNS if it is theirs, the domain."""
    usual = f"autodiscover.{domain}"
    answer = asyncio.run(services.internet.names.services(f"_autodiscover._tcp.{domain}"))
    named = [
        record.host
        for record in answer.records
        if record.port == _HTTPS and record.host != usual and is_own(record.host, domain)
    ]
    return [usual, *named[:1], domain]


def _refuse_known(services: Services, address: Address, found: ExchangeFound) -> None:
    """Raise Conflict where the mailboxes are at a service that is known: it may be better known."""
    known = known_at(urlsplit(found.ews_url).hostname or "", directory(services.store))
    if known is not None:
        raise Conflict(
            f"the mailboxes of {address.domain} are at {known.title} ({found.ews_url})",
            hint=f"connect them there: mailctl account add ADDRESS --provider {known.name}",
        )


def _taking(new: NewProvider, found: ExchangeFound) -> NewProvider:
    """Return the provider as it was found; how one signs in may have been said already."""
    said = replace(new.description, ews_url=found.ews_url)
    if not found.takes_passwords and said.auth is None and said.oauth is None:
        said = replace(said, auth=(AuthMethod.OAUTH2,))
    return replace(new, description=said)


def _way_out(new: NewProvider, secret: Secret | None) -> str:
    name = f"name its address: mailctl provider add {new.name} --kind ews --ews-url URL"
    if secret is not None:
        return name
    return f"older servers tell only who signs in: --address ADDRESS --password-stdin; or {name}"
