"""The configuration of the rig's nginx as text."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from .authority import Certificate
from .processes import LOOPBACK

ANY_PATH = "*"
READY_PATH = "/.rig/ready"
# Each path fails with this code and the page is the page of the error: this alone lets nginx answer
# with any status from a file, and a POST at all.
_DETOUR = 410
_TEMPORARY = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")


@dataclass(frozen=True)
class Ports:
    """Where nginx listens."""

    https: int
    http: int


@dataclass(frozen=True)
class Page:
    """One answer: the body goes out as it is, whatever the headers say about it.

    It is found with every method and every query; `status_without_query` is for servers that
    refuse to answer without one. `rate_bytes_per_s` makes the answer drip: headers and
    body come at this pace after a first second's worth.
    """

    body: bytes = b""
    status: int = 200
    content_type: str = "text/xml"
    headers: Mapping[str, str] = field(default_factory=dict)
    rate_bytes_per_s: int | None = None
    status_without_query: int | None = None

    @property
    def file_name(self) -> str:
        """Return the name that its body has among the files: equal bodies share one."""
        return sha256(self.body).hexdigest()


@dataclass(frozen=True)
class Site:
    """The pages of one host by their paths; without a certificate it shows the common one."""

    pages: Mapping[str, Page]
    certificate: Certificate | None = None


def configuration(
    directory: Path, ports: Ports, sites: Mapping[str, Site], *, certificate: Certificate
) -> str:
    """Return a complete nginx.conf; the certificate is what all hosts without their own show."""
    temporary = "\n".join(f'{name}_temp_path "{directory}/temp/{name}";' for name in _TEMPORARY)
    servers = "\n".join(
        _server(host, site, ports, directory / "bodies") for host, site in sites.items()
    )
    # Workers of a root's nginx would be www-data, who may not read what a strict umask hides.
    user = "user root;" if os.geteuid() == 0 else ""
    # One worker: what it has answered is in the log before it answers anybody else.
    return f"""
{user}
daemon off;
worker_processes 1;
pid "{directory}/pid";
error_log stderr warn;
events {{ worker_connections 1000; }}
http {{
    log_format asked escape=none "$host $scheme $request";
    access_log "{directory}/asked" asked;
    {temporary}
    server_names_hash_max_size 65536;
    server_names_hash_bucket_size 512;
    geo $dollar {{ default "$"; }}
    server {{
        listen {LOOPBACK}:{ports.https} ssl default_server;
        listen {LOOPBACK}:{ports.http} default_server;
        {_shown(certificate)}
        location / {{ return 404; }}
        location = {READY_PATH} {{ access_log off; return 204; }}
    }}
{servers}
}}
"""


def _server(host: str, site: Site, ports: Ports, bodies: Path) -> str:
    """Return the block of one host: a public location per path, a hidden one per page."""
    pages = site.pages if ANY_PATH in site.pages else {**site.pages, ANY_PATH: Page(status=404)}
    locations = "\n".join(
        _public(path, page, number) + _hidden(page, number, bodies)
        for number, (path, page) in enumerate(pages.items())
    )
    return f"""
server {{
    listen {LOOPBACK}:{ports.https} ssl;
    listen {LOOPBACK}:{ports.http};
    server_name {_quoted(host)};
    {_shown(site.certificate) if site.certificate else ""}
{locations}
}}"""


def _public(path: str, page: Page, number: int) -> str:
    place = "/" if path == ANY_PATH else f"= {_quoted(path)}"
    refusal = page.status_without_query
    return f"""
    location {place} {{
        {f'if ($args = "") {{ return {refusal}; }}' if refusal else ""}
        error_page {_DETOUR} ={page.status} /.rig/{number};
        return {_DETOUR};
    }}"""


def _hidden(page: Page, number: int, bodies: Path) -> str:
    return f"""
    location = /.rig/{number} {{
        internal;
        alias "{bodies}/{page.file_name}";
        types {{ }}
        default_type {_quoted(page.content_type)};
        {" ".join(_headers(page.headers))}
        limit_rate {page.rate_bytes_per_s or 0};
    }}"""


def _headers(headers: Mapping[str, str]) -> Iterator[str]:
    for name, value in headers.items():
        # nginx has no way to escape a dollar, only a variable that is one.
        literal = _quoted(value.replace("$", "${dollar}"))
        yield f"add_header {_quoted(name)} {literal} always;"


def _shown(certificate: Certificate) -> str:
    return (
        f'ssl_certificate "{certificate.chain_file}"; ssl_certificate_key "{certificate.key_file}";'
    )


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
