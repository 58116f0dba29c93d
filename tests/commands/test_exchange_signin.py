"""Exchange accounts by command: other logins, shared mailboxes, tokens, news."""

import base64
import json
import subprocess
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from threading import Timer

import pytest

from mailctl.app import App
from mailctl.core.access.oauth_apps import serving
from mailctl.core.providers.providers import directory, provider_named
from mailctl.errors import ExitCode
from mailctl.protocols.ews import watching
from tests.commands.boxes import mail
from tests.conftest import Run, Spawn
from tests.rig import Rig
from tests.rig.ews import ExchangeMailbox, ExchangeServer

ADA = "ada@corp.example"
INFO = "info@corp.example"
PASSWORD = "c0rrect-horse"
ISSUER = "https://oauth.hosting.example"
ONE_RUN = ["GetFolder", "FindFolder", *["SyncFolderItems"] * 3]
"""What a run with nothing new asks for: each of the three folders, the outbox among them."""


@pytest.fixture
def server(at_the_rig: Rig) -> Iterator[ExchangeServer]:
    with ExchangeServer(at_the_rig.authority) as server:
        yield server


@pytest.fixture
def mailbox(server: ExchangeServer, run: Run) -> ExchangeMailbox:
    made = server.add(ADA, username="CORP\\ada", password=PASSWORD, upn="a.lovelace@corp.example")
    made.put(mail(1))
    ran = run(
        *("provider", "add", "corp", "--kind", "ews", "--ews-url", server.url),
        *("--domain", "corp.example"),
    )
    assert ran.code == ExitCode.OK, ran.err
    return made


def connect(run: Run, address: str = ADA, *, login: str = "CORP\\ada") -> None:
    add = ("account", "add", address, "--login", login, "--no-send", "--password-stdin")
    ran = run(*add, typed=PASSWORD)
    assert ran.code == ExitCode.OK, ran.err


def stored(run: Run) -> int:
    ran = run("sync", "run", "-o", "json")
    assert ran.code == ExitCode.OK, ran.err
    return int(json.loads(ran.out)["stored"])


@pytest.mark.parametrize("login", ["CORP\\ada", "a.lovelace@corp.example"])
@pytest.mark.parametrize("offer", ["NTLM", "Basic"])
def test_the_login_need_not_be_the_address(
    run: Run, server: ExchangeServer, mailbox: ExchangeMailbox, login: str, offer: str
) -> None:
    server.people.offers = (offer,)
    connect(run, login=login)
    assert stored(run) == 1


def test_a_shared_mailbox_is_an_account_of_its_own(
    run: Run, server: ExchangeServer, mailbox: ExchangeMailbox
) -> None:
    shared = ExchangeMailbox(INFO)
    shared.put(mail(2))
    shared.put(mail(3))
    server.people.grant("CORP\\ada", shared)
    connect(run)
    connect(run, INFO)
    assert stored(run) == 3
    listed = json.loads(run("message", "list", "--account", INFO, "-o", "json").out)
    assert {each["subject"] for each in listed} == {"mail 2", "mail 3"}


def test_a_right_that_was_taken_back_needs_a_person(
    run: Run, server: ExchangeServer, mailbox: ExchangeMailbox
) -> None:
    shared = ExchangeMailbox(INFO)
    server.people.grant("CORP\\ada", shared)
    connect(run, INFO)
    server.people.withdraw("CORP\\ada", shared)
    ran = run("sync", "run", "-o", "json")
    (account,) = json.loads(ran.out)["accounts"]
    assert (ran.code, account["error"]["cause"]) == (ExitCode.AUTHORISATION, "mailbox-closed")


@pytest.mark.parametrize(("offer", "handshake"), [("Basic", 0), ("NTLM", 1), ("Negotiate", 1)])
def test_a_run_asks_for_nothing_that_the_account_knows(
    run: Run, server: ExchangeServer, mailbox: ExchangeMailbox, offer: str, handshake: int
) -> None:
    server.people.offers = (offer,)
    connect(run)
    assert stored(run) == 1
    for _ in range(2):
        server.requests.clear()
        assert stored(run) == 0
        assert [asked for asked, status in server.requests if status == 200] == ONE_RUN
        assert len(server.requests) == len(ONE_RUN) + handshake


def test_a_server_that_changed_its_ways_is_known_anew_after_one_run(
    run: Run, server: ExchangeServer, mailbox: ExchangeMailbox
) -> None:
    connect(run)
    server.people.offers = ("NTLM",)
    server.newest = "Exchange2013"
    assert stored(run) == 1
    server.requests.clear()
    assert stored(run) == 0
    assert len(server.requests) == len(ONE_RUN) + 1


def test_the_test_of_an_account_tells_how_it_signs_in(
    run: Run, server: ExchangeServer, mailbox: ExchangeMailbox
) -> None:
    server.people.offers = ("NTLM",)
    connect(run)
    ran = run("account", "test", ADA, "--verbose", "-o", "json")
    assert ran.code == ExitCode.OK, ran.err
    assert "ntlm" in ran.out


def test_news_are_loaded_as_they_come(
    run: Run, mailbox: ExchangeMailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "POLL_S", 0.3)
    connect(run)
    Timer(2, mailbox.put, [mail(5)]).start()
    ran = run("sync", "watch", "--once", "-o", "ndjson")
    assert ran.code == ExitCode.OK, ran.err
    happened = [json.loads(line) for line in ran.out.splitlines()]
    assert [(each["cause"], each["stored"]) for each in happened] == [("start", 1), ("news", 1)]


@pytest.fixture
def bearer(
    run: Run, server: ExchangeServer, mailbox: ExchangeMailbox, at_the_rig: Rig
) -> ExchangeServer:
    """The server takes tokens of the rig's issuer alone, and an app there gets them by itself."""
    server.people.offers = ("Bearer",)
    server.people.owner_of = lambda token: introspected(at_the_rig, token)
    ran = run(
        *("oauth", "app", "add", "corp", "--client-id", "mailctl-daemon", "--scope", "ews"),
        *("--token-url", f"{ISSUER}/token", "--grant", "client-credentials"),
        "--client-secret-stdin",
        typed="shh-daemon-secret",
    )
    assert ran.code == ExitCode.OK, ran.err
    run("provider", "set", "corp", "--oauth", "corp", "--login", "address")
    at_the_rig.oauth.set(lifetime_s=3600)
    at_the_rig.oauth.act_for("mailctl-daemon", "a.lovelace@corp.example")
    ran = run("account", "add", ADA, "--oauth", "--no-send", "--no-input")
    assert ran.code == ExitCode.OK, ran.err
    return server


def introspected(rig: Rig, token: str) -> str | None:
    """Return whose the token is, as the issuer says (RFC 7662)."""
    url = f"http://127.0.0.1:{rig.oauth.http_port}/introspect"
    asked = urllib.request.Request(url, urllib.parse.urlencode({"token": token}).encode())
    secret = base64.b64encode(b"dovecot:introspects").decode()
    asked.add_header("Authorization", f"Basic {secret}")
    with urllib.request.urlopen(asked) as answer:
        said = json.load(answer)
    return str(said["username"]) if said["active"] else None


def test_a_token_signs_in(run: Run, bearer: ExchangeServer) -> None:
    assert stored(run) == 1
    assert {status for _, status in bearer.requests} == {200}


def test_a_token_that_ended_before_its_time_is_renewed_once(
    run: Run, bearer: ExchangeServer, at_the_rig: Rig
) -> None:
    at_the_rig.oauth.expire("a.lovelace@corp.example")
    at_the_rig.oauth.expire("")
    bearer.requests.clear()
    assert stored(run) == 1
    assert [status for _, status in bearer.requests].count(401) == 1


@pytest.mark.parametrize(("provider", "protocol"), [("exo", "EWS"), ("microsoft365", "IMAP")])
def test_an_app_asks_for_what_the_protocol_wants(
    run: Run, at_the_rig: Rig, provider: str, protocol: str
) -> None:
    url = "https://outlook.office365.com/EWS/Exchange.asmx"
    run("provider", "add", "exo", "--kind", "ews", "--ews-url", url, "--oauth", "microsoft")
    run("oauth", "app", "add", "microsoft", "--client-id", "mailctl-public")
    services = App().services
    where = provider_named(directory(services.store), provider)
    (mailbox, *_) = serving(services, where).issuer.scopes
    assert mailbox.endswith(f"/{protocol}.AccessAsUser.All")


def test_a_watcher_ends_when_it_is_told_to(
    run: Run, spawn: Spawn, server: ExchangeServer, mailbox: ExchangeMailbox
) -> None:
    connect(run)
    with subprocess.Popen(
        spawn.words("sync", "watch", "-o", "ndjson"), stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert json.loads(process.stdout.readline())["cause"] == "start"
        mailbox.put(mail(7))
        assert json.loads(process.stdout.readline())["cause"] == "news"
        began = time.monotonic()
        process.terminate()
        assert process.wait(timeout=30) == ExitCode.TERMINATED
        assert time.monotonic() - began < 5
