"""What web servers say of a domain's mail servers, and who has to vouch for it."""

import asyncio
from collections.abc import Callable

import pytest

from mailctl.domain.answers import WebAnswer
from mailctl.domain.providers import LoginForm, Origin, Provider, ProviderKind
from mailctl.domain.resolution import Method, Outcome, Trust
from mailctl.domain.servers import Endpoint, Security
from mailctl.resolve.addresses import parse_address
from mailctl.resolve.catalogue import load
from mailctl.resolve.documents import ask_autoconfig, ask_ispdb, ask_well_known
from mailctl.resolve.verdicts import Verdict
from tests.resolve.worlds import Pages, client_config, custom, directory

AUTOCONFIG = "https://autoconfig.corp.example/mail/config-v1.1.xml"
WELL_KNOWN = "https://corp.example/.well-known/autoconfig/mail/config-v1.1.xml"
ISPDB = "https://autoconfig.thunderbird.net/v1.1/corp.example"
WORLD = directory(custom("ours"))


def autoconfig(
    pages: Pages, address: str = "ada@corp.example", *, may_name: bool = True
) -> Verdict:
    return asyncio.run(ask_autoconfig(parse_address(address), pages, WORLD, may_name=may_name))


def well_known(
    pages: Pages, address: str = "ada@corp.example", *, may_name: bool = True
) -> Verdict:
    return asyncio.run(ask_well_known(parse_address(address), pages, WORLD, may_name=may_name))


def ispdb(pages: Pages) -> Verdict:
    return asyncio.run(ask_ispdb("corp.example", pages, WORLD))


def found(verdict: Verdict) -> Provider:
    assert verdict.provider
    return verdict.provider


def moved(url: str, body: bytes | None = None) -> WebAnswer:
    """Return a document that a redirect has led to."""
    return WebAnswer(Outcome.HIT, url, body or client_config(), status=200)


def bad_request(url: str) -> WebAnswer:
    return WebAnswer(Outcome.MISS, url, detail="bad request", status=400)


@pytest.mark.parametrize(
    ("ask", "url"), [(autoconfig, AUTOCONFIG), (well_known, WELL_KNOWN), (ispdb, ISPDB)]
)
def test_each_place_is_asked_once_and_vouches_for_what_it_says(
    ask: Callable[[Pages], Verdict], url: str
) -> None:
    pages = Pages({url: client_config()})
    verdict = ask(pages)
    assert pages.asked == [url]
    assert (verdict.outcome, verdict.method, verdict.trust) == (
        Outcome.HIT,
        Method.AUTOCONFIG,
        Trust.AUTHENTICATED,
    )
    provider = found(verdict)
    assert (provider.name, provider.origin) == ("corp-example", Origin.DISCOVERED)
    assert provider.incoming == Endpoint("imap.corp.example", 993, Security.TLS)
    assert provider.submission == Endpoint("smtp.corp.example", 465, Security.TLS)
    assert provider.login is LoginForm.ADDRESS
    assert verdict.is_whole
    (fact,) = verdict.evidence
    assert fact.fact == f"{url} names imap.corp.example:993, smtp.corp.example:465"


def test_a_domain_may_name_servers_of_somebody_else() -> None:
    document = client_config(imap="imap.hoster.example", smtp="smtp.hoster.example")
    verdict = autoconfig(Pages({AUTOCONFIG: document}))
    assert (verdict.outcome, verdict.trust) == (Outcome.HIT, Trust.AUTHENTICATED)
    assert found(verdict).incoming == Endpoint("imap.hoster.example", 993, Security.TLS)


@pytest.mark.parametrize(
    "url",
    [
        "https://www.corp.example/config.xml",
        "https://corp.example:8443/config.xml",
        "https://MAIL.CORP.EXAMPLE/config.xml",
    ],
)
def test_a_redirect_within_the_domain_changes_nothing(url: str) -> None:
    verdict = autoconfig(Pages({AUTOCONFIG: moved(url)}))
    assert (verdict.outcome, verdict.trust) == (Outcome.HIT, Trust.AUTHENTICATED)


@pytest.mark.parametrize(
    "url",
    [
        "https://autoconfig.hoster.example/mail/config-v1.1.xml",
        "https://autoconfig.thunderbird.net/v1.1/corp.example",
        "https://corp.example.evil.example/x",
        "https://corp.example@evil.example/x",
        "https://evil.example/corp.example",
        "https://evil.example#corp.example",
        "https://xcorp.example/",
    ],
)
@pytest.mark.parametrize(("ask", "asked"), [(autoconfig, AUTOCONFIG), (well_known, WELL_KNOWN)])
def test_what_a_redirect_to_somebody_else_led_to_needs_a_person(
    ask: Callable[[Pages], Verdict], asked: str, url: str
) -> None:
    verdict = ask(Pages({asked: moved(url)}))
    assert (verdict.outcome, verdict.trust) == (Outcome.UNTRUSTED, Trust.UNAUTHENTICATED)
    assert found(verdict).incoming == Endpoint("imap.corp.example", 993, Security.TLS)
    assert "that says so" in verdict.detail


def test_the_ispdb_vouches_only_for_what_its_own_hosts_say() -> None:
    own = ispdb(Pages({ISPDB: moved("https://live.thunderbird.net/autoconfig/corp.example")}))
    assert own.trust is Trust.AUTHENTICATED
    foreign = ispdb(Pages({ISPDB: moved("https://corp.example/config.xml")}))
    assert foreign.trust is Trust.UNAUTHENTICATED


@pytest.mark.parametrize(
    ("domain", "url", "trust"),
    [
        ("a.b.corp.example", "https://corp.example/x", Trust.AUTHENTICATED),
        ("corp.co.uk", "https://other.co.uk/x", Trust.UNAUTHENTICATED),
        ("ada.github.io", "https://ada.github.io/x", Trust.AUTHENTICATED),
        ("ada.github.io", "https://eve.github.io/x", Trust.UNAUTHENTICATED),
        ("github.io", "https://autoconfig.github.io/x", Trust.UNAUTHENTICATED),
    ],
)
def test_ones_own_web_server_ends_where_somebody_else_may_register(
    domain: str, url: str, trust: Trust
) -> None:
    asked = f"https://autoconfig.{domain}/mail/config-v1.1.xml"
    assert autoconfig(Pages({asked: moved(url)}), f"ada@{domain}").trust is trust


@pytest.mark.parametrize("is_vouched", [True, False])
@pytest.mark.parametrize(
    ("host", "name"),
    [("imap.gmail.com", "gmail"), ("outlook.office365.com", "microsoft365")],
)
def test_a_host_of_the_catalogue_stands_for_all_that_is_known_of_it(
    host: str, name: str, is_vouched: bool
) -> None:
    document = client_config(imap=host, smtp="smtp.evil.example")
    by = AUTOCONFIG if is_vouched else "https://hoster.example/x"
    verdict = autoconfig(Pages({AUTOCONFIG: moved(by, document)}))
    assert verdict.provider == load().by_name(name)
    assert verdict.decides is is_vouched
    assert verdict.evidence[0].fact == f"{by} names {host}:993, smtp.evil.example:465"


def test_a_host_of_ones_own_provider_stands_for_it() -> None:
    verdict = autoconfig(Pages({AUTOCONFIG: client_config(imap="imap.ours.example")}))
    assert found(verdict) == custom("ours")


@pytest.mark.parametrize(
    ("document", "can"),
    [
        (client_config(smtp=None), (True, False)),
        (client_config(imap=None), (False, True)),
    ],
)
def test_half_a_document_is_half_a_provider(document: bytes, can: tuple[bool, bool]) -> None:
    verdict = autoconfig(Pages({AUTOCONFIG: document}))
    assert (found(verdict).can_receive, found(verdict).can_send) == can
    assert not verdict.is_whole


def test_a_document_may_lead_to_exchange() -> None:
    document = (
        b'<clientConfig><emailProvider id="c"><incomingServer type="exchange">'
        b"<ewsURL>https://mail.corp.example/EWS/Exchange.asmx</ewsURL>"
        b"</incomingServer></emailProvider></clientConfig>"
    )
    provider = found(autoconfig(Pages({AUTOCONFIG: document})))
    assert provider.kind is ProviderKind.EWS
    assert provider.ews_url == "https://mail.corp.example/EWS/Exchange.asmx"


def test_a_document_may_lead_to_an_exchange_that_is_known() -> None:
    document = (
        b'<clientConfig><emailProvider id="c"><incomingServer type="exchange">'
        b"<ewsURL>https://outlook.office365.com/EWS/Exchange.asmx</ewsURL>"
        b"</incomingServer></emailProvider></clientConfig>"
    )
    assert found(autoconfig(Pages({AUTOCONFIG: document}))).name == "microsoft365"


@pytest.mark.parametrize(
    "body",
    [
        b"<!DOCTYPE html><html><body>Domain for sale</body></html>",
        b"<html><body>Domain for sale</body></html>",
        b"<clientConfig/>",
        b'<clientConfig><emailProvider id="x"/></clientConfig>',
        b"",
        b"\xff\xfe\x00",
        b'{"clientConfig": 1}',
        client_config(imap="127.0.0.1", smtp="localhost"),
    ],
    ids=ascii,
)
@pytest.mark.parametrize(("ask", "url"), [(autoconfig, AUTOCONFIG), (ispdb, ISPDB)])
def test_what_is_no_client_config_is_refused_and_said_so(
    ask: Callable[[Pages], Verdict], url: str, body: bytes
) -> None:
    verdict = ask(Pages({url: body}))
    assert (verdict.outcome, verdict.provider) == (Outcome.REJECTED, None)
    assert verdict.detail.startswith(url.split("/")[2])
    assert verdict.detail.isprintable()


@pytest.mark.parametrize(
    "outcome", [o for o in Outcome if o is not Outcome.HIT], ids=lambda o: o.value
)
def test_where_there_is_no_document_the_web_servers_answer_is_passed_on(outcome: Outcome) -> None:
    pages = Pages({AUTOCONFIG: WebAnswer(outcome, AUTOCONFIG, detail="said the server")})
    verdict = autoconfig(pages)
    assert (verdict.outcome, verdict.detail) == (outcome, "said the server")
    assert pages.asked == [AUTOCONFIG]


@pytest.mark.parametrize(("ask", "url"), [(autoconfig, AUTOCONFIG), (well_known, WELL_KNOWN)])
def test_a_server_that_insists_on_the_address_is_told_it(
    ask: Callable[[Pages], Verdict], url: str
) -> None:
    told = f"{url}?emailaddress=ada@corp.example"
    pages = Pages({url: bad_request(url), told: client_config()})
    assert ask(pages).outcome is Outcome.HIT
    assert pages.asked == [url, told]


@pytest.mark.parametrize("ask", [autoconfig, well_known])
def test_a_private_address_is_told_to_nobody(ask: Callable[..., Verdict]) -> None:
    pages = Pages({url: bad_request(url) for url in (AUTOCONFIG, WELL_KNOWN)})
    assert ask(pages, may_name=False).outcome is Outcome.MISS
    assert len(pages.asked) == 1
    assert "ada" not in pages.asked[0]


def test_the_ispdb_is_never_told_the_address() -> None:
    pages = Pages({ISPDB: bad_request(ISPDB)})
    ispdb(pages)
    assert pages.asked == [ISPDB]


@pytest.mark.parametrize("status", [401, 403, 404, 405, 410, 429, 500, 503, None])
def test_only_a_bad_request_asks_for_the_address(status: int | None) -> None:
    pages = Pages({AUTOCONFIG: WebAnswer(Outcome.MISS, AUTOCONFIG, status=status)})
    autoconfig(pages)
    assert pages.asked == [AUTOCONFIG]


def test_a_server_is_told_the_address_once() -> None:
    told = f"{AUTOCONFIG}?emailaddress=ada@corp.example"
    pages = Pages({url: bad_request(url) for url in (AUTOCONFIG, told)})
    assert autoconfig(pages).outcome is Outcome.MISS
    assert pages.asked == [AUTOCONFIG, told]


@pytest.mark.parametrize(
    ("local_part", "written"),
    [
        ("a.d.a", "a.d.a"),
        ("ada+news", "ada%2Bnews"),
        ("a&b=c", "a%26b%3Dc"),
        ("50%", "50%25"),
        ("a#b?c", "a%23b%3Fc"),
        ("o'neil/x", "o%27neil%2Fx"),
        ('"a@b"', "%22a@b%22"),
        ("jürgen", "j%C3%BCrgen"),
    ],
)
def test_an_address_is_one_value_of_the_query_whatever_is_in_it(
    local_part: str, written: str
) -> None:
    pages = Pages({AUTOCONFIG: bad_request(AUTOCONFIG)})
    autoconfig(pages, f"{local_part}@corp.example")
    assert pages.asked[-1] == f"{AUTOCONFIG}?emailaddress={written}@corp.example"


def test_a_server_that_was_told_the_address_may_write_it_out() -> None:
    told = f"{AUTOCONFIG}?emailaddress=ada@corp.example"
    written = client_config().replace(b"%EMAILADDRESS%", b"ada@corp.example")
    pages = Pages({AUTOCONFIG: bad_request(AUTOCONFIG), told: written})
    assert found(autoconfig(pages)).login is LoginForm.ADDRESS


def test_a_bad_request_from_somebody_else_is_not_worth_the_address() -> None:
    elsewhere = bad_request("https://autoconfig.hoster.example/mail/config-v1.1.xml")
    pages = Pages({AUTOCONFIG: elsewhere})
    autoconfig(pages)
    assert pages.asked == [AUTOCONFIG]
