"""Where an Exchange server is: asked of the domain's own hosts, who alone are told anything."""

import json
import os
from collections.abc import Iterator
from typing import Any

import pytest

from mailctl.errors import ExitCode
from tests.commands.boxes import mail
from tests.conftest import Ran, Run
from tests.rig import Rig
from tests.rig.ews import ExchangeServer

DOMAIN = "exchange-corp.example"
ADA = f"ada@{DOMAIN}"
PASSWORD = "c0rrect-horse"
OWN = (f"autodiscover.{DOMAIN}", DOMAIN, f"mail.{DOMAIN}", f"owa.{DOMAIN}")
STRANGER = "autodiscover.stranger.example"


@pytest.fixture
def server(at_the_rig: Rig, monkeypatch: pytest.MonkeyPatch) -> Iterator[ExchangeServer]:
    """An Exchange server at which all hosts of the domain are, and a stranger's as well."""
    hosts = (*OWN, STRANGER)
    certificate = at_the_rig.authority.issue("exchange-corp", *hosts)
    at_the_rig.dns.add_zones({DOMAIN: f"_autodiscover._tcp SRV 0 0 443 owa.{DOMAIN}."})
    with ExchangeServer(at_the_rig.authority, certificate=certificate) as server:
        server.autodiscover.url = f"https://mail.{DOMAIN}/EWS/Exchange.asmx"
        server.add(ADA, username="CORP\\ada", password=PASSWORD).put(mail(1))
        detours = [f"{host}:443:127.0.0.1:{server.port}" for host in hosts]
        known = os.environ["MAILCTL_CONNECT_TO"]
        monkeypatch.setenv("MAILCTL_CONNECT_TO", ",".join((known, *detours)))
        yield server


def found(run: Run, *options: str, signs: bool = False) -> Ran:
    words = ("provider", "add", "corp", "--kind", "ews", "--autodiscover", "--domain", DOMAIN)
    if not signs:
        return run(*words, "-o", "json", *options)
    asks = ("--address", ADA, "--username", "CORP\\ada", "--password-stdin")
    return run(*words, "-o", "json", *asks, *options, typed=PASSWORD)


def refused(ran: Ran, code: ExitCode) -> dict[str, Any]:
    assert (ran.code, ran.out) == (code, ""), ran.err
    assert PASSWORD not in ran.err
    error: dict[str, Any] = json.loads(ran.err.strip().splitlines()[-1])["error"]
    assert error["hint"]
    return error


def test_the_address_is_found_without_a_password_and_stored(
    run: Run, server: ExchangeServer
) -> None:
    ran = found(run)
    assert ran.code == ExitCode.OK, ran.err
    assert json.loads(ran.out)["ews_url"] == server.autodiscover.url
    assert f"autodiscover.{DOMAIN} names" in ran.err
    add = ("account", "add", ADA, "--login", "CORP\\ada", "--no-send", "--password-stdin")
    assert run(*add, typed=PASSWORD).code == ExitCode.OK
    server.autodiscover.hosts.clear()
    assert json.loads(run("sync", "run", "-o", "json").out)["stored"] == 1
    assert server.autodiscover.hosts == []


@pytest.mark.parametrize("offer", ["Basic", "NTLM"])
def test_an_older_server_tells_who_signs_in(run: Run, server: ExchangeServer, offer: str) -> None:
    server.autodiscover.has_json = False
    server.people.offers = (offer,)
    ran = found(run, signs=True)
    assert ran.code == ExitCode.OK, ran.err
    assert json.loads(ran.out)["ews_url"] == server.autodiscover.url


def test_an_older_server_says_nothing_to_strangers(run: Run, server: ExchangeServer) -> None:
    server.autodiscover.has_json = False
    error = refused(found(run), ExitCode.CHOICE_NEEDED)
    assert "--password-stdin" in error["hint"]
    assert "--ews-url" in error["hint"]


def test_a_wrong_password_is_tried_at_one_host_alone(run: Run, server: ExchangeServer) -> None:
    server.autodiscover.has_json = False
    words = ("provider", "add", "corp", "--kind", "ews", "--autodiscover", "--address", ADA)
    ran = run(*words, "--password-stdin", "-o", "json", typed="wr0ng-one")
    assert refused(ran, ExitCode.AUTHORISATION)["cause"] == "wrong-password"
    assert set(server.autodiscover.hosts) == {f"autodiscover.{DOMAIN}"}


def moved(server: ExchangeServer) -> None:
    server.autodiscover.moved_to = f"https://{STRANGER}/autodiscover/autodiscover.xml"


def sent_on(server: ExchangeServer) -> None:
    server.autodiscover.has_json = False
    server.autodiscover.redirect_url = f"https://{STRANGER}/autodiscover/autodiscover.xml"


def renamed(server: ExchangeServer) -> None:
    server.autodiscover.has_json = False
    server.autodiscover.redirect_address = "ada@stranger.example"


@pytest.mark.parametrize("send", [moved, sent_on, renamed])
def test_a_stranger_to_whom_somebody_sends_us_is_told_nothing(
    run: Run, server: ExchangeServer, send: Any
) -> None:
    send(server)
    error = refused(found(run, signs=True), ExitCode.GUARD)
    assert (error["code"], error["cause"]) == ("guard-refused", "autodiscover-elsewhere")
    assert "stranger.example" in error["message"]
    assert "--ews-url https://" in error["hint"]
    assert STRANGER not in server.autodiscover.hosts


def test_a_redirect_within_the_domain_is_followed(run: Run, server: ExchangeServer) -> None:
    server.autodiscover.has_json = False
    server.autodiscover.redirect_url = f"https://owa.{DOMAIN}/autodiscover/autodiscover.xml"
    found(run, signs=True)
    assert f"owa.{DOMAIN}" in server.autodiscover.hosts


def test_the_home_page_of_the_domain_gets_no_password(run: Run, server: ExchangeServer) -> None:
    server.autodiscover.has_json = server.autodiscover.has_pox = False
    refused(found(run, signs=True), ExitCode.CHOICE_NEEDED)
    assert server.autodiscover.hosts.count(f"autodiscover.{DOMAIN}") > 1
    assert server.autodiscover.hosts.count(f"owa.{DOMAIN}") > 1
    assert server.autodiscover.hosts.count(DOMAIN) == 1


def test_a_server_that_takes_tokens_alone_is_stored_so(run: Run, server: ExchangeServer) -> None:
    server.people.offers = ("Bearer",)
    ran = found(run)
    assert ran.code == ExitCode.OK, ran.err
    assert json.loads(ran.out)["auth"] == ["oauth2"]


def test_a_certificate_that_nobody_vouches_for_is_said(
    run: Run, server: ExchangeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    assert refused(found(run), ExitCode.TLS)["code"] == "tls-failure"
    assert server.autodiscover.hosts == []


def test_mailboxes_in_the_cloud_are_left_to_their_preset(run: Run, server: ExchangeServer) -> None:
    server.autodiscover.url = "https://outlook.office365.com/EWS/Exchange.asmx"
    error = refused(found(run), ExitCode.CONFLICT)
    assert "--provider microsoft365" in error["hint"]


@pytest.mark.parametrize("url", ["http://mail.exchange-corp.example/EWS", "nonsense", ""])
def test_an_address_that_is_no_https_one_is_refused(
    run: Run, server: ExchangeServer, url: str
) -> None:
    server.autodiscover.url = url
    error = refused(found(run), ExitCode.REFUSED)
    assert "https" in error["message"]


@pytest.mark.parametrize(
    "words",
    [
        ("--kind", "imap", "--autodiscover", "--domain", DOMAIN),
        ("--kind", "ews", "--autodiscover"),
        ("--kind", "ews", "--autodiscover", "--domain", "co.uk"),
        ("--kind", "ews", "--autodiscover", "--domain", DOMAIN, "--ews-url", "https://x.example/"),
        ("--kind", "ews", "--ews-url", "https://x.example/", "--address", ADA),
    ],
    ids=" ".join,
)
def test_what_cannot_be_meant_is_said(run: Run, at_the_rig: Rig, words: tuple[str, ...]) -> None:
    assert run("provider", "add", "corp", *words).code == ExitCode.USAGE
