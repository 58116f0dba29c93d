"""enrich test: what is found in one mail, and why."""

import json
from pathlib import Path

from mailctl.errors import ExitCode
from tests.commands.mail_store import deliver
from tests.conftest import Run

SOURCE = """\
From: Anna Smith <anna.smith@northgate.example>
Subject: drawings

Hi Bob

Best regards,
Anna Smith
Head of Sales
Tel. 030 1234567

On Mon, 2 Mar 2026 at 10:15, Bob Brown <bob@x.example> wrote:
> Bob Brown, +1 646 555 0178
""".replace("\n", "\r\n").encode()


def test_a_mail_in_a_file_is_told_fact_by_fact(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "letter.eml"
    file.write_bytes(SOURCE)
    ran = run("enrich", "test", "--file", str(file), "--region", "de", "-o", "json")
    assert ran.code == ExitCode.OK, ran.err
    told = json.loads(ran.out)
    assert told["message"] is None
    assert told["sender"] == {"name": "Anna Smith", "address": "anna.smith@northgate.example"}
    assert told["signature"] == ["Anna Smith", "Head of Sales", "Tel. 030 1234567"]
    name, title, phone = told["facts"]
    assert (name["field"], name["value"]) == ("name", "Anna Smith")
    assert (title["field"], title["value"]) == ("job_title", "Head of Sales")
    assert phone == {
        "field": "phone",
        "type": "work",
        "ext": "",
        "value": "+49301234567",
        "written": "030 1234567",
        "line": "Tel. 030 1234567",
        "line_number": 6,
        "confidence": 0.92,
        "evidence": [
            "below the closing words",
            "From names the same person",
            "labelled as a number",
        ],
    }


def test_a_stored_message_is_told_as_a_table(run: Run, home: Path) -> None:
    message = deliver(home, 1, SOURCE)
    ran = run("enrich", "test", "--message", message, "--region", "DE")
    assert ran.code == ExitCode.OK, ran.err
    header, *rows = ran.out.splitlines()
    assert header.split()[:2] == ["FIELD", "TYPE"]
    assert [row.split()[0] for row in rows] == ["name", "job_title", "phone"]


def test_standard_input_is_read(run: Run) -> None:
    ran = run("enrich", "test", "--file", "-", "--fields", "reason", "-o", "json", typed=SOURCE)
    assert json.loads(ran.out) == {"reason": "below the closing words"}


def test_why_nothing_was_found_is_said(run: Run) -> None:
    source = SOURCE.replace(b"From: Anna Smith", b"From: Mark Dalton").replace(b"anna.", b"mark.")
    ran = run("enrich", "test", "--file", "-", "-o", "json", typed=source)
    assert ran.code == ExitCode.OK
    assert json.loads(ran.out)["facts"] == []
    assert "the signature is of Anna Smith, not of the sender" in ran.err


def test_one_mail_has_to_be_named(run: Run) -> None:
    for words in ((), ("--file", "-", "--message", "msg_0123456789ab")):
        ran = run("enrich", "test", *words)
        assert ran.code == ExitCode.USAGE
        assert "say which mail" in ran.err


def test_a_country_has_to_be_one(run: Run) -> None:
    ran = run("enrich", "test", "--file", "-", "--region", "XX", typed=SOURCE)
    assert ran.code == ExitCode.USAGE
    assert "--region DE" in ran.err


def test_an_unknown_message_is_not_found(run: Run, home: Path) -> None:
    deliver(home, 1, SOURCE)
    assert run("enrich", "test", "--message", "msg_000000000000").code == ExitCode.NOT_FOUND
