"""The rig's web server is real: pages, faults, certificates, and what it was asked."""

import gzip
import http.client
import socket
import ssl
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from threading import Thread

import pytest

from tests.rig import Page, Rig, ServerFailed, Web

PATH = "/mail/config-v1.1.xml"
XML = Page(b"<clientConfig/>")


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes
    headers: dict[str, str]


class AtLoopback(http.client.HTTPSConnection):
    """HTTPS to a host that is on loopback, whatever DNS says."""

    def __init__(self, web: Web, host: str, context: ssl.SSLContext) -> None:
        super().__init__(host, web.ports.https, timeout=10, context=context)
        self._trust = context

    def connect(self) -> None:
        plain = socket.create_connection(("127.0.0.1", self.port), timeout=10)
        self.sock = self._trust.wrap_socket(plain, server_hostname=self.host)


def asked(client: http.client.HTTPConnection, host: str, path: str, method: str) -> Answer:
    with closing(client):
        client.request(method, path, body=b"<x/>" * (method == "POST"), headers={"Host": host})
        answer = client.getresponse()
        headers = {name.lower(): value for name, value in answer.getheaders()}
        return Answer(answer.status, answer.read(), headers)


def fetch(rig: Rig, host: str, path: str = PATH, *, method: str = "GET") -> Answer:
    client = AtLoopback(rig.web, host, rig.authority.client_context())
    return asked(client, host, path, method)


def fetch_plain(rig: Rig, host: str, path: str = PATH) -> Answer:
    client = http.client.HTTPConnection("127.0.0.1", rig.web.ports.http, timeout=10)
    return asked(client, host, path, "GET")


def only(rig: Rig, host: str, page: Page) -> Answer:
    """Return what comes from a host that has this page alone."""
    rig.web.add_sites({host: {PATH: page}})
    return fetch(rig, host)


def test_a_site_answers_by_https_and_http(rig: Rig) -> None:
    rig.web.add_sites({"both.example": {PATH: XML}})
    for answer in (fetch(rig, "both.example"), fetch_plain(rig, "both.example")):
        assert (answer.status, answer.body) == (200, b"<clientConfig/>")
        assert answer.headers["content-type"] == "text/xml"


def test_unknown_hosts_and_paths_are_not_found(rig: Rig) -> None:
    rig.web.add_sites({"known.example": {PATH: XML}})
    assert fetch(rig, "known.example", "/elsewhere").status == 404
    assert fetch(rig, "known.example", PATH.upper()).status == 404
    assert fetch(rig, "known.example", "/.rig/0").status == 404
    assert fetch_plain(rig, "unknown.example").status == 404
    with pytest.raises(ssl.SSLCertVerificationError, match="Hostname mismatch"):
        fetch(rig, "unknown.example")


def test_a_site_may_change_and_others_stay(rig: Rig) -> None:
    rig.web.add_sites({"one.example": {PATH: XML}, "two.example": {PATH: XML, "/more": XML}})
    for body in (b"second", b"third", b"fourth"):
        rig.web.add_sites({"TWO.example": {PATH: Page(body)}})
        assert {fetch(rig, "two.example").body for _ in range(20)} == {body}
    assert fetch(rig, "two.example", "/more").status == 404
    assert fetch(rig, "one.example").body == XML.body


def test_many_sites_come_at_once(rig: Rig) -> None:
    hosts = [f"autoconfig.many{number}.example" for number in range(150)]
    began = time.monotonic()
    rig.web.add_sites({host: {PATH: Page(host.encode())} for host in hosts})
    assert time.monotonic() - began < 10, "one by one they take thirty"
    for host in (hosts[0], hosts[-1]):
        assert fetch(rig, host).body == host.encode()


@pytest.mark.parametrize("status", [200, 400, 401, 404, 410, 418, 500, 503])
def test_a_page_has_a_status_and_still_its_body(rig: Rig, status: int) -> None:
    answer = only(rig, f"status{status}.example", Page(b"as it is", status))
    assert (answer.status, answer.body) == (status, b"as it is")


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_page_may_redirect_to_anywhere(rig: Rig, status: int) -> None:
    target = 'http://127.0.0.1:22/a?b="c"&d=$host\\e'
    answer = only(
        rig, f"redirect{status}.example", Page(status=status, headers={"Location": target})
    )
    assert (answer.status, answer.body, answer.headers["location"]) == (status, b"", target)


def test_a_page_is_found_by_every_method_and_query(rig: Rig) -> None:
    rig.web.add_sites({"methods.example": {PATH: XML, "/": XML, "/a b/ü.xml": XML}})
    for path in (f"{PATH}?emailaddress=ada%40corp.example", "/", "/?", "/a%20b/%C3%BC.xml"):
        assert fetch(rig, "methods.example", path).body == XML.body
    assert fetch(rig, "methods.example", method="POST").body == XML.body
    head = fetch(rig, "methods.example", method="HEAD")
    assert (head.status, head.body, head.headers["content-length"]) == (200, b"", "15")


def test_a_page_may_need_a_query(rig: Rig) -> None:
    rig.web.add_sites({"query.example": {PATH: Page(b"found", status_without_query=400)}})
    assert fetch(rig, "query.example").status == 400
    assert fetch(rig, "query.example", f"{PATH}?emailaddress=x").body == b"found"


def test_a_host_may_answer_everything(rig: Rig) -> None:
    parked = Page(b"<html>For sale!</html>", content_type="text/html; charset=utf-8")
    rig.web.add_sites({"parked.example": {"*": parked}, "*.parked.example": {"*": parked}})
    for host in ("parked.example", "autoconfig.parked.example", "any.parked.example"):
        for path in ("/", PATH, "/.well-known/autoconfig/mail/config-v1.1.xml?x"):
            answer = fetch(rig, host, path)
            assert (answer.status, answer.body) == (200, parked.body)
            assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert rig.web.requests("any.parked.example")[0] == "GET /"


def test_a_page_may_be_large(rig: Rig) -> None:
    body = bytes(range(256)) * 40_000
    assert only(rig, "large.example", Page(body)).body == body


def test_a_page_may_be_a_bomb(rig: Rig) -> None:
    packed = gzip.compress(bytes(20_000_000))
    answer = only(rig, "bomb.example", Page(packed, headers={"Content-Encoding": "gzip"}))
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.body == packed
    assert len(packed) < 100_000


def test_a_page_may_drip_while_others_answer_at_once(rig: Rig) -> None:
    slow = Page(b"x" * 1000, rate_bytes_per_s=400)
    rig.web.add_sites({"slow.example": {PATH: slow, "/fast": XML}})
    took_s: list[float] = []

    def drip() -> None:
        began = time.monotonic()
        assert fetch(rig, "slow.example").body == slow.body
        took_s.append(time.monotonic() - began)

    dripping = Thread(target=drip)
    dripping.start()
    time.sleep(0.1)
    rig.web.add_sites({"meanwhile.example": {PATH: XML}})
    assert fetch(rig, "slow.example", "/fast").body == XML.body
    assert dripping.is_alive()
    dripping.join()
    assert 1.5 < took_s[0] < 6


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("wrong_host", "Hostname mismatch"),
        ("expired", "certificate has expired"),
        ("untrusted", "unable to get local issuer|self.signed"),
    ],
)
def test_a_host_may_show_a_bad_certificate(rig: Rig, kind: str, reason: str) -> None:
    host = f"{kind.replace('_', '-')}.bad.example"
    bad = {
        "wrong_host": lambda: rig.authority.issue("other", "other.bad.example"),
        "expired": lambda: rig.authority.issue_expired("old", host),
        "untrusted": lambda: rig.authority.issue_untrusted("unknown", host),
    }[kind]()
    rig.web.add_sites({host: {PATH: XML}}, certificate=bad)
    rig.web.add_sites({"good.example": {PATH: XML}})
    with pytest.raises(ssl.SSLCertVerificationError, match=reason):
        fetch(rig, host)
    assert rig.web.requests(host) == []
    assert fetch(rig, "good.example").status == 200
    rig.web.add_sites({host: {PATH: XML}})
    assert fetch(rig, host).status == 200


def test_a_certificate_is_issued_once(rig: Rig) -> None:
    first = rig.authority.issue("once", "a.example", "b.example")
    assert rig.authority.issue("once", "a.example", "b.example") == first
    with pytest.raises(ValueError, match="once"):
        rig.authority.issue("once", "c.example")


def test_it_knows_what_it_was_asked(rig: Rig) -> None:
    host = "asked.example"
    rig.web.add_sites({host: {PATH: XML}})
    assert rig.web.requests(host) == []
    for number in range(50):
        fetch(rig, host, f"{PATH}?x={number}&y=%22")
        assert rig.web.requests(host)[-1] == f"GET {PATH}?x={number}&y=%22"
    fetch(rig, host, "/nothing", method="POST")
    fetch_plain(rig, host, "/plain")
    assert rig.web.requests(host)[50:] == ["POST /nothing", "GET /plain"]
    assert rig.web.requests(host, scheme="http") == ["GET /plain"]
    assert rig.web.requests("never-asked.example") == []


def test_detours_lead_to_both_ports(rig: Rig) -> None:
    ports = rig.web.ports
    assert rig.web_detours(["a.example", "b.example"]).split(",") == [
        f"a.example:443:127.0.0.1:{ports.https}",
        f"a.example:80:127.0.0.1:{ports.http}",
        f"b.example:443:127.0.0.1:{ports.https}",
        f"b.example:80:127.0.0.1:{ports.http}",
    ]
    assert str(ports.https) not in rig.environment()["MAILCTL_CONNECT_TO"]


def test_it_is_one_of_the_processes_of_the_rig(rig: Rig) -> None:
    assert len(rig.web.pids()) >= 3
    assert set(rig.web.pids()) <= set(rig.pids())


def test_it_stands_alone_and_ends_for_good(rig: Rig) -> None:
    web = Web(rig.authority)
    web.add_sites({"before.example": {PATH: XML}})
    with web:
        context = rig.authority.client_context()
        answer = asked(AtLoopback(web, "before.example", context), "before.example", PATH, "GET")
        assert answer.body == XML.body
        pids = web.pids()
        assert len(pids) == 3  # the guardian, the master, one worker
    assert not web.directory.exists()
    assert not [pid for pid in pids if Path(f"/proc/{pid}").exists()]


def test_what_nginx_refuses_is_said(rig: Rig) -> None:
    with Web(rig.authority) as web, pytest.raises(ServerFailed, match="invalid return code"):
        web.add_sites({"odd.example": {PATH: Page(status_without_query=10**9)}})
