"""Documents from web servers, most of which mean no good."""

import asyncio
import gc
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from mailctl.domain.answers import WebAnswer
from mailctl.domain.resolution import Outcome
from mailctl.protocols.dns import DnsNameServer
from mailctl.protocols.network import Network
from mailctl.protocols.redirects import Redirect, parse_redirects
from mailctl.protocols.web import HttpsWeb
from tests.protocols.connections import watched
from tests.protocols.mailboxes import unused_port
from tests.rig import Page, Rig
from tests.rig.authority import Certificate
from tests.rig.faults import Script, Talk, closing, serving, silent
from tests.rig.nameservers import silent_nameserver

HOST = "mail.hosting.example"
OTHER_HOST = "smtp.hosting.example"
URL = f"https://{HOST}/mail/config-v1.1.xml"
KIB = 1024


@pytest.fixture(autouse=True)
def _quiet(caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]) -> Iterator[None]:
    """Let nothing be left open, and asyncio complain of nothing."""
    yield
    gc.collect()
    assert [record for record in caplog.records if record.name == "asyncio"] == []
    assert "never retrieved" not in capfd.readouterr().err


@dataclass
class Site:
    """A web server for HOST and OTHER_HOST that says what it is told, and what it heard."""

    rig: Rig
    heard: list[bytes] = field(default_factory=list)
    farewells: int = 0

    def network(self, port: int) -> Network:
        detours = [Redirect(host, 443, "127.0.0.1", port) for host in (HOST, OTHER_HOST)]
        return Network(tuple(detours), self.rig.dns.address, str(self.rig.ca_file))

    def web(self, port: int, *, exchange_s: float = 5.0) -> HttpsWeb:
        return HttpsWeb(
            self.network(port), DnsNameServer(self.rig.dns.address), exchange_s=exchange_s
        )

    def get(
        self,
        script: Callable[[Talk], None],
        url: str = URL,
        *,
        certificate: Certificate | None = None,
        exchange_s: float = 5.0,
    ) -> WebAnswer:
        """Return what a fetch from a server that plays the script brings."""
        with serving(
            self.listening(script), certificate=certificate or self.rig.authority.server()
        ) as port:
            return asyncio.run(self.web(port, exchange_s=exchange_s).get(url))

    def listening(self, script: Callable[[Talk], None]) -> Script:
        def play(talk: Talk) -> None:
            while line := talk.hear():
                self.heard.append(line)
            try:
                script(talk)
            except OSError:
                self.farewells += 1

        return play


@pytest.fixture
def site(rig: Rig) -> Site:
    return Site(rig)


def raw(talk: Talk, *parts: bytes) -> None:
    for part in parts:
        talk._stream.write(part)
        talk._stream.flush()


def said(*parts: bytes) -> Callable[[Talk], None]:
    return lambda talk: raw(talk, *parts)


def answer(status: bytes, *headers: bytes, body: bytes = b"") -> Callable[[Talk], None]:
    return said(b"\r\n".join([b"HTTP/1.1 " + status, *headers, b"", body]))


def document(body: bytes, *headers: bytes) -> Callable[[Talk], None]:
    return answer(b"200 OK", b"Content-Length: %d" % len(body), *headers, body=body)


def redirect(location: bytes, status: bytes = b"302 Found") -> Callable[[Talk], None]:
    return answer(status, b"Location: " + location, b"Content-Length: 0")


def test_a_document_comes_whole(site: Site) -> None:
    got = site.get(document(b"<clientConfig/>"), f"{URL}?emailaddress=ada%40hosting.example#x")
    url = f"{URL}?emailaddress=ada%40hosting.example"
    assert got == WebAnswer(Outcome.HIT, url, b"<clientConfig/>", status=200)
    assert site.heard == [
        b"GET /mail/config-v1.1.xml?emailaddress=ada%40hosting.example HTTP/1.1",
        b"Host: mail.hosting.example",
        b"User-Agent: mailctl",
        b"Accept-Encoding: identity",
        b"Connection: close",
    ]


@pytest.mark.parametrize(
    "script",
    [
        answer(b"200 OK", body=b"12345678"),
        answer(b"200 OK", b"Content-Encoding: identity", body=b"12345678"),
        answer(
            b"200 OK", b"Transfer-Encoding: chunked", body=b"3\r\n123\r\n5;x\r\n45678\r\n0\r\n\r\n"
        ),
        said(b"HTTP/1.0 200 OK\r\n\r\n", b"1234", b"5678"),
        said(
            b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\n12345678xyz"
        ),
    ],
    ids=["until closed", "identity", "chunked", "1.0", "100 first"],
)
def test_a_document_may_come_in_any_frame(site: Site, script: Script) -> None:
    got = site.get(script)
    assert (got.outcome, got.body) == (Outcome.HIT, b"12345678")


def test_the_largest_document_is_256_kib(site: Site) -> None:
    body = b"x" * 256 * KIB
    assert site.get(document(body)).body == body


@pytest.mark.parametrize(
    ("status", "detail"),
    [
        (b"404 Nirgends", "404 Not Found"),
        (b"204 No Content", "204 No Content"),
        (b"401 \x1b[31mred", "401 Unauthorized"),
        (b"500 Oops", "500 Internal Server Error"),
        (b"599 Odd", "599"),
    ],
)
def test_any_other_status_is_a_miss(site: Site, status: bytes, detail: str) -> None:
    got = site.get(answer(status, b"Content-Length: 0"))
    assert got == WebAnswer(Outcome.MISS, URL, detail=detail, status=int(status[:3]))


@pytest.mark.parametrize(
    "status",
    [b"301 Moved", b"302 Found", b"303 See Other", b"307 Temporary", b"308 Permanent"],
)
def test_a_redirect_is_followed(site: Site, status: bytes) -> None:
    def script(talk: Talk) -> None:
        if site.heard[0].startswith(b"GET /mail"):
            site.heard.clear()
            return redirect(b"https://SMTP.hosting.example:443/here?x=1#y", status)(talk)
        return document(b"found")(talk)

    got = site.get(script)
    url = f"https://{OTHER_HOST}/here?x=1"
    assert got == WebAnswer(Outcome.HIT, url, b"found", status=200)
    assert site.heard[:2] == [b"GET /here?x=1 HTTP/1.1", b"Host: smtp.hosting.example"]


def stairs(top: int) -> Callable[[Talk], None]:
    """Return a script of one connection after the other that redirects so many times."""
    steps = iter(range(1, top + 1))

    def script(talk: Talk) -> None:
        step = next(steps, None)
        (document(b"top") if step is None else redirect(b"../step/%d" % step))(talk)

    return script


def test_three_redirects_are_followed(site: Site) -> None:
    got = site.get(stairs(3))
    assert (got.body, got.url) == (b"top", f"https://{HOST}/step/3")


def test_a_fourth_redirect_is_too_many(site: Site) -> None:
    got = site.get(stairs(4))
    assert (got.outcome, got.detail) == (
        Outcome.REJECTED,
        "mail.hosting.example redirects more than 3 times",
    )
    assert sum(line.startswith(b"GET") for line in site.heard) == 4


@pytest.mark.parametrize(
    ("location", "detail"),
    [
        (b"", "mail.hosting.example redirects in a loop"),
        (b"/mail/config-v1.1.xml", "mail.hosting.example redirects in a loop"),
        (b"#x", "mail.hosting.example redirects in a loop"),
        (b"http://mail.hosting.example/", "the URL is not https"),
        (b"file:///etc/passwd", "the URL is not https"),
        (b"ftp://mail.hosting.example/", "the URL is not https"),
        (b"gopher://mail.hosting.example/", "the URL is not https"),
        (b"//mail.hosting.example:8443/", "the URL has a port other than 443"),
        (b"//mail.hosting.example:99999/", "the URL is malformed"),
        (b"//[::1/", "the URL is malformed"),
        (b"//ada@mail.hosting.example/", "the URL has a user name"),
        (b"//127.0.0.1/", "the URL has no plain host name"),
        (b"//[::1]/", "the URL has no plain host name"),
        (b"//2130706433/", "the URL has no plain host name"),
        (b"//0x7f.0x1/", "the URL has no plain host name"),
        (b"//0177.0.0.1/", "the URL has no plain host name"),
        (b"//localhost/", "the URL has no plain host name"),
        (b"/\xc3\xa4", "the URL is malformed"),
        (b"/a b", "the URL is malformed"),
        (b"/" + b"x" * 2048, "the URL is malformed"),
    ],
)
def test_a_redirect_is_under_all_the_rules(site: Site, location: bytes, detail: str) -> None:
    got = site.get(redirect(location))
    assert got.outcome is Outcome.REJECTED
    assert got.detail.removeprefix("mail.hosting.example redirects: ") == detail
    assert got.body == b""
    assert sum(line.startswith(b"GET") for line in site.heard) == 1


def test_a_redirect_to_nowhere_is_a_miss(site: Site) -> None:
    got = site.get(answer(b"302 Found", b"Content-Length: 0"))
    assert (got.outcome, got.status) == (Outcome.MISS, 302)


def test_a_redirect_does_not_lead_to_a_private_address(rig: Rig, site: Site) -> None:
    with watched(but_not_to=rig.dns.address) as connections:
        got = site.get(redirect(b"https://imap.hosting.example/"))
    assert (got.outcome, got.detail) == (
        Outcome.REJECTED,
        "imap.hosting.example is at a private address (127.0.0.1)",
    )
    assert len(connections) == 1


@pytest.mark.parametrize(
    "url",
    [
        "",
        "mail.hosting.example",
        "http://mail.hosting.example/",
        "https://mail.hosting.example:8443/",
        "https://ada:secret@mail.hosting.example/",
        "https://mail.hosting.example@127.0.0.1/",
        "https://127.0.0.1/",
        "https://127.1/",
        "https://0x7f000001/",
        "https://017700000001/",
        "https://[::ffff:127.0.0.1]/",
        "https://localhost/",
        "https://hosting_.example/",
        "https://-mail.hosting.example/",
        "https://mail..example/",
        "https://mail.hosting.example./",
        f"https://{'x' * 64}.example/",
        f"https://{'.'.join(['x' * 60] * 5)}/",
        "https://mail.hosting.example\\@evil.example/",
        "https://mail.hosting.example/\r\nX-Injected: 1",
        "https://mail.hosting.example/\t",
        "https://ｍail.hosting.example/",
        "file:///etc/passwd",
    ],
)
def test_what_is_no_plain_https_url_is_never_tried(rig: Rig, url: str) -> None:
    with watched(but_not_to="0.0.0.0:0") as connections:
        got = asyncio.run(HttpsWeb(Network(), DnsNameServer(rig.dns.address)).get(url))
    assert got.outcome is Outcome.REJECTED
    assert got.detail.startswith("the URL ")
    assert connections == []


SSRF = {
    "loopback": "A 127.0.0.1",
    "loopback6": "AAAA ::1",
    "metadata": "A 169.254.169.254",
    "ten": "A 10.0.0.1",
    "home": "A 192.168.1.1",
    "office": "A 172.16.0.1",
    "unique-local": "AAAA fd00::1",
    "link-local": "AAAA fe80::1",
    "this": "A 0.0.0.0",
    "unspecified": "AAAA ::",
    "carrier": "A 100.64.0.1",
    "mapped": "AAAA ::ffff:127.0.0.1",
    "nat64": "AAAA 64:ff9b::a9fe:a9fe",
    "6to4": "AAAA 2002:7f00:1::1",
    "teredo": "AAAA 2001:0:7f00:1::1",
    "multicast": "A 224.0.0.1",
    "broadcast": "A 255.255.255.255",
    "both": "A 127.0.0.1\nboth AAAA ::1",
    "alias": "CNAME loopback",
}


@pytest.fixture(scope="module")
def _ssrf(rig: Rig) -> None:
    records = "\n".join(f"{host} {record}" for host, record in SSRF.items())
    rig.dns.add_zone("ssrf.example", f"{records}\nhalf A 10.0.0.1\nhalf A 8.8.8.8\nhalf AAAA ::1")


@pytest.mark.usefixtures("_ssrf")
@pytest.mark.parametrize("host", SSRF)
def test_no_connection_is_made_to_a_private_address(rig: Rig, host: str) -> None:
    web = HttpsWeb(Network(nameserver=rig.dns.address), DnsNameServer(rig.dns.address))
    with watched(but_not_to=rig.dns.address) as connections:
        got = asyncio.run(web.get(f"https://{host}.ssrf.example/"))
    assert got.outcome is Outcome.REJECTED
    assert got.detail.startswith(f"{host}.ssrf.example is at a private address (")
    assert connections == []


@pytest.mark.usefixtures("_ssrf")
def test_a_public_address_is_connected_to_by_its_number(rig: Rig) -> None:
    web = HttpsWeb(Network(), DnsNameServer(rig.dns.address))
    with pytest.raises(AssertionError, match=r"tried to reach \('8\.8\.8\.8', 443\)"):
        asyncio.run(web.get("https://half.ssrf.example/"))


@pytest.mark.parametrize("to_host", ["127.0.0.1", "localhost", "imap.hosting.example"])
def test_a_detour_is_a_person_s_own_word(site: Site, to_host: str) -> None:
    with serving(
        site.listening(document(b"found")), certificate=site.rig.authority.server()
    ) as port:
        network = Network(
            parse_redirects(f"{HOST}:443:{to_host}:{port}"),
            site.rig.dns.address,
            str(site.rig.ca_file),
        )
        got = asyncio.run(HttpsWeb(network, DnsNameServer(site.rig.dns.address)).get(URL))
    assert got.body == b"found"


@pytest.mark.parametrize(
    ("url", "outcome", "detail"),
    [
        ("https://no.such.example/", Outcome.MISS, "no.such.example does not exist"),
        ("https://corp.example/", Outcome.MISS, "corp.example has no address"),
        ("https://broken.example/", Outcome.SERVFAIL, "the name server failed (SERVFAIL)"),
    ],
)
def test_a_host_without_address_is_a_miss(
    rig: Rig, url: str, outcome: Outcome, detail: str
) -> None:
    got = asyncio.run(HttpsWeb(Network(), DnsNameServer(rig.dns.address)).get(url))
    assert got == WebAnswer(outcome, url, detail=detail)


def test_a_silent_name_server_is_a_time_out() -> None:
    with silent_nameserver() as nameserver:
        web = HttpsWeb(Network(), DnsNameServer(nameserver, lifetime_s=0.3))
        assert asyncio.run(web.get(URL)).outcome is Outcome.TIMEOUT
        web = HttpsWeb(Network(), DnsNameServer(nameserver), exchange_s=0.3)
        assert asyncio.run(web.get(URL)).detail == "no complete answer within 0.3 s"


def test_a_port_where_nobody_listens_is_a_miss(site: Site) -> None:
    got = asyncio.run(site.web(unused_port()).get(URL))
    assert got == WebAnswer(Outcome.MISS, URL, detail="mail.hosting.example refused the connection")


@pytest.mark.parametrize(
    ("kind", "detail"),
    [
        ("wrong_host", "the certificate of mail.hosting.example is for another name"),
        ("expired", "the certificate of mail.hosting.example has expired"),
        (
            "untrusted",
            (
                "the certificate of mail.hosting.example was issued by an authority that "
                "this machine does not know"
            ),
        ),
    ],
)
def test_a_certificate_that_is_not_right_is_rejected(site: Site, kind: str, detail: str) -> None:
    certificate = getattr(site.rig.authority, kind)()
    got = site.get(document(b"secret"), certificate=certificate)
    assert got == WebAnswer(Outcome.REJECTED, URL, detail=detail)
    assert site.heard == []


def test_authorities_that_cannot_be_read_are_an_outcome(rig: Rig, tmp_path: Path) -> None:
    network = Network((Redirect(HOST, 443, "127.0.0.1", 1),), ca_file=str(tmp_path / "none.pem"))
    got = asyncio.run(HttpsWeb(network, DnsNameServer(rig.dns.address)).get(URL))
    assert got.outcome is Outcome.REJECTED
    assert "cannot be used" in got.detail


def test_a_server_that_hangs_up_in_the_handshake_is_a_miss(site: Site) -> None:
    with closing() as port:
        got = asyncio.run(site.web(port).get(URL))
    assert got.outcome is Outcome.MISS
    assert "closed the connection" in got.detail


def test_a_server_without_tls_is_rejected(site: Site) -> None:
    with serving(lambda talk: talk.say(b"HTTP/1.1 400 Bad Request\r\n")) as port:
        got = asyncio.run(site.web(port).get(URL))
    assert got.outcome is Outcome.REJECTED
    assert got.detail == "mail.hosting.example does not speak TLS on this port"


@pytest.mark.parametrize("is_tls", [True, False])
def test_a_silent_server_is_a_time_out(site: Site, is_tls: bool) -> None:
    certificate = site.rig.authority.server() if is_tls else None
    with silent(certificate=certificate) as port:
        began = time.monotonic()
        got = asyncio.run(site.web(port, exchange_s=0.4).get(URL))
    assert got.outcome is Outcome.TIMEOUT
    assert time.monotonic() - began < 4


def drip(first: bytes, again: bytes) -> Callable[[Talk], None]:
    def script(talk: Talk) -> None:
        raw(talk, first)
        while True:
            raw(talk, again)
            time.sleep(0.02)

    return script


@pytest.mark.parametrize(
    "script",
    [
        drip(b"HTTP/1.1 200 OK\r\n", b"a"),
        drip(b"HTTP/1.1 200 OK\r\n\r\n", b"a"),
        drip(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\na\r\n"),
        drip(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    ],
    ids=["header", "body", "chunks", "100"],
)
def test_a_server_that_drips_is_a_time_out_for_the_whole(site: Site, script: Script) -> None:
    began = time.monotonic()
    got = site.get(script, exchange_s=0.5)
    assert (got.outcome, got.body) == (Outcome.TIMEOUT, b"")
    assert time.monotonic() - began < 4


def test_redirects_do_not_buy_time(site: Site) -> None:
    steps = stairs(3)

    def script(talk: Talk) -> None:
        time.sleep(0.2)
        steps(talk)

    assert site.get(script, exchange_s=0.5).outcome is Outcome.TIMEOUT


def flood(first: bytes, again: bytes) -> Callable[[Talk], None]:
    """Return a script that never ends unless the client goes, or has taken 100 MB."""

    def script(talk: Talk) -> None:
        raw(talk, first)
        for _ in range(100 * KIB):
            raw(talk, again)

    return script


@pytest.mark.parametrize(
    ("script", "detail"),
    [
        (flood(b"HTTP/1.1 200 OK\r\n", b"X: y\r\n" * 170), "sends a header longer than 16 KiB"),
        (flood(b"HTTP/1.1 200 OK\r\nX: ", b"x" * KIB), "sends a header longer than 16 KiB"),
        (flood(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 40), "sends a header longer than 16 KiB"),
        (
            answer(b"200 OK", b"X: " + b"x" * (16 * KIB - 20), body=b"short"),
            "sends a header longer than 16 KiB",
        ),
        (flood(b"HTTP/1.1 200 OK\r\n\r\n", b"x" * KIB), "sends a document longer than 256 KiB"),
        (
            flood(
                b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
                b"400\r\n" + b"x" * KIB + b"\r\n",
            ),
            "sends a document longer than 256 KiB",
        ),
        (
            flood(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n" * 170),
            "sends far more than a document",
        ),
        (
            flood(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;", b"x" * KIB),
            "does not speak HTTP as it should",
        ),
        (
            answer(b"200 OK", b"Content-Length: 262145", body=b"x"),
            "sends a document longer than 256 KiB",
        ),
        (
            answer(b"200 OK", b"Content-Length: 1" + b"0" * 18, body=b"x"),
            "sends a document longer than 256 KiB",
        ),
        (
            document(b"\x1f\x8b\x08", b"Content-Encoding: gzip"),
            "sends the document compressed",
        ),
        (
            document(b"x", b"Content-Encoding: identity", b"content-encoding: br"),
            "sends the document compressed",
        ),
        (
            answer(b"200 OK", b"Transfer-Encoding: chunked", body=b"zz\r\nx\r\n0\r\n\r\n"),
            "does not speak HTTP as it should",
        ),
        (
            answer(b"200 OK", b"Transfer-Encoding: gzip, chunked", body=b"0\r\n\r\n"),
            "does not speak HTTP as it should",
        ),
        (
            answer(b"200 OK", b"Content-Length: 1", b"Content-Length: 2", body=b"xy"),
            "does not speak HTTP as it should",
        ),
        (
            answer(b"200 OK", b"Content-Length: -1", body=b"xy"),
            "does not speak HTTP as it should",
        ),
        (said(b"220 smtp.hosting.example ESMTP\r\n\r\n"), "does not speak HTTP as it should"),
        (said(b"\0\1\2\3\r\n\r\n"), "does not speak HTTP as it should"),
        (said(b"<html>\n\n"), "does not speak HTTP as it should"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_breaks_a_rule_is_rejected(site: Site, script: Script, detail: str) -> None:
    began = time.monotonic()
    got = site.get(script)
    assert got.outcome is Outcome.REJECTED
    assert got.detail == f"mail.hosting.example {detail}"
    assert got.body == b""
    assert time.monotonic() - began < 4


@pytest.mark.parametrize(
    "script",
    [
        said(),
        said(b"HTT"),
        said(b"HTTP/1.1 200 OK\r\nContent-"),
        answer(b"200 OK", b"Content-Length: 10", body=b"12345"),
        answer(b"200 OK", b"Transfer-Encoding: chunked", body=b"5\r\n12345\r\n"),
        answer(b"200 OK", b"Transfer-Encoding: chunked", body=b"5\r\n123"),
    ],
    ids=[
        "at once",
        "in the first word",
        "in a header",
        "in a body",
        "between chunks",
        "in a chunk",
    ],
)
def test_a_server_that_hangs_up_early_is_a_miss(site: Site, script: Script) -> None:
    got = site.get(script)
    assert (got.outcome, got.body) == (Outcome.MISS, b"")
    assert got.detail.startswith("mail.hosting.example closed the connection")


def test_whoever_gives_up_waits_no_longer_and_hangs_up(site: Site) -> None:
    gone = []

    def script(talk: Talk) -> None:
        gone.append(talk.hear())

    async def give_up(web: HttpsWeb) -> None:
        async with asyncio.timeout(1):
            await web.get(URL)

    with serving(site.listening(script), certificate=site.rig.authority.server()) as port:
        began = time.monotonic()
        with pytest.raises(TimeoutError):
            asyncio.run(give_up(site.web(port)))
        while not gone and time.monotonic() - began < 4:
            time.sleep(0.01)
        assert time.monotonic() - began < 4
    assert gone == [None]


def test_many_documents_come_side_by_side_and_nothing_stays_open(rig: Rig) -> None:
    async def fetch(web: HttpsWeb, count: int) -> list[WebAnswer]:
        urls = [f"https://many.hosting.example/{n}" for n in range(count)]
        return await asyncio.gather(*(web.get(url) for url in urls))

    def open_files() -> int:
        return len(list(Path("/proc/self/fd").iterdir()))

    rig.web.add_sites({"many.hosting.example": {"*": Page(b"found")}})
    network = Network(
        parse_redirects(rig.web_detours(["many.hosting.example"])),
        rig.dns.address,
        str(rig.ca_file),
    )
    web = HttpsWeb(network, DnsNameServer(rig.dns.address))
    asyncio.run(fetch(web, 1))
    before = open_files()
    # A second event loop, as a second resolution of the same run has.
    answers = asyncio.run(fetch(web, 150))
    assert {answer.outcome for answer in answers} == {Outcome.HIT}
    assert open_files() <= before
