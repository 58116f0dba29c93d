"""Mail is written, sent, answered and looked up at an Exchange server by the usual commands."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from mailctl.errors import ExitCode
from tests.commands.outgoing import let_ten_minutes_go_by
from tests.conftest import Run
from tests.rig import Rig
from tests.rig.ews import ExchangeMailbox, ExchangeServer, Fault
from tests.rig.ews.soap import Refusal
from tests.rig.submission import Submission

ADA = "ada@corp.example"
BEN = "ben@corp.example"
MAIL = (
    b"From: Ben <ben@corp.example>\r\nTo: ada@corp.example\r\nSubject: Offer\r\n"
    b"Message-ID: <9@corp.example>\r\n\r\nhello\r\n"
)


@pytest.fixture
def server(at_the_rig: Rig) -> Iterator[ExchangeServer]:
    with ExchangeServer(at_the_rig.authority) as server:
        yield server


@pytest.fixture
def mailbox(server: ExchangeServer, run: Run) -> ExchangeMailbox:
    """Ada's mailbox, connected."""
    made = server.add(ADA, username="CORP\\ada", password="right")
    ran = run("provider", "add", "corp", "--kind", "ews", "--ews-url", server.url)
    assert ran.code == ExitCode.OK, ran.err
    words = ("account", "add", ADA, "--provider", "corp", "--login", "CORP\\ada")
    ran = run(*words, "--password-stdin", typed="right")
    assert ran.code == ExitCode.OK, ran.err
    return made


@pytest.fixture
def friend(server: ExchangeServer) -> ExchangeMailbox:
    return server.add(BEN, username="CORP\\ben", password="other")


def lying_in(mailbox: ExchangeMailbox, folder: str) -> list[bytes]:
    return [item.mime for item in mailbox.folder(folder).items.values()]


def send(run: Run, *words: str, to: str = BEN) -> dict[str, Any]:
    ran = run("send", "--to", to, "--subject", "One", "--body", "hello", "-o", "json", *words)
    assert ran.code == ExitCode.OK, ran.err
    sent: dict[str, Any] = json.loads(ran.out)
    return sent


def outbox(run: Run) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(run("outbox", "list", "--all", "-o", "json").out)
    return found


def test_an_account_is_tried_both_ways(run: Run, mailbox: ExchangeMailbox) -> None:
    ran = run("account", "test", ADA, "-o", "json")
    assert ran.code == ExitCode.OK, ran.err
    assert [each["check"] for each in json.loads(ran.out)["checks"]] == ["receive", "send"]


def test_an_account_is_not_added_where_nothing_can_be_sent(
    run: Run, server: ExchangeServer
) -> None:
    server.add(ADA, username="CORP\\ada", password="right").remove_folder("Drafts")
    run("provider", "add", "corp", "--kind", "ews", "--ews-url", server.url)
    words = ("account", "add", ADA, "--provider", "corp", "--login", "CORP\\ada")
    ran = run(*words, "--password-stdin", typed="right")
    assert ran.code == ExitCode.REFUSED
    assert "--no-send" in ran.err
    assert json.loads(run("account", "list", "-o", "json").out) == []


def test_a_mail_is_sent_and_its_copy_comes_with_the_next_sync(
    run: Run, mailbox: ExchangeMailbox, friend: ExchangeMailbox
) -> None:
    sent = send(run, "--bcc", "dee@corp.example", "--cc", "cy@corp.example")
    assert (sent["state"], sent["copy"]["state"]) == ("sent", "by-provider")
    ((mime, to),) = mailbox.sent
    assert to == (BEN, "cy@corp.example", "dee@corp.example")
    assert b"dee@" not in mime
    assert lying_in(friend, "Inbox") == [mime]
    assert run("sync", "run").code == ExitCode.OK
    (copy,) = json.loads(run("message", "list", "-o", "json").out)
    assert (copy["subject"], copy["folders"], copy["flags"]) == ("One", ["Sent Items"], ["\\Seen"])


def test_answers_and_forwards_are_sent(
    run: Run, mailbox: ExchangeMailbox, friend: ExchangeMailbox
) -> None:
    mailbox.put(MAIL, received_at=datetime.now(UTC).replace(microsecond=0))
    run("sync", "run")
    (message,) = json.loads(run("message", "list", "-o", "json").out)
    ran = run("reply", message["id"], "--body", "yes")
    assert ran.code == ExitCode.OK, ran.err
    ran = run("forward", message["id"], "--to", "cy@corp.example", "--body", "look")
    assert ran.code == ExitCode.OK, ran.err
    assert [to for _, to in mailbox.sent] == [(BEN,), ("cy@corp.example",)]
    assert b"In-Reply-To: <9@corp.example>" in mailbox.sent[0][0]


def test_a_test_mail_is_sent_before_an_account_is_stored(
    run: Run, server: ExchangeServer, friend: ExchangeMailbox
) -> None:
    made = server.add(ADA, username="CORP\\ada", password="right")
    run("provider", "add", "corp", "--kind", "ews", "--ews-url", server.url)
    words = ("account", "add", ADA, "--provider", "corp", "--login", "CORP\\ada")
    ran = run(*words, "--password-stdin", "--test-send", BEN, typed="right")
    assert ran.code == ExitCode.OK, ran.err
    assert len(made.sent) == len(lying_in(friend, "Inbox")) == 1


def test_a_refusal_fails_the_mail_and_says_why(
    run: Run, server: ExchangeServer, mailbox: ExchangeMailbox
) -> None:
    said = Refusal("ErrorSendAsDenied", "You are not allowed to send as that user.")
    server.faults.append(Fault("SendItem", refusal=said, is_of_the_item=True))
    ran = run("send", "--to", BEN, "--subject", "One", "--body", "x", "-o", "json")
    assert ran.code == ExitCode.REFUSED
    error = json.loads(ran.err)["error"]
    assert error["cause"]["cause"] == "sender-not-allowed"
    assert error["cause"]["ews_code"] == "ErrorSendAsDenied"
    assert lying_in(mailbox, "Drafts") == []
    (failed,) = outbox(run)
    assert run("outbox", "retry", failed["id"]).code == ExitCode.OK
    assert len(mailbox.sent) == 1


def test_a_server_that_wants_a_pause_gets_it_from_all_mails(
    run: Run, server: ExchangeServer, mailbox: ExchangeMailbox
) -> None:
    for _ in range(3):
        send(run, "--queue")
    busy = Refusal("ErrorServerBusy", "too much", back_off_ms=90_000)
    server.faults.append(Fault("CreateItem", refusal=busy))
    for _ in range(2):
        assert run("outbox", "flush", "--now").code == ExitCode.TEMPORARY
    assert server.asked["CreateItem"] == 1
    assert [each["state"] for each in outbox(run)] == ["deferred"] * 3
    (account,) = json.loads(run("account", "status", "-o", "json").out)
    assert account["state"] == "throttled"
    assert run("account", "test", ADA).code == ExitCode.OK
    assert run("outbox", "flush", "--now").code == ExitCode.OK
    assert len(mailbox.sent) == 3


def test_what_is_uncertain_is_found_in_sent_items_whatever_its_id_became(
    run: Run, server: ExchangeServer, mailbox: ExchangeMailbox
) -> None:
    server.faults.append(Fault("SendItem", cut_at=0))
    ran = run("send", "--to", BEN, "--subject", "One", "--body", "x")
    assert ran.code == ExitCode.TEMPORARY
    (copy,) = mailbox.folder("Sent Items").items.values()
    copy.mime = copy.mime.replace(b"Message-ID: <", b"Message-ID: <renamed.")
    assert run("outbox", "flush", "--now").code == ExitCode.OK
    assert [each["state"] for each in outbox(run)] == ["sent"]
    assert len(mailbox.sent) == 1


def test_what_is_uncertain_and_not_there_waits(
    run: Run, server: ExchangeServer, mailbox: ExchangeMailbox
) -> None:
    server.faults.append(Fault("SendItem", status=504, body=b""))
    assert run("send", "--to", BEN, "--subject", "One", "--body", "x").code == ExitCode.TEMPORARY
    run("outbox", "flush", "--now")
    assert [each["state"] for each in outbox(run)] == ["uncertain"]
    assert mailbox.sent == []


@pytest.mark.parametrize("folder", ["Drafts", "Deleted Items"])
def test_a_draft_that_a_sync_brought_is_no_proof_that_it_was_sent(
    run: Run, server: ExchangeServer, mailbox: ExchangeMailbox, home: Path, folder: str
) -> None:
    run("account", "set", ADA, "folders=all")
    server.faults.append(Fault("SendItem", status=504, body=b""))
    assert run("send", "--to", BEN, "--subject", "One", "--body", "x").code == ExitCode.TEMPORARY
    (draft,) = mailbox.folder("Drafts").items.values()
    if folder != "Drafts":
        mailbox.move(draft, folder).is_draft = True
    run("sync", "run", "--no-index")
    (stored,) = json.loads(run("message", "list", "-o", "json").out)
    assert stored["flags"] == ["\\Draft"]
    run("outbox", "flush", "--now")
    assert [each["state"] for each in outbox(run)] == ["uncertain"]
    let_ten_minutes_go_by(home)
    assert run("outbox", "flush", "--now").code == ExitCode.OK
    assert len(mailbox.sent) == 1
    assert lying_in(mailbox, "Drafts") == []


def test_the_server_files_where_it_does_whatever_folder_was_chosen(
    run: Run, server: ExchangeServer, mailbox: ExchangeMailbox
) -> None:
    """A look-up in the folder that was chosen would find nothing, and send it again."""
    mailbox.create_folder("Mine")
    assert run("account", "set", ADA, "sent-copy=Mine").code == ExitCode.OK
    server.faults.append(Fault("SendItem", cut_at=0))
    run("send", "--to", BEN, "--subject", "One", "--body", "x")
    assert run("outbox", "flush", "--now").code == ExitCode.OK
    assert len(mailbox.sent) == 1


def test_a_submission_server_beside_it_is_used_and_copies_are_filed_over_ews(
    run: Run, server: ExchangeServer, friend: ExchangeMailbox
) -> None:
    made = server.add(ADA, username="ada", password="right")
    submission = Submission()
    with submission.serving() as port:
        run(
            *("provider", "add", "corp", "--kind", "ews", "--ews-url", server.url),
            *("--submission", f"127.0.0.1:{port}", "--submission-security", "none"),
        )
        words = ("account", "add", ADA, "--provider", "corp", "--login", "ada")
        ran = run(*words, "--password-stdin", typed="right")
        assert ran.code == ExitCode.OK, ran.err
        sent = send(run, "--bcc", "dee@corp.example")
    assert (sent["state"], sent["copy"]["state"]) == ("sent", "filed")
    (mail,) = submission.mails
    assert made.sent == []
    (copy,) = made.folder("Sent Items").items.values()
    assert (copy.is_read, copy.is_draft) == (True, False)
    assert copy.mime.endswith(mail.octets)
    assert copy.mime.startswith(b"Bcc: dee@corp.example\r\n")
