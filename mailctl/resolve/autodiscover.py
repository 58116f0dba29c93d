"""Where an Exchange server's web service is: Autodiscover version 2, which takes no credentials.

https://learn.microsoft.com/exchange/client-developer/web-service-reference/autodiscover-web-service-reference-for-exchange
Only the domain's own hosts are told the address, and no parent domain is ever asked.
"""

import json
from contextlib import suppress
from urllib.parse import quote, urlsplit

from mailctl.domain.addresses import Address
from mailctl.domain.answers import WebAnswer
from mailctl.domain.resolution import Evidence, Method, Outcome, Trust
from mailctl.ports import Internet, Web
from mailctl.resolve.claims import host_name, web_address
from mailctl.resolve.directory import Directory
from mailctl.resolve.discovered import from_ews_url, known_at
from mailctl.resolve.owners import is_own, registrable
from mailctl.resolve.verdicts import Verdict

_HTTPS = 443


async def ask_autodiscover(address: Address, internet: Internet, directory: Directory) -> Verdict:
    """Return the EWS address that autodiscover.DOMAIN, or the host in its SRV record, gives."""
    web = internet.web
    if web is None:
        raise AssertionError("this step is for those who may ask web servers")
    if registrable(address.domain) is None:  # then autodiscover.DOMAIN is somebody else's
        return Verdict(Outcome.SKIPPED, f"{address.domain} is a public suffix")
    verdict = await _ask_host(f"autodiscover.{address.domain}", address, web, directory)
    if verdict.provider is not None:
        return verdict
    answer = await internet.names.services(f"_autodiscover._tcp.{address.domain}")
    host = next((r.host for r in answer.records if r.host and r.port == _HTTPS), None)
    if host is None or host == f"autodiscover.{address.domain}":
        return verdict
    if host_name(host) != host or not is_own(host, address.domain):
        return Verdict(
            Outcome.REJECTED, f"_autodiscover._tcp names {host}, not under the domain's own name"
        )
    return await _ask_host(host, address, web, directory)


async def _ask_host(host: str, address: Address, web: Web, directory: Directory) -> Verdict:
    mailbox = quote(str(address), safe="@.")
    answer = await web.get(
        f"https://{host}/autodiscover/autodiscover.json/v1.0/{mailbox}?Protocol=EWS",
        stays_at=registrable(address.domain),
    )
    if answer.outcome is not Outcome.HIT:
        return Verdict(answer.outcome, answer.detail)
    return _judged(address.domain, answer, directory)


def _judged(domain: str, answer: WebAnswer, directory: Directory) -> Verdict:
    """Return what a host of the domain's own says: no other was asked."""
    answerer = urlsplit(answer.url).hostname or ""
    url = _ews_url(answer.body)
    if url is None:
        return Verdict(Outcome.REJECTED, f"{answerer} gave no https address of EWS")
    host = urlsplit(url).hostname or ""
    found = known_at(host, directory) or from_ews_url(domain, url)
    return Verdict(
        Outcome.HIT,
        url,
        provider=found,
        method=Method.AUTODISCOVER,
        trust=Trust.AUTHENTICATED,
        evidence=(Evidence("autodiscover", f"{answerer} names {url}", found.title),),
    )


def _ews_url(body: bytes) -> str | None:
    """Return the address of the service if it is a plain https one at a host with a name."""
    with suppress(ValueError, RecursionError):
        document = json.loads(body)
        url = document.get("Url") if isinstance(document, dict) else None
        if isinstance(url, str):
            return web_address(url, schemes={"https"})
    return None
