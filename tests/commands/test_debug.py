"""What `--debug` tells of conversations with servers."""

import json
import re
from pathlib import Path

import pytest

from tests.conftest import Run
from tests.rig import Rig
from tests.rig.ews import ExchangeServer
from tests.rig.web_conf import Page

GUIDE = Path(__file__).parents[2] / "docs" / "guides" / "troubleshooting.md"
LINE = re.compile(r"\+\d+\.\d{3} (\w+) (\S+) #(\d+) ([><-]) (.*?)(?: \(\d+ ms\))?")


def told(err: str, protocol: str) -> list[str]:
    """Return what a trace tells of a protocol, without times and numbers of connections."""
    lines = filter(None, map(LINE.fullmatch, err.splitlines()))
    return [f"{found[4]} {found[5]}" for found in lines if found[1] == protocol]


@pytest.fixture
def connected(run: Run, at_the_rig: Rig, hosting: str) -> str:
    """The address of an account that is connected."""
    assert hosting
    ada = at_the_rig.address("ada")
    ran = run("account", "add", ada.address, "--password-stdin", typed=ada.password)
    assert ran.code == 0, ran.err
    return ada.address


@pytest.mark.usefixtures("hosting")
def test_a_sign_in_is_told_by_its_mechanism_alone(run: Run, at_the_rig: Rig) -> None:
    ada = at_the_rig.address("ada")
    ran = run("account", "add", ada.address, "--password-stdin", "--debug", typed=ada.password)
    assert ran.code == 0, ran.err
    imap, smtp = told(ran.err, "imap"), told(ran.err, "smtp")
    signed_in = imap[imap.index("> AUTHENTICATE PLAIN") + 1]
    assert re.fullmatch(r"< signed in acc_\w+ …@corp\.example", signed_in)
    assert smtp[smtp.index("> AUTH PLAIN") + 1] == "< 235 2.7.0"
    assert ada.password not in ran.err
    assert any(line.startswith("< can AUTH PLAIN, LOGIN, ") for line in smtp)
    assert any(re.fullmatch(r"< can SIZE \d+", line) for line in smtp)


@pytest.mark.usefixtures("hosting")
def test_a_refused_sign_in_is_told_without_the_servers_words(run: Run, at_the_rig: Rig) -> None:
    ada = at_the_rig.address("ada")
    ran = run("account", "add", ada.address, "--password-stdin", "--debug", typed="wrong-one")
    assert ran.code == 4
    imap = told(ran.err, "imap")
    assert imap[imap.index("> AUTHENTICATE PLAIN") + 1] == "< AuthenticationRefused"


def test_a_sync_tells_each_command_and_answer_of_its_folders(run: Run, connected: str) -> None:
    ran = run("sync", "run", connected, "--debug")
    assert ran.code == 0, ran.err
    said = told(ran.err, "imap")
    assert any(re.fullmatch(r'> M\d+ EXAMINE "INBOX".*', line) for line in said)
    assert any(re.fullmatch(r"< M\d+ OK .*", line) for line in said)


def test_a_mail_is_told_by_domains_and_its_size(run: Run, connected: str, at_the_rig: Rig) -> None:
    ben = at_the_rig.address("ben").address
    ran = run("send", "--to", ben, "--subject", "Xyzzy", "--body", "Plugh", "--debug")
    assert ran.code == 0, ran.err
    smtp = told(ran.err, "smtp")
    assert "> RCPT TO …@corp.example" in smtp
    assert any(re.fullmatch(r"> the message \(\d+ bytes\)", line) for line in smtp)
    assert not re.search("Xyzzy|Plugh|ben@", "\n".join(smtp + told(ran.err, "imap")))


def test_a_program_gets_each_event_as_an_object(run: Run, connected: str) -> None:
    ran = run("account", "test", connected, "--debug", "-o", "json")
    events = [json.loads(line)["trace"] for line in ran.err.splitlines()]
    assert {"imap", "smtp"} <= {event["protocol"] for event in events}
    assert set(events[0]) == {
        *("at_ms", "protocol", "server", "connection", "direction", "said", "ms")
    }
    json.loads(ran.out)


def test_nothing_is_told_where_nobody_debugs(run: Run, connected: str) -> None:
    assert run("account", "test", connected).err == ""


def test_the_environment_can_ask_for_it(
    run: Run, connected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAILCTL_DEBUG", "1")
    assert told(run("account", "test", connected).err, "imap")


def test_a_failing_handshake_is_told_in_the_words_of_openssl(
    run: Run, connected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", "/dev/null")
    ran = run("account", "test", connected, "--debug")
    assert ran.code == 12
    assert "- no TLS: SSLCertVerificationError unable to get local issuer certificate" in told(
        ran.err, "imap"
    )


def test_questions_to_name_servers_are_told_with_their_answers(run: Run, at_the_rig: Rig) -> None:
    ran = run("provider", "detect", at_the_rig.address("ada").address, "--debug")
    dns = told(ran.err, "dns")
    assert "> MX corp.example" in dns
    assert any(
        re.fullmatch(r"< MX corp\.example \d+ \S+\.hosting\.example\..*", line) for line in dns
    )


def test_documents_on_the_web_are_told_by_address_and_size(
    run: Run, at_the_rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_the_rig.dns.add_zones({"told.example": ""})
    host = "autoconfig.told.example"
    at_the_rig.web.add_sites({host: {"/mail/config-v1.1.xml": Page(b"<clientConfig/>")}})
    detour = at_the_rig.web_detours([host])
    monkeypatch.setenv("MAILCTL_CONNECT_TO", detour)
    ran = run("provider", "detect", "ada@told.example", "--debug")
    https = told(ran.err, "https")
    assert f"> GET https://{host}/mail/config-v1.1.xml" in https
    assert "< 200" in https
    assert "< a document (15 bytes)" in https
    assert "ada" not in "\n".join(https)


@pytest.mark.parametrize("offer", ["NTLM", "Basic"])
def test_requests_to_exchange_are_told_by_operation(run: Run, at_the_rig: Rig, offer: str) -> None:
    with ExchangeServer(at_the_rig.authority) as server:
        server.people.offers = (offer,)
        server.add("ada@corp.example", username="CORP\\ada", password="c0rrect-horse")
        add_exchange(run, server)
        words = ("account", "add", "ada@corp.example", "--login", "CORP\\ada", "--password-stdin")
        ran = run(*words, "--no-send", "--debug", typed="c0rrect-horse")
    assert ran.code == 0, ran.err
    asked = rf"> POST \S+/EWS/Exchange\.asmx GetFolder signed by {offer} \(\d+ bytes\)"
    ews = told(ran.err, "ews")
    assert any(re.fullmatch(asked, line) for line in ews)
    assert any(re.fullmatch(r"< 200 \(\d+ bytes\)", line) for line in ews)


def add_exchange(run: Run, server: ExchangeServer) -> None:
    provider = ("provider", "add", "exch", "--kind", "ews", "--ews-url", server.url)
    ran = run(*provider, "--domain", "corp.example")
    assert ran.code == 0, ran.err


def test_where_an_error_came_from_is_an_object_for_a_program(run: Run, connected: str) -> None:
    ran = run("account", "show", "nobody@corp.example", "--debug", "-o", "json")
    traceback, error = (json.loads(line) for line in ran.err.splitlines())
    assert traceback["traceback"][0] == "Traceback (most recent call last):"
    assert error["error"]["exit_code"] == ran.code


def test_doctor_tells_of_every_server_that_it_looks_at(run: Run, connected: str) -> None:
    ran = run("doctor", connected, "--debug")
    assert "> AUTHENTICATE PLAIN" in told(ran.err, "imap")
    assert "> AUTH PLAIN" in told(ran.err, "smtp")
    assert told(ran.err, "dns")


def test_accounts_side_by_side_are_told_in_whole_lines(run: Run, at_the_rig: Rig) -> None:
    run("provider", "add", "hosting", "--incoming", "mail.hosting.example", "--submission", "")
    for name in ("ada", "ben", "cy", "dan"):
        box = at_the_rig.address(name)
        words = ("account", "add", box.address, "--provider", "hosting", "--password-stdin")
        assert run(*words, typed=box.password).code == 0
    ran = run("sync", "run", "--jobs", "4", "--debug", "-o", "json")
    events = [json.loads(line)["trace"] for line in ran.err.splitlines() if '"trace"' in line]
    signed_in = [event for event in events if event["said"].startswith("signed in acc_")]
    assert len({event["said"].split()[2] for event in signed_in}) == 4
    assert len({event["connection"] for event in signed_in}) == 4
    assert [event["at_ms"] for event in events] == sorted(event["at_ms"] for event in events)


def test_the_guide_shows_what_a_trace_tells(run: Run, connected: str) -> None:
    page = GUIDE.read_text("utf-8")
    (shown,) = re.findall(r"^```trace\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    told_now = [masked(line) for line in run("sync", "run", connected, "--debug").err.splitlines()]
    assert [line for line in map(masked, shown.splitlines()) if line not in told_now] == []


def masked(line: str) -> str:
    """Return a line without what differs from run to run."""
    return re.sub(r"acc_\w+|\d+", "N", line)
