"""Line ends and control characters wherever a mail is worded: refused, or no line of their own."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from mailctl.errors import ExitCode
from tests.conftest import Ran, Run
from tests.mail.test_compose import LINE_ENDS
from tests.rig.submission import Submission

ADA, BEN = "ada@local.example", "ben@x.example"
EVIL = "Bcc: evil@x.example"
ALLOWED = {
    *("from", "to", "cc", "reply-to", "subject", "date", "message-id", "x-own"),
    *("mime-version", "content-type", "content-transfer-encoding"),
}


@pytest.fixture
def server(run: Run, monkeypatch: pytest.MonkeyPatch) -> Iterator[Submission]:
    """A server that takes everything, and an account that sends by it."""
    monkeypatch.setenv("PW", "secret")
    monkeypatch.setenv("MAILCTL_DNS", "127.0.0.1:9")
    taking = Submission()
    with taking.serving() as port:
        words = ("--submission", f"127.0.0.1:{port}", "--submission-security", "none")
        assert run("provider", "add", "local", *words).code == ExitCode.OK
        settings = ("--provider", "local", "--no-receive", "--secret", "env:PW", "--no-verify")
        assert run("account", "add", ADA, *settings).code == ExitCode.OK
        yield taking


def look(server: Submission, ran: Ran, *, said: object) -> None:
    """Demand that a mail was refused, or is what was meant and nothing more."""
    assert ran.code in {ExitCode.OK, ExitCode.USAGE}, (said, ran.code, ran.err)
    if ran.code == ExitCode.USAGE:
        error = json.loads(ran.err)["error"]
        assert error["message"], said
        assert error["hint"], said
        assert ran.err.removesuffix("\n").isprintable(), said
        assert server.mails == [], said
        return
    (taken,) = server.mails
    server.mails.clear()
    assert taken.recipients == (BEN,), said
    assert taken.sender == ADA, said
    rcpt = [line for line in server.heard if line.upper().startswith(b"RCPT")]
    assert {re.sub(rb"\s.*", b"", line[8:]) for line in rcpt} == {b"<ben@x.example>"}, said
    header = re.sub(rb"\r\n[ \t]", b" ", taken.octets.partition(b"\r\n\r\n")[0])
    fields = [line.partition(b":")[0].decode("ascii").lower() for line in header.split(b"\r\n")]
    assert set(fields) <= ALLOWED, said
    assert len(fields) == len(set(fields)), said
    assert not re.search(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", header), said


@pytest.mark.parametrize("place", range(9))
def test_an_option_is_one_value(run: Run, server: Submission, place: int) -> None:
    for character in LINE_ENDS:
        evil = f"x{character}{EVIL}"
        words = [
            ["--to", f'"{evil}" <{BEN}>'],
            ["--to", f"{BEN}{character}{EVIL}"],
            ["--to", BEN, "--cc", f"{BEN}{character},evil@x.example"],
            ["--to", BEN, "--bcc", f"{BEN}{character}>\r\nRCPT TO:<evil@x.example"],
            ["--to", BEN, "--reply-to", f"{evil} <{BEN}>"],
            ["--to", BEN, "--subject", evil],
            ["--to", BEN, "--from", f"{evil} <{ADA}>"],
            ["--to", BEN, "--header", f"X-Own={evil}"],
            ["--to", BEN, "--header", f"X-Own{character}{EVIL}=x"],
        ][place]
        ran = run("send", *words, "--body", "x", "-o", "json", "--no-input")
        look(server, ran, said=words)


@pytest.mark.parametrize("setting", ["display-name", "signature-text", "signature-html"])
def test_a_setting_is_one_value(run: Run, server: Submission, setting: str) -> None:
    for character in LINE_ENDS:
        ran = run("account", "set", ADA, f"{setting}=x{character}{EVIL}", "-o", "json")
        assert ran.code in {ExitCode.OK, ExitCode.USAGE}, (character, ran.err)
        ran = run("send", "--to", BEN, "--body", "x", "-o", "json")
        look(server, ran, said=(setting, character))


def test_a_file_name_is_one_value(run: Run, server: Submission, tmp_path: Path) -> None:
    for character in LINE_ENDS:
        name = str(tmp_path / f"x{character}{EVIL}")
        if character not in "\0\ud800":
            Path(name).write_bytes(b"x")
        ran = run("send", "--to", BEN, "--body", "x", "--attach", name, "-o", "json")
        look(server, ran, said=ascii(character))


@pytest.mark.parametrize(
    "field", ["To", "Cc", "Bcc", "Reply-To", "From", "Subject", "Attach", "X-Own"]
)
def test_a_row_from_standard_input_is_one_value(
    run: Run, server: Submission, tmp_path: Path, field: str
) -> None:
    (tmp_path / "template").write_text(f"{field}: {{{{ value }}}}\n\n{{{{ value }}}}\n")
    usual = () if field == "To" else ("--to", BEN)
    for character in LINE_ENDS:
        rows = json.dumps([{"value": f"{BEN}{character}{EVIL}"}])
        ran = run(
            *("send", "--template", str(tmp_path / "template"), "--data", "-", *usual),
            *("-o", "json", "--no-input"),
            typed=rows,
        )
        look(server, ran, said=(field, character))


def test_a_finished_mail_has_the_header_that_it_seems_to_have(run: Run, server: Submission) -> None:
    for character in LINE_ENDS[:-1]:  # the last one is no text that a file can hold
        mail = f"From: {ADA}\nTo: {BEN}\nSubject: x{character}{EVIL}\n\nx\n"
        ran = run("send", "--eml", "-", "--to", BEN, "-o", "json", typed=mail)
        look(server, ran, said=ascii(character))


def test_a_body_hides_no_second_mail(run: Run, server: Submission) -> None:
    smuggled = f"MAIL FROM:<{ADA}>{{0}}RCPT TO:<evil@x.example>{{0}}DATA{{0}}"
    for end in ("\n.\n", "\r.\r", "\r\n.\n", "\n.\r\n", "\r\n.\r\n", "\n.\r", "\r.\r\n"):
        body = f"a{end}{smuggled.format(end[-1])}b"
        look(server, run("send", "--to", BEN, "--body", body, "-o", "json"), said=end)
        mail = f"From: {ADA}\nTo: {BEN}\n\n{body}"
        look(server, run("send", "--eml", "-", "-o", "json", typed=mail), said=end)
