"""What a domain's own web server, or the public ISPDB, says of its mail servers.

draft-ietf-mailmaint-autoconfig: clientConfig documents at fixed places.
"""

from dataclasses import replace
from urllib.parse import quote, urlsplit

from mailctl.domain.addresses import Address
from mailctl.domain.answers import WebAnswer
from mailctl.domain.providers import Origin, Provider
from mailctl.domain.resolution import Evidence, Method, Outcome, Trust
from mailctl.ports import Web
from mailctl.resolve.autoconfig import NotClientConfig, as_provider, read_client_config
from mailctl.resolve.directory import Directory
from mailctl.resolve.discovered import known_at, name_for, shown
from mailctl.resolve.owners import is_own, registrable
from mailctl.resolve.verdicts import Verdict

ISPDB_HOST = "autoconfig.thunderbird.net"
_BAD_REQUEST = 400


async def ask_autoconfig(
    address: Address, web: Web, directory: Directory, *, may_name: bool
) -> Verdict:
    """Return what https://autoconfig.DOMAIN says; `may_name` the address if it asks for it."""
    url = f"https://autoconfig.{address.domain}/mail/config-v1.1.xml"
    return await _ask_domain(url, address, web, directory, may_name=may_name)


async def ask_well_known(
    address: Address, web: Web, directory: Directory, *, may_name: bool
) -> Verdict:
    """Return what https://DOMAIN/.well-known/autoconfig says."""
    url = f"https://{address.domain}/.well-known/autoconfig/mail/config-v1.1.xml"
    return await _ask_domain(url, address, web, directory, may_name=may_name)


async def ask_ispdb(domain: str, web: Web, directory: Directory) -> Verdict:
    """Return what the ISPDB says, which learns the domain and never the address."""
    answer = await web.get(f"https://{ISPDB_HOST}/v1.1/{domain}")
    return judge(domain, answer, directory, is_vouched=_is_by(answer, ISPDB_HOST))


async def _ask_domain(
    url: str, address: Address, web: Web, directory: Directory, *, may_name: bool
) -> Verdict:
    answer, told = await web.get(url), None
    is_own_refusal = answer.status == _BAD_REQUEST and _is_by(answer, address.domain)
    if is_own_refusal and may_name:  # Stalwart insists on being told
        told = str(address)
        named = f"{url}?emailaddress={quote(told, safe='@.')}"
        answer = await web.get(named, stays_at=registrable(address.domain))
    is_vouched = _is_by(answer, address.domain)
    return judge(address.domain, answer, directory, is_vouched=is_vouched, told=told)


def judge(
    domain: str,
    answer: WebAnswer,
    directory: Directory,
    *,
    is_vouched: bool,
    told: str | None = None,
) -> Verdict:
    """Return what the document says; without `is_vouched` somebody else's server gave it.

    `told` is the address that the server was given.
    """
    if answer.outcome is not Outcome.HIT:
        return Verdict(answer.outcome, answer.detail)
    try:
        config = read_client_config(answer.body, domain=domain, address=told)
        described = as_provider(config, name=name_for(domain), origin=Origin.DISCOVERED)
    except NotClientConfig as error:
        return Verdict(Outcome.REJECTED, f"{_host(answer.url)}: {error.why}")
    known = known_at(_mailbox_host(described), directory)
    found = known or replace(described, title=described.title or domain)
    by = "" if is_vouched else f", but it is {_host(answer.url)} that says so"
    return Verdict(
        Outcome.HIT if is_vouched else Outcome.UNTRUSTED,
        f"{shown(found)}{by}",
        provider=found,
        method=Method.AUTOCONFIG,
        trust=Trust.AUTHENTICATED if is_vouched else Trust.UNAUTHENTICATED,
        evidence=(Evidence("autoconfig", f"{answer.url} names {shown(described)}", _of(found)),),
    )


def _mailbox_host(provider: Provider) -> str:
    return provider.incoming.host if provider.incoming else _host(provider.ews_url or "")


def _of(provider: Provider) -> str:
    if provider.origin is Origin.DISCOVERED:
        return "said by the domain's own web server or by the ISPDB"
    return f"those are servers of {provider.title}"


def _is_by(answer: WebAnswer, domain: str) -> bool:
    return is_own(_host(answer.url), domain)


def _host(url: str) -> str:
    return urlsplit(url).hostname or ""
