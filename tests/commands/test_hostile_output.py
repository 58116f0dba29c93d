"""Whatever stands in mail, nothing that is written commands a terminal or breaks a format."""

import csv
import io
import json
import re
from collections.abc import Sequence
from pathlib import Path

import pytest
import yaml

from mailctl.core.messages.indexing import index_pending
from mailctl.domain.statistics import By
from mailctl.errors import ExitCode
from tests.commands.terminals import on_a_terminal
from tests.conftest import Run, Spawn
from tests.core.messages.test_indexing import services_of
from tests.output.test_terminal import harmful
from tests.store.samples import NOW, deliver, folder

ATTACKS = [
    *("\x1b[2J", "\x1b]0;title\x07", "\x1b]8;;http://evil.example/\x1b\\link\x1b]8;;\x1b\\"),
    *("\x1b[31mred", "\x1bP1;1|x\x1b\\", "\x1b[6n", "\x1b[200~rm -rf\x1b[201~", "\x1bc"),
    *("\x9b31m", "\x9d0;title\x9c", "\x90x\x9c", "\x85next line"),
    *("\x07", "\x08\x08\x08", "\x7f\x7f", "\x00nul", "\x0b\x0c", "\x0e\x0f"),
    *("\u202egnp.exe", "\u2066isolate\u2069", "\u200fmark", "\u2028line\u2029"),
    *("carriage\rreturn", "two\nlines: x"),
]
FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1", '=HYPERLINK("x","y")']
SGR = re.compile("\x1b\\[[0-9;]*m")


def encoded(text: str) -> str:
    """Return the text as an encoded word, which may hold anything (RFC 2047)."""
    return "=?utf-8?q?" + "".join(f"={octet:02X}" for octet in text.encode()) + "?="


def attacking(number: int, text: str) -> bytes:
    """Return a mail with this text in every field and name, encoded and as it is."""
    raw = re.sub("[\r\n]", " ", text)
    return (
        f"From: {encoded(text)} <{number}@example.net>\r\n"
        f'To: "{raw}" <a@example.org>, {encoded(text)} <b@example.org>\r\n'
        f"Cc: {encoded(text)} <c{raw.strip()}@example.org>\r\n"
        f"Reply-To: {encoded(text)} <d@example.org>\r\n"
        f"Subject: {encoded(text)} {raw}\r\n"
        f"Date: Fri, 2 Jan 2026 03:04:05 +0000 ({raw})\r\n"
        f"Message-ID: <{number}{raw.strip()}@example.net>\r\n"
        f"References: <{raw.strip()}@example.net>\r\n"
        f"X-Odd: {encoded(text)} {raw}\r\n"
        f"List-Id: {raw} <{raw}>\r\n"
        "Content-Type: multipart/mixed; boundary=b\r\n\r\n"
        f"--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{text} http://x.example/{raw}\r\n"
        f"--b\r\nContent-Type: application/{raw}\r\n"
        f'Content-Disposition: attachment; filename="{encoded(text)}{raw}"\r\n'
        f"Content-ID: <{raw}>\r\n\r\nx\r\n"
        "--b\r\nContent-Type: text/calendar; method=REQUEST; charset=utf-8\r\n\r\n"
        f"BEGIN:VCALENDAR\r\nMETHOD:{raw}\r\nBEGIN:VEVENT\r\nUID:{raw}\r\nSUMMARY:{raw}\r\n"
        f"LOCATION:{raw}\r\nDTSTART;TZID={raw}:20260102T030405\r\n"
        f"ORGANIZER;CN={raw}:mailto:a@x.example\r\n"
        f"ATTENDEE;CN={raw}:mailto:b@x.example\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\n"
        f"Reporting-MTA: dns; x\r\n\r\nFinal-Recipient: rfc822; a{raw}@x.example\r\n"
        f"Action: failed\r\nStatus: 5.1.1 {raw}\r\nDiagnostic-Code: smtp; {raw}\r\n"
        "--b--\r\n"
    ).encode()


@pytest.fixture
def messages(home: Path) -> Sequence[str]:
    """The attacks, stored in a folder whose name is one, and indexed."""
    services = services_of(home / "mailctl.db")
    with services.store.writing() as tx:
        into = folder(tx, path="\x1b[2J\u202e")
        stored = [
            deliver(tx, into, number, attacking(number, text), date=NOW)
            for number, text in enumerate([*ATTACKS, *FORMULAS], start=1)
        ]
    index_pending(services)
    services.store.close()
    return stored


def commands(messages: Sequence[str]) -> list[tuple[str, ...]]:
    """Return what is typed to see all of it."""
    return [
        ("message", "list"),
        ("message", "search", "x"),
        ("message", "thread", messages[0]),
        *(("message", "stats", "--by", by) for by in By),
        *(("message", "show", each) for each in messages),
        *(("message", "show", "--headers", each) for each in messages),
    ]


def test_no_text_for_people_commands_a_terminal(run: Run, messages: Sequence[str]) -> None:
    for words in commands(messages):
        ran = run(*words)
        assert (ran.code, ran.err) == (ExitCode.OK, "")
        assert harmful(ran.out) <= {"\n", "\t"}, words


def test_a_terminal_is_not_commanded_either(spawn: Spawn, messages: Sequence[str]) -> None:
    shown = on_a_terminal(spawn, "message", "list", NO_COLOR="1")
    assert harmful(shown) <= {"\n", "\t"}
    colored = [on_a_terminal(spawn, "message", "show", each) for each in messages[::6]]
    assert harmful(SGR.sub("", "".join(colored))) <= {"\n", "\t"}


def test_an_error_commands_no_terminal(run: Run) -> None:
    for attack in ATTACKS:
        assert harmful(run("message", "show", attack).err) <= {"\n", "\t"}


def test_every_line_of_json_can_be_read_and_is_harmless(run: Run, messages: Sequence[str]) -> None:
    for words in commands(messages):
        out = run(*words, "-o", "ndjson").out
        assert harmful(out) <= {"\n"}
        for line in out.splitlines():
            json.dumps(json.loads(line), ensure_ascii=False).encode()
        whole = json.loads(run(*words, "-o", "json").out)
        assert whole == [json.loads(line) for line in out.splitlines()] or whole == json.loads(out)


def test_json_has_the_very_text(run: Run, messages: Sequence[str]) -> None:
    listed = json.loads(run("message", "list", "-o", "json").out)
    names = {message["id"]: message["from"]["name"] for message in listed}
    for message, attack in zip(messages, ATTACKS, strict=False):
        if "\0" not in attack:  # which is what UTF-16 looks like
            assert names[message] == re.sub("[\r\n]+", " ", attack).strip()


def test_yaml_says_the_same_as_json(run: Run, messages: Sequence[str]) -> None:
    for words in [("message", "list"), ("message", "show", messages[0])]:
        written = run(*words, "-o", "yaml").out
        assert harmful(written) <= {"\n", "\t"}
        assert yaml.safe_load(written) == json.loads(run(*words, "-o", "json").out)


def test_no_cell_of_a_spreadsheet_is_a_formula(run: Run, messages: Sequence[str]) -> None:
    for words in commands(messages):
        for record in csv.reader(io.StringIO(run(*words, "-o", "csv").out)):
            assert not [cell for cell in record if cell.startswith(tuple("=+-@\t\r＝＋－＠"))]


@pytest.mark.usefixtures("messages")
def test_fields_survive_a_round_trip_through_csv(run: Run) -> None:
    fields = ("--fields", "id,subject,from")
    records = list(csv.reader(io.StringIO(run("message", "list", "-o", "csv", *fields).out)))
    listed = json.loads(run("message", "list", "-o", "json", *fields).out)
    assert [record[0] for record in records[1:]] == [message["id"] for message in listed]
    assert [json.loads(record[2]) for record in records[1:]] == [m["from"] for m in listed]
