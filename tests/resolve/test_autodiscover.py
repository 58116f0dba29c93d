"""Where Exchange's web service is, and who may be asked for it."""

import asyncio
import json
from collections.abc import Mapping

import pytest

from mailctl.domain.answers import SrvAnswer, WebAnswer
from mailctl.domain.providers import Origin, Provider, ProviderKind
from mailctl.domain.resolution import Method, Outcome, Trust
from mailctl.ports import Internet
from mailctl.resolve.addresses import parse_address
from mailctl.resolve.autodiscover import ask_autodiscover
from mailctl.resolve.catalogue import load
from mailctl.resolve.verdicts import Verdict
from tests.resolve.worlds import Names, Pages, custom, directory, servers

EWS = "https://mail.corp.example/EWS/Exchange.asmx"
SRV = "_autodiscover._tcp.corp.example"
WORLD = directory(custom("ours"))


def at(host: str, mailbox: str = "ada@corp.example") -> str:
    return f"https://{host}/autodiscover/autodiscover.json/v1.0/{mailbox}?Protocol=EWS"


OWN, OTHER = at("autodiscover.corp.example"), at("exchange.corp.example")


def said(url: object, **more: object) -> bytes:
    return json.dumps({"Protocol": "EWS", "Url": url, **more}).encode()


def asked(
    documents: Mapping[str, bytes | WebAnswer],
    srv: SrvAnswer | None = None,
    address: str = "ada@corp.example",
) -> tuple[Verdict, Pages, Names]:
    """Return what was found, and whom it took."""
    pages = Pages(documents)
    domain = address.rpartition("@")[2]
    server = Names(services={f"_autodiscover._tcp.{domain}": srv} if srv else {})
    internet = Internet(server, pages)
    verdict = asyncio.run(ask_autodiscover(parse_address(address), internet, WORLD))
    return verdict, pages, server


def found(verdict: Verdict) -> Provider:
    assert verdict.provider
    return verdict.provider


def test_the_domains_own_server_says_where_its_web_service_is() -> None:
    verdict, pages, server = asked({OWN: said(EWS)})
    assert (verdict.outcome, verdict.method, verdict.trust) == (
        Outcome.HIT,
        Method.AUTODISCOVER,
        Trust.AUTHENTICATED,
    )
    provider = found(verdict)
    assert (provider.kind, provider.origin) == (ProviderKind.EWS, Origin.DISCOVERED)
    assert (provider.name, provider.ews_url) == ("corp-example", EWS)
    assert verdict.is_whole
    assert [fact.fact for fact in verdict.evidence] == [f"autodiscover.corp.example names {EWS}"]
    assert (pages.asked, server.asked) == ([OWN], [])


def test_the_web_service_may_be_at_somebody_elses() -> None:
    verdict, _, _ = asked({OWN: said("https://ex.hoster.example/EWS/Exchange.asmx")})
    assert (verdict.outcome, verdict.trust) == (Outcome.HIT, Trust.AUTHENTICATED)


def test_microsofts_own_host_is_microsoft_365() -> None:
    verdict, _, _ = asked({OWN: said("https://outlook.office365.com/EWS/Exchange.asmx")})
    assert verdict.provider == load().by_name("microsoft365")
    assert verdict.trust is Trust.AUTHENTICATED


@pytest.mark.parametrize(
    "url",
    [
        "http://mail.corp.example/EWS/Exchange.asmx",
        "ftp://mail.corp.example/",
        "//mail.corp.example/EWS",
        "/EWS/Exchange.asmx",
        "https:///EWS",
        "https://127.0.0.1/EWS",
        "https://[::1]/EWS",
        "https://0x7f.0x1/EWS",
        "https://2130706433/EWS",
        "https://localhost/EWS",
        "https://user:pw@mail.corp.example/EWS",
        "https://mail.corp.example:99999/EWS",
        "https://mail.corp.example/E WS",
        "https://mail.corp.example/\x1b[31m",
        "https://bücher.example/EWS",
        "javascript:alert(1)",
        "",
        None,
        7,
        ["https://mail.corp.example/"],
        "https://mail.corp.example/" + "x" * 5000,
    ],
    ids=lambda url: ascii(url)[:40],
)
def test_only_a_plain_https_address_at_a_named_host_is_taken(url: object) -> None:
    verdict, _, _ = asked({OWN: said(url)})
    assert (verdict.outcome, verdict.provider) == (Outcome.REJECTED, None)
    assert verdict.detail == "autodiscover.corp.example gave no https address of EWS"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>",
        b"{",
        b"[]",
        b"null",
        b'"https://mail.corp.example/"',
        b"\xff\xfe",
        b'{"url": "https://mail.corp.example/"}',
        b'{"ErrorCode": "ProtocolNotSupported", "ErrorMessage": "no"}',
        b"[" * 100_000,
        b'{"Url":' * 50_000,
        b"9" * 10_000,
    ],
    ids=lambda body: ascii(body[:20]),
)
def test_what_is_no_such_document_is_refused(body: bytes) -> None:
    verdict, _, _ = asked({OWN: body})
    assert (verdict.outcome, verdict.provider) == (Outcome.REJECTED, None)


def test_where_there_is_no_such_server_nothing_is_found() -> None:
    verdict, _, _ = asked({OWN: WebAnswer(Outcome.TIMEOUT, OWN, detail="said the server")})
    assert (verdict.outcome, verdict.detail) == (Outcome.TIMEOUT, "said the server")


@pytest.mark.parametrize(
    "url", ["https://autodiscover.hoster.example/x", "https://autodiscover-s.outlook.com/x"]
)
def test_no_redirect_leads_the_address_to_somebody_else(url: str) -> None:
    verdict, pages, _ = asked({OWN: WebAnswer(Outcome.HIT, url, said(EWS), status=200)})
    assert (verdict.outcome, verdict.provider) == (Outcome.REJECTED, None)
    assert pages.asked == [OWN]


def test_who_has_a_public_suffix_for_a_domain_tells_no_neighbour() -> None:
    names, pages = Names(), Pages({})
    address = parse_address("ada@github.io")
    verdict = asyncio.run(ask_autodiscover(address, Internet(names, pages), directory()))
    assert (verdict.outcome, pages.asked) == (Outcome.SKIPPED, [])


def test_the_host_in_the_srv_record_is_asked_next_where_it_is_the_domains_own() -> None:
    verdict, pages, server = asked(
        {OTHER: said(EWS)}, servers((0, 0, 443, "exchange.corp.example"))
    )
    assert (verdict.outcome, found(verdict).ews_url) == (Outcome.HIT, EWS)
    assert (pages.asked, server.asked) == ([OWN, OTHER], [f"SRV {SRV}"])


@pytest.mark.parametrize(
    "host",
    [
        "autodiscover.hoster.example",
        "autodiscover-s.outlook.com",
        "outlook.office365.com",
        "corp.example.evil.example",
        "xcorp.example",
    ],
)
def test_a_host_of_somebody_else_in_the_srv_record_is_not_asked(host: str) -> None:
    verdict, pages, _ = asked({}, servers((0, 0, 443, host)))
    assert (verdict.outcome, verdict.provider) == (Outcome.REJECTED, None)
    assert host in verdict.detail
    assert pages.asked == [OWN]


@pytest.mark.parametrize(
    "record",
    [(0, 0, 80, "exchange.corp.example"), (0, 0, 0, ""), (0, 0, 443, "autodiscover.corp.example")],
)
def test_a_srv_record_that_leads_nowhere_new_changes_nothing(
    record: tuple[int, int, int, str],
) -> None:
    verdict, pages, _ = asked({}, servers(record))
    assert (verdict.outcome, verdict.detail) == (Outcome.MISS, "not found")
    assert pages.asked == [OWN]


@pytest.mark.parametrize(
    "host",
    [
        "evil.example/.corp.example",
        "evil.example?.corp.example",
        "evil.example#.corp.example",
        "evil.example:443/.corp.example",
        "user@evil.corp.example",
        "x_y.corp.example",
    ],
)
def test_a_target_that_names_no_host_is_not_asked(host: str) -> None:
    verdict, pages, _ = asked({}, servers((0, 0, 443, host)))
    assert pages.asked == [OWN]
    assert verdict.outcome is Outcome.REJECTED


def test_domains_above_are_never_asked() -> None:
    _, pages, server = asked({}, address="ada@a.b.corp.co.uk")
    assert pages.asked == [at("autodiscover.a.b.corp.co.uk", "ada@a.b.corp.co.uk")]
    assert server.asked == ["SRV _autodiscover._tcp.a.b.corp.co.uk"]


@pytest.mark.parametrize(
    ("local_part", "written"),
    [
        ("a.d.a", "a.d.a"),
        ("ada+news", "ada%2Bnews"),
        ("../../x", "..%2F..%2Fx"),
        ("a?b#c", "a%3Fb%23c"),
        ("50%", "50%25"),
        ("jürgen", "j%C3%BCrgen"),
    ],
)
def test_an_address_is_one_piece_of_the_path_whatever_is_in_it(
    local_part: str, written: str
) -> None:
    _, pages, _ = asked({}, address=f"{local_part}@corp.example")
    assert pages.asked == [at("autodiscover.corp.example", f"{written}@corp.example")]


def test_whoever_may_not_ask_web_servers_does_not_get_here() -> None:
    with pytest.raises(AssertionError):
        asyncio.run(ask_autodiscover(parse_address("ada@corp.example"), Internet(Names()), WORLD))
