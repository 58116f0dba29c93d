"""Secrets and marked mail are searched for in every trace that --debug writes."""

import base64
import json
import re
import sys
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from email.message import EmailMessage
from pathlib import Path

import pytest

from tests.commands.boxes import connected
from tests.commands.test_debug import LINE
from tests.commands.test_exchange_signin import introspected
from tests.commands.test_oauth import BROWSER, ISSUER
from tests.conftest import Ran, Run, Spawn
from tests.rig import Rig, Stored
from tests.rig.ews import ExchangeServer
from tests.rig.faults import login_answered, smtp
from tests.test_canary import spellings

SECRET = "C4n4ry+/= ü" + "x9Q"
PARTS = ("from", "person", "to", "cc", "subject", "text", "html", "file", "inside", "id", "field")
MARKS = {part: f"zq{part}7Marke" for part in PARTS}
Shown = list[str]


def marked() -> bytes:
    """Return a mail with a mark in every part."""
    mail = EmailMessage()
    mail["From"] = f'"{MARKS["person"]}" <{MARKS["from"]}@corp.example>'
    mail["To"] = f"{MARKS['to']}@corp.example"
    mail["Cc"] = f"{MARKS['cc']}@corp.example"
    mail["Subject"] = MARKS["subject"]
    mail["Message-ID"] = f"<{MARKS['id']}@corp.example>"
    mail["X-Mark"] = MARKS["field"]
    mail["Date"] = "Mon, 30 Nov 2026 10:00:00 +0000"
    mail.set_content(MARKS["text"])
    mail.add_alternative(f"<p>{MARKS['html']}</p>", subtype="html")
    inside = MARKS["inside"].encode()
    mail.add_attachment(inside, maintype="text", subtype="x-a", filename=MARKS["file"])
    return mail.as_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def trace(ran: Ran) -> str:
    """Return the lines of a trace, of text or JSON."""
    lines = [line for line in ran.err.splitlines() if LINE.match(line) or '"trace"' in line[:9]]
    assert lines, ran.err
    return "\n".join(lines)


def found(shown: Iterable[str], *secrets: str, username: str = "ada") -> set[bytes]:
    """Return the spellings of secrets that stand in what was shown."""
    hay = "\n".join(shown).encode()
    forms: set[bytes] = set()
    for secret in secrets:
        forms |= spellings(secret, username)
        forms |= {base64.b64encode(secret.encode() + end)[:10] for end in (b"", b"\r\n")}
    return {form for form in forms if form in hay}


def send(run: Run) -> Ran:
    """Send a mail with a mark in every part that a person writes."""
    to, cc = (f"{MARKS[part]}@corp.example" for part in ("to", "cc"))
    words = ("send", "--to", to, "--cc", cc, "--subject", MARKS["subject"], "--debug")
    return run(*words, "--body", MARKS["text"])


@pytest.mark.usefixtures("hosting")
def test_no_mark_of_a_mail_is_in_the_trace_of_its_way(
    run: Run, at_the_rig: Rig, tmp_path: Path
) -> None:
    box = connected(run, at_the_rig)
    mail = Stored(marked(), flags=("\\Seen", "zqkeyword7Marke"))
    at_the_rig.dovecot.append_many(box.address, box.password, "INBOX", [mail])
    shown = [trace(run("sync", "run", "--debug"))]
    at_the_rig.dovecot.append_many(box.address, box.password, "INBOX", [mail])
    shown.append(trace(run("sync", "run", "--debug", "-o", "json")))
    (stored, *_) = json.loads(run("message", "list", "-o", "json").out)
    assert MARKS["subject"] in stored["subject"]
    shown.append(trace(run("message", "flag", stored["id"], "--add", "flagged", "--debug")))
    shown.append(trace(run("sync", "verify", "--debug")))
    shown.append(trace(send(run)))
    reply = run("reply", stored["id"], "--body", MARKS["text"], "--to", box.address, "--debug")
    shown.append(trace(reply))
    assert "the message (" in "\n".join(shown)
    assert found(shown, *MARKS.values(), "zqkeyword7Marke", box.password) == set()


def add(run: Run, imap: int, submission: int | None, secret: str = SECRET) -> str:
    """Add an account at these servers, which ask for no encryption; return the trace."""
    name = f"local{imap}-{submission or 0}"
    out = f"127.0.0.1:{submission}" if submission else ""
    where = ("--incoming", f"127.0.0.1:{imap}", "--submission", out)
    plain = ("--incoming-security", "none", *(("--submission-security", "none") if out else ()))
    assert run("provider", "add", name, *where, *plain).code == 0
    words = ("account", "add", f"ada@{name}.example", "--provider", name, "--password-stdin")
    return trace(run(*words, "--debug", "--login", "ada", typed=secret))


@pytest.mark.usefixtures("at_the_rig")
@pytest.mark.parametrize("mechanism", ["PLAIN", "LOGIN"])
def test_servers_that_repeat_everything_put_none_of_it_into_the_trace(
    run: Run, mechanism: str
) -> None:
    said = f"{SECRET} ".encode() + base64.b64encode(f"\0ada\0{SECRET}".encode())
    ehlo = b"250-smtp.hosting.example\r\n250-AUTH " + mechanism.encode() + b"\r\n250 8BITMIME"
    refusal = {"AUTH": b"535 5.7.8 no " + said, "EHLO": ehlo}
    taken = {"AUTH": b"235 2.7.0 " + said, "NOOP": b"451 4.7.1 not " + said, "EHLO": ehlo}
    with (
        login_answered(b"NO [AUTHENTICATIONFAILED] " + said) as refusing_imap,
        login_answered(b"OK done " + said) as imap,
        smtp(refusal) as refusing,
        smtp(taken) as taking,
    ):
        ports = ((refusing_imap, None), (imap, refusing), (imap, taking))
        shown = [add(run, *pair) for pair in ports]
    assert "< AuthenticationRefused" in shown[0]
    assert "< 535 5.7.8" in shown[1]
    assert f"> AUTH {mechanism}" in shown[1]
    assert "< 451 4.7.1 not *" in shown[2]
    assert found(shown, SECRET) == set()


@pytest.mark.usefixtures("at_the_rig")
def test_the_arguments_of_a_login_are_not_in_the_trace(run: Run) -> None:
    with login_answered(b"BAD no ada Pl41n-C4n4ry") as port:  # then LOGIN is tried
        shown = add(run, port, None, "Pl41n-C4n4ry")
    assert re.search("> AUTHENTICATE PLAIN$.*> LOGIN$", shown, re.MULTILINE | re.DOTALL)
    assert found([shown], "Pl41n-C4n4ry") == set()


@pytest.fixture
def browser(at_the_rig: Rig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Rig:
    """A browser in which the person agrees at once."""
    file = tmp_path / "browser.py"
    file.write_text(BROWSER)
    command = f"{sys.executable} {file} {at_the_rig.ca_file} {at_the_rig.oauth.https_port} %s"
    monkeypatch.setenv("BROWSER", command)
    return at_the_rig


@pytest.mark.usefixtures("hosting")
def test_no_token_is_in_the_trace_of_a_sign_in_a_renewal_and_a_refusal(
    run: Run, browser: Rig
) -> None:
    browser.oauth.set(lifetime_s=60, rotates=True)
    ran = run(
        *("oauth", "app", "add", "corp", "--client-id", "mailctl-secret", "--scope", "mail"),
        *("--authorization-url", f"{ISSUER}/authorize", "--token-url", f"{ISSUER}/token"),
        *("--device-url", f"{ISSUER}/device/code", "--client-secret-stdin"),
        typed="shh-client-secret",
    )
    assert ran.code == 0, ran.err
    run("provider", "set", "hosting", "--oauth", "corp")
    box = browser.address("ada")
    add = ("account", "add", box.address, "--oauth", "--flow", "browser", "--debug")
    shown = [trace(run(*add)), trace(run("sync", "run", "--debug")), trace(send(run))]
    browser.oauth.revoke(box.address)
    shown.append(trace(run("sync", "run", "--debug")))
    assert "POST https://oauth.hosting.example/token a form" in shown[0]
    assert "AUTHENTICATE XOAUTH2" in shown[0]
    secrets = ["shh-client-secret", *browser.oauth.secrets()]
    assert len(secrets) > 3
    assert found(shown, *secrets, *MARKS.values(), username=box.address) == set()


@pytest.mark.usefixtures("hosting")
def test_no_code_is_in_the_trace_of_a_device_that_a_person_agrees_to(
    run: Run, spawn: Spawn, at_the_rig: Rig
) -> None:
    ran = run(
        *("oauth", "app", "add", "corp", "--client-id", "mailctl-public", "--scope", "mail"),
        *("--authorization-url", f"{ISSUER}/authorize", "--token-url", f"{ISSUER}/token"),
        *("--device-url", f"{ISSUER}/device/code"),
    )
    assert ran.code == 0, ran.err
    run("provider", "set", "hosting", "--oauth", "corp")
    box = at_the_rig.address("ada")
    before = set(at_the_rig.oauth.pending())
    add = ("account", "add", box.address, "--oauth", "--flow", "device", "--debug")
    with ThreadPoolExecutor() as threads:
        adding = threads.submit(spawn, *add)
        deadline = time.monotonic() + 20
        while not (given := set(at_the_rig.oauth.pending()) - before):
            assert time.monotonic() < deadline
            time.sleep(0.05)
        (code,) = given
        at_the_rig.oauth.approve(code, box.address)
        ran = adding.result()
    assert ran.code == 0, ran.err
    shown = trace(ran)
    assert "POST https://oauth.hosting.example/device/code a form" in shown
    assert found([shown], code, *at_the_rig.oauth.secrets(), username=box.address) == set()


@pytest.fixture
def server(at_the_rig: Rig) -> Iterator[ExchangeServer]:
    with ExchangeServer(at_the_rig.authority) as server:
        server.people.owner_of = lambda token: introspected(at_the_rig, token)
        yield server


@pytest.mark.parametrize("offer", ["NTLM", "Negotiate", "Basic"])
def test_no_secret_and_no_mark_is_in_the_trace_of_an_exchange_mailbox(
    run: Run, server: ExchangeServer, offer: str
) -> None:
    server.people.offers = (offer,)
    box = server.add("ada@corp.example", username="CORP\\ada", password="c0rrect-horse")
    box.put(marked())
    provider = ("provider", "add", "exch", "--kind", "ews", "--ews-url", server.url)
    assert run(*provider, "--domain", "corp.example").code == 0
    add = ("account", "add", "ada@corp.example", "--login", "CORP\\ada", "--password-stdin")
    ran = run(*add, "--debug", typed="c0rrect-horse")
    assert ran.code == 0, ran.err
    shown = [trace(ran), trace(run("sync", "run", "--debug")), trace(send(run))]
    assert f"signed by {offer}" in shown[0]
    assert "SyncFolderItems" in shown[1]
    secrets = ("c0rrect-horse", *MARKS.values())
    assert found(shown, *secrets, username="CORP\\ada") == set()
    assert not re.search(r"TlRMTVNTUA", "\n".join(shown))  # how each message of NTLM begins


def test_no_token_of_an_app_is_in_the_trace_of_an_exchange_mailbox(
    run: Run, server: ExchangeServer, at_the_rig: Rig
) -> None:
    server.people.offers = ("Bearer",)
    upn = "a.lovelace@corp.example"
    box = server.add("ada@corp.example", username="CORP\\ada", password="x", upn=upn)
    box.put(marked())
    run("provider", "add", "exch", "--kind", "ews", "--ews-url", server.url)
    run(
        *("oauth", "app", "add", "corp", "--client-id", "mailctl-daemon", "--scope", "ews"),
        *("--token-url", f"{ISSUER}/token", "--grant", "client-credentials"),
        "--client-secret-stdin",
        typed="shh-daemon-secret",
    )
    run("provider", "set", "exch", "--oauth", "corp", "--login", "address")
    at_the_rig.oauth.act_for("mailctl-daemon", upn)
    add = ("account", "add", "ada@corp.example", "--oauth", "--no-send", "--no-input", "--debug")
    ran = run(*add, "--provider", "exch")
    assert ran.code == 0, ran.err
    shown = [trace(ran), trace(run("sync", "run", "--debug"))]
    assert "signed by Bearer" in shown[0]
    secrets = ["shh-daemon-secret", *at_the_rig.oauth.secrets()]
    assert found(shown, *secrets, *MARKS.values()) == set()
