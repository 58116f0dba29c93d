"""Servers that a domain names at addresses of somebody's own network: nobody connects to them."""

import json

import pytest

from mailctl.errors import ExitCode
from tests.conftest import Run
from tests.protocols.connections import watched
from tests.resolution.pages import AUTOCONFIG, client_config, imap, smtp
from tests.resolution.records import NODATA, addresses, srv
from tests.rig import Page, Rig

PASSWORD = "correct horse battery"
ADDRESSES = (
    "127.0.0.1",
    "::1",
    "169.254.169.254",
    "10.0.0.1",
    "172.31.255.254",
    "192.168.178.1",
    "fd00::1",
    "fe80::1",
    "0.0.0.0",
    "::",
    "::ffff:10.0.0.1",
    "64:ff9b::7f00:1",
    "100.64.0.1",
    "255.255.255.255",
)
BY_SRV = {f"srv{n}.private-servers.example": address for n, address in enumerate(ADDRESSES)}
BY_XML = {f"xml{n}.private-servers.example": address for n, address in enumerate(ADDRESSES)}
ALL = BY_SRV | BY_XML


def zone(domain: str) -> str:
    servers = addresses("imap", ALL[domain]) + addresses("smtp", ALL[domain])
    if domain in BY_XML:
        return NODATA + servers
    return srv("_imaps", "0 1 993 imap") + srv("_submissions", "0 1 465 smtp") + servers


def document(domain: str) -> Page:
    page = client_config(imap("imap.{D}:993 SSL"), smtp("smtp.{D}:465 SSL"))
    return Page(page.body.replace(b"{D}", domain.encode()))


@pytest.fixture(scope="module")
def world(rig: Rig) -> Rig:
    """The rig with a domain for each address and each way to name a server."""
    rig.dns.add_zones({domain: zone(domain) for domain in ALL})
    rig.web.add_sites({f"autoconfig.{domain}": {AUTOCONFIG: document(domain)} for domain in BY_XML})
    return rig


@pytest.mark.parametrize("domain", ALL, ids=lambda domain: f"{domain.split('.')[0]} {ALL[domain]}")
def test_a_server_at_a_private_address_gets_neither_connection_nor_password(
    world: Rig, run: Run, monkeypatch: pytest.MonkeyPatch, domain: str
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(world.ca_file))
    monkeypatch.setenv("MAILCTL_DNS", world.dns.address)
    monkeypatch.setenv("MAILCTL_CONNECT_TO", world.web_detours([f"autoconfig.{domain}"]))
    with watched(but_not_to=world.dns.address) as connected:
        ran = run(
            *("account", "add", f"ada@{domain}", "--password-stdin", "--no-input", "-o", "json"),
            typed=PASSWORD + "\n",
        )
    assert ran.code == ExitCode.GUARD, ran.err
    assert "private address" in json.loads(ran.err)["error"]["message"]
    assert PASSWORD not in ran.out + ran.err
    assert {*connected} <= {("127.0.0.1", world.web.ports.https)}
    assert run("account", "list", "-o", "json").out == "[]\n"
