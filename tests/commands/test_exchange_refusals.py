"""Why an Exchange server lets nobody in: each reason has its exit code and its way out."""

import json
import subprocess
import time
from collections.abc import Iterator
from typing import Any

import pytest

from mailctl.errors import ExitCode
from tests.conftest import Run, Spawn
from tests.rig import Rig
from tests.rig.ews import ANY, ExchangeMailbox, ExchangeServer, Fault
from tests.rig.ews.soap import Refusal

ADA = "ada@corp.example"
PAGE = (
    b'<!DOCTYPE HTML><html><head><title>Outlook</title></head><body class="owaLgn"></body></html>'
)
PASSWORD = "c0rrect-horse"


@pytest.fixture
def server(at_the_rig: Rig) -> Iterator[ExchangeServer]:
    with ExchangeServer(at_the_rig.authority) as server:
        yield server


@pytest.fixture
def mailbox(server: ExchangeServer, run: Run) -> ExchangeMailbox:
    mailbox = server.add(ADA, username="CORP\\ada", password=PASSWORD)
    provide(run, server.url)
    return mailbox


def provide(run: Run, url: str) -> None:
    ran = run(
        "provider", "add", "corp", "--kind", "ews", "--ews-url", url, "--domain", "corp.example"
    )
    assert ran.code == ExitCode.OK, ran.err


def refused(
    run: Run, code: ExitCode, *, password: str = PASSWORD, address: str = ADA
) -> dict[str, Any]:
    """Add the account in vain and return the error as a program reads it."""
    ran = run(
        *("account", "add", address, "--login", "CORP\\ada", "--no-send"),
        *("--password-stdin", "-o", "json"),
        typed=password,
    )
    assert password not in ran.out + ran.err
    assert (ran.code, ran.out) == (code, "")
    error: dict[str, Any] = json.loads(ran.err.strip().splitlines()[-1])["error"]
    assert error["hint"]
    return error


EXPIRED = Fault(
    ANY, times=9, status=401, headers=(("X-MS-Credential-Service-CredExpired", "true"),)
)
EXPIRED_PAGE = "/owa/auth/expiredpassword.aspx?url=/EWS/Exchange.asmx"
UNLOCK = "https://account.example/unlock"
LOCKED = "The referenced account is currently locked out and may not be logged on to."
DISABLED = Refusal("ErrorAccessDenied", "EWS is disabled for this organization.")
CASES = {
    "an expired password, by Exchange Online": (
        EXPIRED,
        (ExitCode.AUTHORISATION, "authentication-refused", "password-expired", "set a new one"),
    ),
    "an expired password, by a redirect": (
        Fault(ANY, times=9, status=302, headers=(("Location", EXPIRED_PAGE),)),
        (ExitCode.AUTHORISATION, "authentication-refused", "password-expired", "set a new one"),
    ),
    "a locked account, by status": (
        Fault(ANY, times=9, status=456, reason=UNLOCK),
        (ExitCode.AUTHORISATION, "authentication-refused", "locked", "wait"),
    ),
    "a locked account, in words": (
        Fault(ANY, times=9, status=401, body=LOCKED.encode()),
        (ExitCode.AUTHORISATION, "authentication-refused", "locked", "wait"),
    ),
    "no such page": (
        Fault(ANY, times=9, status=404, body=b"<html>404</html>"),
        (ExitCode.REFUSED, "server-refused", "not-ews", "provider set corp --ews-url"),
    ),
    "the page of Outlook on the web": (
        Fault(ANY, times=9, status=200, body=PAGE),
        (ExitCode.REFUSED, "server-refused", "not-ews", "provider set corp --ews-url"),
    ),
    "the way to the sign-in page of Outlook on the web": (
        Fault(ANY, times=9, status=302, headers=(("Location", "/owa/auth/logon.aspx"),)),
        (ExitCode.REFUSED, "server-refused", "not-ews", "provider set corp --ews-url"),
    ),
    "another host": (
        Fault(ANY, times=9, status=302, headers=(("Location", "https://evil.example/EWS/"),)),
        (ExitCode.REFUSED, "server-refused", "other-host", "provider set corp --ews-url"),
    ),
    "EWS switched off, by status": (
        Fault(ANY, times=9, status=403),
        (ExitCode.REFUSED, "server-refused", "ews-off", "--provider microsoft365 --oauth"),
    ),
    "EWS switched off, in words": (
        Fault("GetFolder", times=9, refusal=DISABLED),
        (ExitCode.REFUSED, "server-refused", "ews-off", "--provider microsoft365 --oauth"),
    ),
    "throttling, by status": (
        Fault(ANY, times=9, status=503, headers=(("Retry-After", "120"),)),
        (ExitCode.TEMPORARY, "server-busy", "throttled", "try again later"),
    ),
    "throttling, in words": (
        Fault("GetFolder", times=9, refusal=Refusal("ErrorServerBusy", "No", back_off_ms=120_000)),
        (ExitCode.TEMPORARY, "server-busy", "throttled", "try again later"),
    ),
    "trouble of the server's own": (
        Fault(ANY, times=9, status=500, body=b"Server Error in '/EWS' Application."),
        (ExitCode.TEMPORARY, "server-busy", "server-trouble", "try again later"),
    ),
    "a bad moment": (
        Fault(
            ANY,
            times=9,
            status=302,
            headers=(("Location", "/ews/genericerrorpage.htm?aspxerrorpath=/ews/exchange.asmx"),),
        ),
        (ExitCode.TEMPORARY, "server-busy", "server-trouble", "try again later"),
    ),
    "too many connections": (
        Fault("GetFolder", times=9, refusal=Refusal("ErrorExceededConnectionCount", "Too many")),
        (ExitCode.TEMPORARY, "server-busy", "too-many-connections", "try again later"),
    ),
    "a mailbox that is moving": (
        Fault("GetFolder", times=9, refusal=Refusal("ErrorMailboxMoveInProgress", "Moving")),
        (ExitCode.TEMPORARY, "server-busy", "server-trouble", "try again later"),
    ),
    "one more address of the mailbox": (
        Fault("GetFolder", times=9, refusal=Refusal("ErrorNonPrimarySmtpAddress", "Primary")),
        (ExitCode.REFUSED, "server-refused", "mailbox-alias", "primary address"),
    ),
    "an expired password, in words": (
        Fault("GetFolder", times=9, refusal=Refusal("ErrorPasswordExpired", "Expired")),
        (ExitCode.AUTHORISATION, "authentication-refused", "password-expired", "set a new one"),
    ),
    "an account that is off": (
        Fault("GetFolder", times=9, refusal=Refusal("ErrorAccountDisabled", "Disabled")),
        (ExitCode.AUTHORISATION, "authentication-refused", "account-off", "who runs"),
    ),
    "an app that may not act for the mailbox": (
        Fault("GetFolder", times=9, refusal=Refusal("ErrorImpersonateUserDenied", "No right")),
        (ExitCode.AUTHORISATION, "authentication-refused", "mailbox-closed", "full access"),
    ),
    "too many requests": (
        Fault(ANY, times=9, status=429),
        (ExitCode.TEMPORARY, "server-busy", "throttled", "try again later"),
    ),
}


@pytest.mark.parametrize(("fault", "expected"), CASES.values(), ids=CASES)
def test_each_refusal_has_its_cause_and_its_way_out(
    run: Run,
    server: ExchangeServer,
    mailbox: ExchangeMailbox,
    fault: Fault,
    expected: tuple[ExitCode, str, str, str],
) -> None:
    server.faults.append(fault)
    code, kind, cause, step = expected
    error = refused(run, code)
    assert (error["code"], error["cause"]) == (kind, cause)
    assert step in error["hint"]


@pytest.mark.parametrize("offer", ["Basic", "NTLM"])
def test_a_wrong_password_asks_for_the_form_of_the_name(
    run: Run, server: ExchangeServer, mailbox: ExchangeMailbox, offer: str
) -> None:
    server.people.offers = (offer,)
    error = refused(run, ExitCode.AUTHORISATION, password="wr0ng-one")
    assert (error["code"], error["cause"]) == ("authentication-refused", "wrong-password")
    assert "DOMAIN\\user" in error["hint"]


def test_a_locked_account_says_where_it_is_unlocked(
    run: Run, server: ExchangeServer, mailbox: ExchangeMailbox
) -> None:
    server.faults.append(Fault(ANY, status=456, reason=UNLOCK))
    assert UNLOCK in refused(run, ExitCode.AUTHORISATION)["message"]


def test_a_mailbox_that_is_not_there_asks_for_the_address(
    run: Run, mailbox: ExchangeMailbox
) -> None:
    error = refused(run, ExitCode.REFUSED, address="nobody@corp.example")
    assert (error["code"], error["cause"]) == ("server-refused", "mailbox-unknown")
    assert "check the address" in error["hint"]


def test_a_mailbox_that_is_not_open_asks_for_its_owner(
    run: Run, server: ExchangeServer, mailbox: ExchangeMailbox
) -> None:
    server.add("bob@corp.example", username="CORP\\bob", password="other")
    error = refused(run, ExitCode.AUTHORISATION, address="bob@corp.example")
    assert (error["code"], error["cause"]) == ("authentication-refused", "mailbox-closed")
    assert "full access" in error["hint"]


def test_a_certificate_that_nobody_vouches_for_is_refused(run: Run, at_the_rig: Rig) -> None:
    authority = at_the_rig.authority
    with ExchangeServer(authority, certificate=authority.untrusted()) as server:
        server.add(ADA, username="CORP\\ada", password=PASSWORD)
        provide(run, server.url)
        error = refused(run, ExitCode.TLS)
        assert error["code"] == "tls-failure"
        assert "--ca-file" in error["hint"]
        assert server.requests == []


def test_a_server_that_says_when_is_asked_again_then(
    run: Run, server: ExchangeServer, mailbox: ExchangeMailbox
) -> None:
    server.faults.append(Fault(ANY, status=503, headers=(("Retry-After", "600"),)))
    assert 590 < refused(run, ExitCode.TEMPORARY)["retry_after"] <= 600


def test_a_pause_is_kept_from_one_run_to_the_next(
    run: Run, server: ExchangeServer, mailbox: ExchangeMailbox
) -> None:
    words = ("account", "add", ADA, "--login", "CORP\\ada", "--no-send", "--password-stdin")
    assert run(*words, typed=PASSWORD).code == ExitCode.OK
    server.faults.append(
        Fault(ANY, after=server.asked[ANY], status=503, headers=(("Retry-After", "600"),))
    )
    assert run("sync", "run").code == ExitCode.TEMPORARY
    server.requests.clear()
    ran = run("sync", "run", "-o", "json")
    assert ran.code == ExitCode.TEMPORARY
    (account,) = json.loads(ran.out)["accounts"]
    assert 590 < account["error"]["retry_after"] <= 600
    assert server.requests == []


def test_a_run_that_waits_for_a_pause_ends_when_it_is_told_to(
    run: Run, spawn: Spawn, server: ExchangeServer, mailbox: ExchangeMailbox
) -> None:
    words = ("account", "add", ADA, "--login", "CORP\\ada", "--no-send", "--password-stdin")
    assert run(*words, typed=PASSWORD).code == ExitCode.OK
    pause = Refusal("ErrorServerBusy", "Too much to do", back_off_ms=50_000)
    server.faults.append(Fault("SyncFolderItems", refusal=pause))
    with subprocess.Popen(spawn.words("sync", "run"), stderr=subprocess.DEVNULL) as process:
        until = time.monotonic() + 20
        while not server.asked["SyncFolderItems"]:
            assert time.monotonic() < until
            time.sleep(0.05)
        began = time.monotonic()
        process.terminate()
        assert process.wait(timeout=20) == ExitCode.TERMINATED
        assert time.monotonic() - began < 5
