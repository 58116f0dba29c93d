"""`reply` and `forward`: in the conversation, from the address that got the mail."""

import json
from pathlib import Path
from typing import Any

import pytest

from mailctl.errors import ExitCode
from tests.commands.outgoing import Post, parts, post, read_by_another
from tests.conftest import Run
from tests.rig import Rig

FILE = b"%PDF-1.7 " + bytes(range(256))


@pytest.fixture
def office(run: Run, at_the_rig: Rig, hosting: str) -> Post:
    return post(run, at_the_rig)


@pytest.fixture
def asked(office: Post, tmp_path: Path) -> str:
    """A mail from Ada to Ben, and to a stranger, with a file: its id at Ben's."""
    (tmp_path / "plan.pdf").write_bytes(FILE)
    office.send(
        *("--to", office.ben.address, "--cc", office.stranger.address, "--subject", "Füße?"),
        *("--body", "How many?\n> quoted\n-- \nAda", "--attach", str(tmp_path / "plan.pdf")),
    )
    office.arrived(office.ben)
    assert office.run("sync", "run").code == ExitCode.OK
    found = office.told("message", "list", "--account", office.ben.address)
    return next(str(each["id"]) for each in found if each["subject"] == "Füße?")


def answered(office: Post, *words: str) -> dict[str, Any]:
    ran = office.tried(*words, "--from", office.ben.address)
    assert ran.code == ExitCode.OK, ran.err
    document: dict[str, Any] = json.loads(ran.out)
    return document


def test_an_answer_joins_the_conversation_and_quotes(
    office: Post, asked: str, tmp_path: Path
) -> None:
    sent = answered(office, "reply", asked, "--body", "Two.")
    assert [each["address"] for each in sent["recipients"]] == [office.ada.address]
    assert sent["subject"] == "Re: Füße?"
    (message,) = read_by_another(office.arrived(office.ada), tmp_path)
    text = parts(message)[0]["content"]
    said, quoted = text.split("\n\n", 1)
    assert said == "Two."
    assert quoted.splitlines()[0].endswith("UTC, Ädä Lovelace wrote:")
    assert quoted.splitlines()[1:] == ["> How many?", ">> quoted"]
    assert office.run("sync", "run").code == ExitCode.OK
    about = [each for each in office.told("message", "list") if "Füße?" in each["subject"]]
    assert len(about) == 2
    assert len({each["thread_id"] for each in about}) == 1


def test_what_is_answered_or_passed_on_is_marked(office: Post, asked: str) -> None:
    answered(office, "reply", asked, "--body", "Two.")
    answered(office, "forward", asked, "--to", office.stranger.address, "--body", "x")
    with office.rig.dovecot.login(office.ben.address, office.ben.password) as imap:
        imap.select("INBOX", readonly=True)
        said = imap.uid("FETCH", "1:*", "(FLAGS)")[1][0]
    assert b"\\Answered" in said
    assert b"$Forwarded" in said
    copies = office.told("message", "show", asked)["copies"]
    assert {"$Forwarded", "\\Answered"} <= {flag for copy in copies for flag in copy["flags"]}


def test_a_mark_may_be_left_out(office: Post, asked: str) -> None:
    answered(office, "reply", asked, "--body", "Two.", "--no-mark")
    with office.rig.dovecot.login(office.ben.address, office.ben.password) as imap:
        imap.select("INBOX", readonly=True)
        assert b"Answered" not in imap.uid("FETCH", "1:*", "(FLAGS)")[1][0]


def test_an_answer_to_all_goes_to_all_but_oneself(office: Post, asked: str) -> None:
    sent = answered(office, "reply", asked, "--all", "--body", "Two.")
    assert [(each["address"], each["kind"]) for each in sent["recipients"]] == [
        (office.ada.address, "to"),
        (office.stranger.address, "cc"),
    ]


def test_who_got_the_mail_answers_it(office: Post, asked: str) -> None:
    office.run("account", "set", office.ada.address, "send=false")
    ran = office.run("reply", asked, "--body", "Two.", "-o", "json")
    assert ran.code == ExitCode.OK, ran.err
    assert f'"from": "{office.ben.address}"' in ran.out


def test_an_alias_that_got_the_mail_answers_it(office: Post, at_the_rig: Rig) -> None:
    office.run("account", "set", office.ben.address, "aliases+=info@corp.example")
    at_the_rig.dovecot.deliver(
        office.ben.address,
        b"From: x@corp.example\r\nTo: info@corp.example\r\nSubject: hi\r\n\r\nhi\r\n",
    )
    office.run("sync", "run")
    (message,) = office.told("message", "list")
    ran = office.run("reply", message["id"], "--body", "x", "--dry-run", "-o", "json")
    assert "info@corp.example" in ran.out


def test_a_mail_is_passed_on_with_its_files(office: Post, asked: str, tmp_path: Path) -> None:
    sent = answered(office, "forward", asked, "--to", office.stranger.address, "--body", "See:")
    assert sent["subject"] == "Fwd: Füße?"
    message = read_by_another(office.arrived(office.stranger, count=2), tmp_path)[1]
    text, file = parts(message)
    assert text["content"].startswith("See:\n\n---------- Forwarded message ----------\nFrom: ")
    assert "How many?" in text["content"]
    assert (file["filename"], file["content-type"]) == ("plan.pdf", "application/pdf")


def test_a_mail_is_passed_on_without_its_files(office: Post, asked: str) -> None:
    answered(
        office, "forward", asked, "--to", office.stranger.address, "--body", "x", "--no-attachments"
    )
    assert b"plan.pdf" not in office.arrived(office.stranger, count=2)[1]


def test_a_mail_is_passed_on_as_a_file_byte_for_byte(office: Post, asked: str) -> None:
    raw = office.run("message", "raw", asked).out
    answered(
        office, "forward", asked, "--to", office.stranger.address, "--body", "x", "--as-attachment"
    )
    source = office.arrived(office.stranger, count=2)[1].decode()
    assert "Content-Type: message/rfc822" in source
    assert raw.replace("\r\n", "\n").strip() in source.replace("\r\n", "\n")


def test_a_message_that_is_none_cannot_be_answered(office: Post) -> None:
    assert office.run("reply", "msg_none", "--body", "x").code == ExitCode.NOT_FOUND
