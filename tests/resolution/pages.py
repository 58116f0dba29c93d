"""Documents that web servers give, good ones and bad ones."""

import json
from collections.abc import Mapping
from dataclasses import replace
from xml.sax.saxutils import escape, quoteattr

from tests.rig import Page

AUTOCONFIG = "/mail/config-v1.1.xml"
WELL_KNOWN = "/.well-known/autoconfig/mail/config-v1.1.xml"
AUTODISCOVER = "/autodiscover/autodiscover.json/v1.0/ada@{D}"
ADDRESS = "%EMAILADDRESS%"
PASSWORD = "password-cleartext"


def _server(direction: str, kind: str, where: str, user: str, auth: str) -> str:
    place, socket_type = where.rsplit(" ", 1)
    host, _, port = place.rpartition(":")
    return f"""<{direction}Server type={quoteattr(kind)}><hostname>{escape(host)}</hostname>
<port>{port}</port><socketType>{socket_type}</socketType><username>{escape(user)}</username>
<authentication>{auth}</authentication></{direction}Server>"""


def imap(where: str, *, user: str = ADDRESS, auth: str = PASSWORD) -> str:
    """Return an IMAP server, written HOST:PORT SOCKETTYPE."""
    return _server("incoming", "imap", where, user, auth)


def pop3(where: str) -> str:
    """Return a POP3 server."""
    return _server("incoming", "pop3", where, ADDRESS, PASSWORD)


def smtp(where: str, *, user: str = ADDRESS, auth: str = PASSWORD) -> str:
    """Return a submission server."""
    return _server("outgoing", "smtp", where, user, auth)


def exchange(url: str) -> str:
    """Return an Exchange server."""
    return f'<incomingServer type="exchange"><ewsURL>{escape(url)}</ewsURL></incomingServer>'


def client_config(*parts: str, before: str = "", root: str = "clientConfig") -> Page:
    """Return the document with those parts, `before` standing in front of its root."""
    return xml(
        f"""<?xml version="1.0" encoding="UTF-8"?>{before}
<{root} version="1.1"><emailProvider id="{{D}}"><domain>{{D}}</domain>
<displayName>Mail of {{D}}</displayName>
{"".join(parts)}</emailProvider></{root}>"""
    )


def xml(text: str, *, encoding: str = "utf-8") -> Page:
    """Return a page with that text."""
    return Page(text.encode(encoding))


OWN_CONFIG = client_config(imap("imap.{D}:993 SSL"), smtp("smtp.{D}:465 SSL"))
PARKED = Page(
    b"<!DOCTYPE html><html><title>{D} is for sale</title></html>", content_type="text/html"
)


def autoconfig(page: Page = OWN_CONFIG) -> dict[str, dict[str, Page]]:
    """Return that autoconfig.DOMAIN gives this page."""
    return {"autoconfig.{D}": {AUTOCONFIG: page}}


def well_known(page: Page = OWN_CONFIG) -> dict[str, dict[str, Page]]:
    """Return that DOMAIN gives this page at the well-known place."""
    return {"{D}": {WELL_KNOWN: page}}


def autodiscover(page: Page, *, at: str = "autodiscover.{D}") -> dict[str, dict[str, Page]]:
    """Return that the host gives this page where Autodiscover 2 is, whoever the address is."""
    return {at: {"*": page}}


def ews(url: str) -> Page:
    """Return what Autodiscover 2 answers."""
    return as_json({"Protocol": "EWS", "Url": url})


def as_json(value: object, *, status: int = 200) -> Page:
    """Return a page with that value."""
    return Page(json.dumps(value).encode(), status, "application/json")


def redirect(location: str, status: int = 302) -> Page:
    """Return a page that is elsewhere."""
    return Page(status=status, headers={"Location": location})


def padded(page: Page, size_bytes: int, *, domain: str) -> Page:
    """Return the page, blanks after it making it as long as said for that domain."""
    body = page.body.replace(b"{D}", domain.encode())
    return replace(page, body=body + b" " * (size_bytes - len(body)))


def dripping(page: Page, bytes_per_s: int) -> Page:
    """Return the page at that pace, after a first second's worth."""
    return replace(page, rate_bytes_per_s=bytes_per_s)


def with_headers(page: Page, headers: Mapping[str, str]) -> Page:
    """Return the page with these headers."""
    return replace(page, headers=headers)
