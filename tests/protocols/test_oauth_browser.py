"""Agreeing in a browser: the listener on loopback, the browser's start, the pasted address."""

import base64
import hashlib
import http.client
import os
import re
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from types import FrameType
from urllib.parse import urlencode, urlsplit

import pytest

from mailctl.domain.secret import Secret
from mailctl.errors import BadUsage, ConsentRefused, MailctlError, ServerBusy, Terminated
from mailctl.protocols.network import Network
from mailctl.protocols.oauth.authoriser import OAuthAuthoriser
from mailctl.protocols.oauth.browsers import open_browser
from tests.protocols.oauth_servers import TOKENS, Issuer, answered, error, fields, now

Visitor = Callable[[str], None]
CODE = "code-1-which-is-long-enough"


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    with Issuer([answered(200, TOKENS)]).serving() as serving:
        yield serving


class Visits:
    """What browsers do, beside the thread that waits for them."""

    def __init__(self) -> None:
        self.url = ""
        self.pages: list[tuple[int, str, str]] = []
        self._threads: list[threading.Thread] = []

    @property
    def port(self) -> int:
        return urlsplit(fields(self.url)["redirect_uri"]).port or 0

    def get(self, path: str, **query: str) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        connection.request("GET", f"{path}?{urlencode(query)}" if query else path)
        answer = connection.getresponse()
        self.pages.append((answer.status, str(answer.headers), answer.read().decode()))
        connection.close()

    def then(self, visit: Callable[[], None]) -> Visitor:
        def show(url: str) -> None:
            self.url = url
            self._threads.append(threading.Thread(target=visit))
            self._threads[-1].start()

        return show

    def agree(self) -> None:
        self.get("/callback", code=CODE, state=fields(self.url)["state"])

    def join(self) -> None:
        for thread in self._threads:
            thread.join()


def signed_in(
    issuer: Issuer, visits: Visits, visit: Callable[[], None], *, patience_s: float = 20
) -> Secret:
    authoriser = OAuthAuthoriser(Network(), now, patience_s=patience_s)
    try:
        return authoriser.in_browser(
            issuer.app(params={"prompt": "consent", "state": "theirs"}),
            None,
            login_hint="ada@example.org",
            show=visits.then(visit),
        )
    finally:
        visits.join()


def refused(issuer: Issuer, visits: Visits, visit: Callable[[], None]) -> MailctlError:
    with pytest.raises(MailctlError) as caught:
        signed_in(issuer, visits, visit)
    assert issuer.posted == []
    assert CODE not in str(caught.value)
    return caught.value


def test_a_code_is_exchanged_once_with_the_verifier_of_its_challenge(issuer: Issuer) -> None:
    visits = Visits()
    signed_in(issuer, visits, visits.agree)
    asked, (posted,) = fields(visits.url), issuer.posted
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+/callback", asked["redirect_uri"])
    assert asked["code_challenge_method"] == "S256"
    assert (asked["login_hint"], asked["prompt"]) == ("ada@example.org", "consent")
    assert (asked["scope"], asked["response_type"]) == ("mail offline", "code")
    assert 43 <= len(posted["code_verifier"]) <= 128
    digest = hashlib.sha256(posted["code_verifier"].encode()).digest()
    assert base64.urlsafe_b64encode(digest).rstrip(b"=").decode() == asked["code_challenge"]
    assert (posted["code"], posted["redirect_uri"]) == (CODE, asked["redirect_uri"])


def test_state_is_new_each_time_and_cannot_be_guessed(issuer: Issuer) -> None:
    states = []
    for _ in range(2):
        visits = Visits()
        signed_in(issuer, visits, visits.agree)
        states.append(fields(visits.url)["state"])
    assert states[0] != states[1]
    assert all(len(base64.urlsafe_b64decode(state + "=")) >= 16 for state in states)


def test_the_page_is_small_and_holds_nothing(issuer: Issuer) -> None:
    visits = Visits()
    signed_in(issuer, visits, visits.agree)
    ((status, headers, page),) = visits.pages
    assert status == 200
    assert "Referrer-Policy: no-referrer" in headers
    assert "Cache-Control: no-store" in headers
    assert CODE not in page
    assert "at-1" not in page
    assert len(page) < 500


def test_other_paths_are_not_found_and_waiting_goes_on(issuer: Issuer) -> None:
    visits = Visits()

    def visit() -> None:
        visits.get("/favicon.ico")
        visits.get("/callback")
        visits.get("/", code=CODE, state=fields(visits.url)["state"])
        visits.agree()

    signed_in(issuer, visits, visit)
    assert [status for status, _, _ in visits.pages] == [404, 404, 404, 200]


@pytest.mark.parametrize("query", [{}, {"state": ""}, {"state": "other"}, {"state": "ü"}])
def test_a_code_without_our_state_is_refused_and_the_page_says_so(
    issuer: Issuer, query: dict[str, str]
) -> None:
    visits = Visits()
    error = refused(issuer, visits, lambda: visits.get("/callback", code=CODE, **query))
    assert type(error) is ConsentRefused
    assert "refused" in visits.pages[0][2]


def test_a_no_of_the_person_is_a_refusal(issuer: Issuer) -> None:
    visits = Visits()

    def visit() -> None:
        visits.get("/callback", error="access_denied", state=fields(visits.url)["state"])

    assert type(refused(issuer, visits, visit)) is ConsentRefused


def test_an_issuer_that_cannot_serve_is_busy(issuer: Issuer) -> None:
    visits = Visits()

    def visit() -> None:
        visits.get("/callback", error="temporarily_unavailable", state=fields(visits.url)["state"])

    assert type(refused(issuer, visits, visit)) is ServerBusy


def test_a_second_code_is_not_heard(issuer: Issuer) -> None:
    visits = Visits()
    signed_in(issuer, visits, visits.agree)
    with pytest.raises(ConnectionRefusedError):
        visits.agree()
    assert len(issuer.posted) == 1


def test_a_code_that_the_issuer_refuses_is_not_tried_again() -> None:
    visits = Visits()
    refusing = Issuer([error("invalid_grant", f"code {CODE} is used")])
    with refusing.serving() as issuer, pytest.raises(ConsentRefused) as caught:
        signed_in(issuer, visits, visits.agree)
    assert len(issuer.posted) == 1
    assert "withheld" in caught.value.sentence


def test_a_client_that_drips_keeps_nobody_waiting(issuer: Issuer) -> None:
    visits = Visits()
    dripping: list[socket.socket] = []

    def visit() -> None:
        for _ in range(40):
            dripping.append(socket.create_connection(("127.0.0.1", visits.port)))
            dripping[-1].sendall(b"G")
        visits.agree()

    began = time.monotonic()
    signed_in(issuer, visits, visit)
    assert time.monotonic() - began < 4
    for sock in dripping:
        sock.close()


def test_a_dawdler_is_dropped_after_five_seconds(issuer: Issuer) -> None:
    visits = Visits()
    dropped_after_s: list[float] = []

    def visit() -> None:
        began = time.monotonic()
        with socket.create_connection(("127.0.0.1", visits.port), timeout=20) as sock:
            sock.sendall(b"GET /callback")
            assert sock.recv(10) == b""
        dropped_after_s.append(time.monotonic() - began)
        visits.agree()

    signed_in(issuer, visits, visit)
    assert 4 < dropped_after_s[0] < 8


def test_a_request_of_ten_megabytes_is_cut_off(issuer: Issuer) -> None:
    visits = Visits()
    sent: list[int] = []

    def visit() -> None:
        sock = socket.create_connection(("127.0.0.1", visits.port))
        with sock, suppress(OSError):
            sent.extend(sock.send(b"GET /" + b"a" * 65536) for _ in range(160))
        visits.agree()

    signed_in(issuer, visits, visit)
    assert sum(sent) < 10 * 1024 * 1024


def test_nobody_coming_is_said(issuer: Issuer) -> None:
    with pytest.raises(ConsentRefused) as caught:
        signed_in(issuer, Visits(), lambda: None, patience_s=0.2)
    assert "nobody came" in caught.value.sentence


def test_it_listens_on_loopback_alone(issuer: Issuer) -> None:
    visits = Visits()
    listening: list[str] = []

    def visit() -> None:
        wanted = f"{visits.port:04X}"
        rows = [row.split() for row in Path("/proc/net/tcp").read_text().splitlines()[1:]]
        listening.extend(row[1] for row in rows if row[3] == "0A" and row[1].endswith(wanted))
        visits.agree()

    signed_in(issuer, visits, visit)
    assert [where.partition(":")[0] for where in listening] == ["0100007F"]


@pytest.mark.parametrize("wanted", [KeyboardInterrupt, Terminated])
def test_a_signal_ends_the_wait_at_once_and_closes_the_port(
    issuer: Issuer, wanted: type[BaseException]
) -> None:
    visits = Visits()

    def stop(_number: int, _frame: FrameType | None) -> None:
        raise wanted("stop")

    before = signal.signal(signal.SIGUSR1, stop)
    began = time.monotonic()
    try:
        with pytest.raises(wanted):
            signed_in(issuer, visits, lambda: _signal_after(0.2))
    finally:
        signal.signal(signal.SIGUSR1, before)
    assert time.monotonic() - began < 3
    with pytest.raises(ConnectionRefusedError):
        visits.agree()


def _signal_after(pause_s: float) -> None:
    time.sleep(pause_s)
    os.kill(os.getpid(), signal.SIGUSR1)


def _noting(tmp_path: Path) -> tuple[Path, Path]:
    script, note = tmp_path / "browser", tmp_path / "note"
    script.write_text(
        f'#!/bin/sh\necho loud\necho loud >&2\nprintf "%s\\n" "$@" > {note}.new\n'
        f"mv {note}.new {note}\n"
    )
    script.chmod(0o700)
    return script, note


def _noted(note: Path) -> list[str]:
    until = time.monotonic() + 10
    while not note.exists() and time.monotonic() < until:
        time.sleep(0.02)
    return note.read_text().splitlines()


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ("{}", ["https://a.example/?b=c"]),
        ("{} --new '%s' &", ["--new", "https://a.example/?b=c"]),
        ("/nowhere/browser:{}", ["https://a.example/?b=c"]),
        ("'unended:{}", ["https://a.example/?b=c"]),
    ],
)
def test_the_browser_of_the_environment_is_started_in_silence(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], entry: str, words: list[str]
) -> None:
    script, note = _noting(tmp_path)
    assert open_browser("https://a.example/?b=c", {"BROWSER": entry.format(script)})
    assert _noted(note) == words
    assert capfd.readouterr() == ("", "")


@pytest.mark.skipif(os.uname().sysname == "Darwin", reason="macOS always has a browser")
def test_without_a_screen_no_browser_is_looked_for() -> None:
    assert not open_browser("https://a.example/", {})


def pasted(issuer: Issuer, answer: Callable[[str], str]) -> str:
    OAuthAuthoriser(Network(), now).by_paste(issuer.app(), None, login_hint="", ask=answer)
    (posted,) = issuer.posted
    assert posted["redirect_uri"] == "http://127.0.0.1/callback"
    return posted["code"]


@pytest.mark.parametrize(
    "form",
    [
        "http://127.0.0.1/callback?code=4%2F0A-b&state={}",
        "  127.0.0.1/callback?state={}&code=4%2F0A-b#_=_\n",
        "http://127.0.0.1/callback?code=4%2F0\n  A-b&state={}",
        "code=4%2F0A-b&state={}",
        "4/0A-b",
        "4%2F0A-b",
    ],
)
def test_an_address_or_a_code_alone_can_be_pasted(issuer: Issuer, form: str) -> None:
    assert pasted(issuer, lambda url: form.format(fields(url)["state"])) == "4/0A-b"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "http://127.0.0.1/callback?code=4",
        "http://127.0.0.1/callback?code=4&state=other",
        "http://127.0.0.1/callback",
        "http://[broken",
        "cödé",
    ],
)
def test_what_is_not_the_answer_is_refused(issuer: Issuer, text: str) -> None:
    with pytest.raises(ConsentRefused):
        pasted(issuer, lambda _: text)
    assert issuer.posted == []


def test_an_issuer_without_an_address_to_agree_at_is_bad_usage(issuer: Issuer) -> None:
    authoriser = OAuthAuthoriser(Network(), now)
    app = issuer.app(authorization_url=None)
    with pytest.raises(BadUsage):
        authoriser.by_paste(app, None, login_hint="", ask=lambda _: "")
    with pytest.raises(BadUsage):
        authoriser.in_browser(app, None, login_hint="", show=lambda _: None)


def test_a_client_secret_that_is_no_text_stays_unseen(issuer: Issuer) -> None:
    with pytest.raises(BadUsage) as caught:
        OAuthAuthoriser(Network(), now).by_paste(
            issuer.app(), Secret("s\ud800"), login_hint="", ask=lambda _: "4/0A"
        )
    assert caught.value.__context__ is None
