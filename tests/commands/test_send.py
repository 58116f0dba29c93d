"""`send` through Postfix into Dovecot: what arrives is what was meant, once."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from mailctl.errors import ExitCode
from tests.commands.outgoing import (
    Post,
    octets_read_by_another,
    parts,
    post,
    read_by_another,
)
from tests.conftest import Run, Spawn
from tests.rig import Rig

PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(range(256))
WORDS = "Schöne Grüße, привет, 你好, مرحبا, שלום, 😀"


@pytest.fixture
def office(run: Run, at_the_rig: Rig, hosting: str) -> Post:
    return post(run, at_the_rig)


def read(office: Post, tmp_path: Path) -> dict[str, Any]:
    """Return the one mail that Ben got, as another program reads it."""
    (message,) = read_by_another(office.arrived(office.ben), tmp_path)
    return message


def test_a_mail_arrives_as_it_was_meant(office: Post, tmp_path: Path) -> None:
    (tmp_path / "Отчёт за октябрь — “Q4”.pdf").write_bytes(PICTURE)
    office.send(
        *("--to", f'"Bén, jr." <{office.ben.address}>', "--subject", WORDS, "--body", WORDS),
        *("--attach", str(tmp_path / "Отчёт за октябрь — “Q4”.pdf"), "--header", f"X-Note={WORDS}"),
    )
    message = read(office, tmp_path)
    assert message["headers"]["Subject"] == WORDS
    assert message["headers"]["From"] == f"Ädä Lovelace <{office.ada.address}>"
    assert message["headers"]["To"] == f'"Bén, jr." <{office.ben.address}>'
    text, file = parts(message)
    assert text["content"].strip() == WORDS
    assert (file["filename"], file["content-type"]) == (
        "Отчёт за октябрь — “Q4”.pdf",
        "application/pdf",
    )


def test_files_arrive_byte_for_byte(office: Post, tmp_path: Path) -> None:
    files = {
        "empty.bin": b"",
        "all.bin": bytes(range(256)) * 9,
        "ends.txt": b"a\r\nb\nc\rd\n\n.\n..\nFrom here\n",
        "latin.txt": b"caf\xe9\n",
        "long.csv": b"x" * 5000,
        "mail.eml": b"Subject: caf\xe9\n\nbare\nlines\n",
        "it's; name=x.txt": b"w",
        f"{'很长' * 40}.txt": b"l",
    }
    words = []
    for name, octets in files.items():
        (tmp_path / name).write_bytes(octets)
        words += ["--attach", str(tmp_path / name)]
    office.send("--to", office.ben.address, "--body", "x", *words)
    message = read(office, tmp_path)
    _, *shown = parts(message)
    assert [part.get("filename") for part in shown] == list(files)
    arrived = octets_read_by_another(message, tmp_path)[1:]
    assert dict(zip(files, arrived, strict=True)) == files


def test_a_closed_pipe_leaves_the_mail_sent(office: Post, spawn: Spawn) -> None:
    words = spawn.words("send", "--from", office.ada.address, "--to", office.ben.address)
    with subprocess.Popen(
        [*words, "--body", "x", "-o", "json"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        process.stdout.close()
        assert process.wait(20) == ExitCode.BROKEN_PIPE
        assert process.stderr is not None
        assert process.stderr.read() == b""
    assert [each["state"] for each in office.outbox()] == ["sent"]
    assert len(office.arrived(office.ben)) == 1


def test_the_copy_in_sent_is_there_once_and_is_the_same_message(office: Post) -> None:
    sent = office.send("--to", office.ben.address, "--subject", "Once", "--body", "x")
    assert sent["copy"] == {"state": "filed", "folder": "Sent", "error": None}
    assert len(office.arrived(office.ada, folder="Sent")) == 1
    assert office.run("sync", "run").code == ExitCode.OK
    (message,) = [m for m in office.told("message", "list") if m["subject"] == "Once"]
    assert message["id"] == sent["message"]
    assert set(message["folders"]) == {"Sent", "INBOX"}
    assert office.run("outbox", "flush").code == ExitCode.OK
    assert len(office.arrived(office.ada, folder="Sent")) == 1


def test_a_blind_copy_is_known_to_its_reader_and_its_sender_alone(office: Post) -> None:
    office.send("--to", office.ben.address, "--bcc", office.stranger.address, "--body", "hush")
    name = office.stranger.address.encode()
    assert name not in office.arrived(office.ben)[0]
    assert b"\nbcc:" not in office.arrived(office.stranger)[0].lower()
    assert b"Bcc: " + name in office.arrived(office.ada, folder="Sent")[0]


def test_text_and_html_are_alternatives_with_pictures_beside(office: Post, tmp_path: Path) -> None:
    (tmp_path / "logo.png").write_bytes(PICTURE)
    (tmp_path / "mail.html").write_text(f'<p>{WORDS} <img src="cid:logo.png"></p>')
    office.send(
        *("--to", office.ben.address, "--html", str(tmp_path / "mail.html")),
        *("--inline", str(tmp_path / "logo.png")),
    )
    message = read(office, tmp_path)
    text, html, image = parts(message)
    assert text["content"].strip() == WORDS
    assert WORDS in html["content"]
    assert (image["content-id"], image["content-type"]) == ("logo.png", "image/png")
    assert b"multipart/related" in office.arrived(office.ben)[0]


def test_markdown_is_sent_as_it_is_written_and_as_html(office: Post) -> None:
    office.send("--to", office.ben.address, "--markdown", "-", typed="# Title\n\n*so* <b>it</b>\n")
    source = office.arrived(office.ben)[0]
    assert b"# Title" in source
    assert b"<h1>Title</h1>" in source
    assert b"<em>so</em> &lt;b&gt;" in source


def test_the_signature_stands_below_once(office: Post) -> None:
    office.run("account", "set", office.ada.address, "signature-text=Ada & Söhne\n+49 1")
    office.send("--to", office.ben.address, "--body", "Hello")
    office.send("--to", office.ben.address, "--body", "Hello\n\n-- \nAda & Söhne\n+49 1\n")
    office.send("--to", office.ben.address, "--body", "Hello", "--no-signature")
    office.run("sync", "run")
    texts = [
        office.told("message", "show", each["id"])["text"].strip()
        for each in office.told("message", "list", "--account", office.ben.address)
    ]
    signed = "Hello\n\n-- \nAda & Söhne\n+49 1"
    assert sorted(texts) == ["Hello", signed, signed]


def test_an_international_address_is_reached(office: Post, at_the_rig: Rig) -> None:
    box = at_the_rig.address("joerg", domain="xn--bcher-kva.example")
    sent = office.send("--to", box.address.replace("xn--bcher-kva", "bücher"), "--body", "Grüße")
    assert sent["recipients"][0]["address"].endswith("@xn--bcher-kva.example")
    assert len(office.arrived(box)) == 1


@pytest.mark.parametrize("name", ["{0}", '"{0}"', '"Ben, {0}"'])
def test_a_name_may_be_an_address(office: Post, name: str) -> None:
    box = office.ben.address
    shown = office.send("--to", f"{name.format(box)} <{box}>", "--body", "x", "--dry-run")
    assert shown["addresses"] == [box]


def test_a_finished_mail_is_sent_as_it_is_but_for_its_bcc(office: Post, tmp_path: Path) -> None:
    mail = (
        f"From: Ada <{office.ada.address}>\nTo: {office.ben.address}\n"
        f"Bcc: {office.stranger.address},\n Dan <nobody@corp.example>\nSubject: as it is\n"
        "Message-ID: <mine@corp.example>\nDate: Mon, 23 Nov 2026 10:00:00 +0000\n\n.\n..\nbye\n"
    )
    ran = office.run("send", "--eml", "-", "-o", "json", typed=mail)
    assert ran.code == ExitCode.PARTIAL, ran.err
    sent = json.loads(ran.out)
    assert [(r["address"], r["kind"], r["state"]) for r in sent["recipients"]] == [
        (office.ben.address, "to", "sent"),
        (office.stranger.address, "bcc", "sent"),
        ("nobody@corp.example", "bcc", "failed"),
    ]
    source = office.arrived(office.ben)[0]
    assert b"cc:" not in source.lower()
    assert source.endswith(b"\r\n\r\n.\r\n..\r\nbye\r\n")
    again = office.run("send", "--eml", "-", "-o", "json", typed=mail)
    assert again.code == ExitCode.CONFLICT


def test_a_finished_mail_goes_to_international_addresses_alone(office: Post) -> None:
    head = f"From: {office.ada.address}\nSubject: x\n"
    for to, code in (("x@bücher.example", ExitCode.OK), ("x@-bad-.example", ExitCode.USAGE)):
        ran = office.run(
            *("send", "--eml", "-", "--dry-run", "-o", "json"), typed=f"{head}To: {to}\n\nx\n"
        )
        assert ran.code == code, ran
        if not ran.code:
            assert json.loads(ran.out)["addresses"] == ["x@xn--bcher-kva.example"]


def test_a_key_sends_once_and_prints_the_first_result_again(office: Post) -> None:
    words = ("--to", office.ben.address, "--body", "pay", "--idempotency-key", "invoice-7")
    first, second = office.send(*words), office.send(*words)
    assert second == first
    assert len(office.arrived(office.ben)) == 1
    other = office.tried("send", *words[:2], "--body", "other", *words[4:])
    assert other.code == ExitCode.CONFLICT
    assert json.loads(other.err)["error"]["id"] == first["id"]


def test_a_key_of_a_mail_that_failed_tells_so_again(office: Post) -> None:
    words = ("--to", "nobody@corp.example", "--body", "x", "--idempotency-key", "k")
    first = office.send(*words, code=ExitCode.REFUSED)
    assert office.send(*words, code=ExitCode.REFUSED) == first


def test_a_person_is_told_in_a_line_what_became_of_it(office: Post) -> None:
    words = ("send", "--from", office.ada.address, "--body", "x")
    ran = office.run(*words, "--to", office.ben.address)
    (sent,) = office.outbox()
    assert ran.out == (
        f"sent to {office.ben.address} from {office.ada.address} ({sent['id']})\n"
        "  a copy is in Sent\n"
    )
    many = ",".join(office.rig.address("x").address for _ in range(6))
    assert office.run(*words, "--to", many).out.startswith("sent to 6 recipients from ")
    waiting = office.run(*words, "--to", many, "--queue").out
    assert "queued\n  to be sent by mailctl outbox flush" in waiting


def test_an_alias_may_send(office: Post) -> None:
    office.run("account", "set", office.ada.address, "aliases+=sales@corp.example")
    sent = office.send(
        "--from", "Sales <sales@corp.example>", "--to", office.ben.address, "--body", "x"
    )
    assert (sent["account"], sent["from"]) == (office.ada.address, "sales@corp.example")
    assert b"From: Sales <sales@corp.example>" in office.arrived(office.ben)[0]


def test_mail_for_later_waits(office: Post) -> None:
    sent = office.send("--to", office.ben.address, "--body", "x", "--at", "2h")
    assert (sent["state"], sent["send_at"] is not None) == ("queued", True)
    assert office.run("outbox", "flush", "--now").code == ExitCode.OK
    assert office.outbox()[0]["state"] == "queued"
    (sent,) = office.told("outbox", "retry", sent["id"])
    assert sent["state"] == "sent"


def test_what_is_only_queued_goes_with_the_next_sync(office: Post) -> None:
    sent = office.send("--to", office.ben.address, "--body", "x", "--queue")
    assert sent["state"] == "queued"
    assert office.told("sync", "run")["outbox"] == {"sent": 1}
    assert office.told("outbox", "show", sent["id"])["state"] == "sent"
    assert office.told("sync", "run")["outbox"] is None
    assert len(office.arrived(office.ben)) == 1


def test_a_dry_run_shows_the_mail_and_queues_nothing(office: Post) -> None:
    shown = office.send("--to", office.ben.address, "--subject", "s", "--body", "x", "--dry-run")
    assert shown["source"].endswith("\r\n\r\nx\r\n")
    assert shown["recipients"][0]["address"] == office.ben.address
    assert office.outbox() == []


@pytest.mark.parametrize(
    "words",
    [
        ["--body", "x"],
        ["--to", "nobody", "--body", "x"],
        ["--to", "a@b.example c@d.example", "--body", "x"],
        ["--to", "a@b.example\nBcc: c@d.example", "--body", "x"],
        ["--to", "a@b.example", "--subject", "x\r\nBcc: c@d.example", "--body", "x"],
        ["--to", "a@b.example", "--subject", "x\u2028y", "--body", "x"],
        ["--to", "a@b.example", "--header", "X-A=b\nBcc: c@d.example", "--body", "x"],
        ["--to", "a@b.example", "--header", "Bcc=c@d.example", "--body", "x"],
        ["--to", "a@b.example", "--header", "X A=b", "--body", "x"],
        ["--to", "a@b.example", "--header", "nothing", "--body", "x"],
        ["--to", "a@b.example"],
        ["--to", "a@b.example", "--body", "x", "--text", "-"],
        ["--to", "a@b.example", "--text", "-", "--attach", "-"],
        ["--to", "a@b.example", "--html", "-", "--inline", "-"],
        ["--to", "a@b.example c@d.example <e@f.example>", "--body", "x"],
        ["--to", "a@b.example", "--text", "/nonexistent"],
        ["--to", "a@b.example", "--body", "x", "--attach", "/nonexistent"],
        ["--to", "a@b.example", "--body", "x", "--attach", "/"],
        ["--to", "a@b.example", "--body", "x", "--at", "soon"],
        ["--to", "a@b.example", "--body", "x", "--idempotency-key", " "],
        ["--to", "a@b.example", "--body", "x\0y"],
        ["--eml", "-", "--subject", "x"],
        ["--template", "/nonexistent"],
        ["--template", "/nonexistent", "--data", "/nonexistent", "--eml", "/nonexistent"],
        ["--template", "/nonexistent", "--data", "/nonexistent"],
    ],
)
def test_bad_input_is_refused_and_nothing_is_queued(office: Post, words: list[str]) -> None:
    ran = office.tried("send", *words)
    assert ran.code == ExitCode.USAGE, ran
    error = json.loads(ran.err)["error"]
    assert error["message"]
    assert error["hint"]
    assert office.outbox() == []


def test_a_field_that_is_none_is_refused_before_anything_is_sent(office: Post) -> None:
    ran = office.tried("send", "--to", office.ben.address, "--body", "x", "--fields", "nothing")
    assert ran.code == ExitCode.USAGE
    assert office.outbox() == []


def test_a_pipe_without_a_writer_is_no_file(office: Post, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    ran = office.tried(
        "send", "--to", "a@b.example", "--body", "x", "--attach", str(tmp_path / "pipe")
    )
    assert ran.code == ExitCode.USAGE
    assert office.outbox() == []


def test_who_sends_must_be_clear_and_allowed(office: Post) -> None:
    words = ("send", "--to", office.ben.address, "--body", "x")
    assert office.run(*words, "--from", "who@else.example").code == ExitCode.NOT_FOUND
    office.run("account", "disable", office.ada.address)
    assert office.run(*words, "--from", office.ada.address).code == ExitCode.USAGE
    sent = json.loads(office.run(*words, "-o", "json").out)
    assert sent["account"] == office.ben.address  # the only one that may
    office.run("account", "set", office.ben.address, "send=false")
    assert office.run(*words, "--from", office.ben.address).code == ExitCode.USAGE
    assert office.run(*words).code == ExitCode.NOT_FOUND


def test_an_account_with_unsent_mail_is_not_removed(office: Post) -> None:
    sent = office.send("--to", office.ben.address, "--body", "x", "--queue")
    assert office.run("account", "remove", office.ada.address, "--yes").code == ExitCode.GUARD
    assert office.run("outbox", "cancel", sent["id"]).code == ExitCode.OK
    ran = office.run("account", "remove", office.ada.address, "--yes", "--purge-mail")
    assert ran.code == ExitCode.OK, ran.err
    assert office.outbox() == []
    assert office.run("db", "check").code == ExitCode.OK


@pytest.mark.parametrize(
    "to",
    ["nobody", "a@b@c.example", "a@-x-.example", "a@[1.2.3.4]", "a b@x", '"a\x1b"@b.example'],
    ids=ascii,
)
def test_a_finished_mail_to_no_address_is_refused(office: Post, to: str) -> None:
    mail = f"From: {office.ada.address}\nTo: {office.ben.address}\nCc: {to}\n\nx\n"
    ran = office.run("send", "--eml", "-", "-o", "json", typed=mail)
    assert ran.code == ExitCode.USAGE, (ran.out, ran.err)
    assert json.loads(ran.err)["error"]["message"]
    assert office.outbox() == []
