"""An Exchange mailbox is connected and followed by the same commands as any other."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from mailctl.errors import ExitCode
from tests.conftest import Ran, Run
from tests.rig import Rig
from tests.rig.ews import ExchangeMailbox, ExchangeServer

ADA = "ada@corp.example"


def mail(number: int) -> bytes:
    return (
        "From: Bob <bob@elsewhere.example>\r\nTo: ada@corp.example\r\n"
        f"Subject: Number {number}\r\nMessage-ID: <{number}@elsewhere.example>\r\n\r\nhello\r\n"
    ).encode()


@pytest.fixture
def server(at_the_rig: Rig) -> Iterator[ExchangeServer]:
    with ExchangeServer(at_the_rig.authority) as server:
        yield server


@pytest.fixture
def mailbox(server: ExchangeServer, run: Run) -> ExchangeMailbox:
    """A mailbox with mail in it and a provider that leads there."""
    made = server.add(ADA, username="CORP\\ada", password="right")
    for number in range(5):
        made.put(mail(number), received_at=datetime.now(UTC).replace(microsecond=0))
    ran = run("provider", "add", "corp", "--kind", "ews", "--ews-url", server.url)
    assert ran.code == ExitCode.OK, ran.err
    return made


def add(run: Run, *options: str, password: str = "right") -> Ran:
    words = ("account", "add", ADA, "--provider", "corp", "--login", "CORP\\ada")
    return run(*words, "--password-stdin", *options, typed=password)


def synced(run: Run, *options: str) -> dict[str, object]:
    ran = run("sync", "run", "-o", "json", *options)
    assert ran.code == ExitCode.OK, ran.err
    (account,) = json.loads(ran.out)["accounts"]
    return {name: account[name] for name in ("stored", "updated", "gone", "failed")}


def test_a_mailbox_is_connected_and_followed(run: Run, mailbox: ExchangeMailbox) -> None:
    assert add(run, "--no-send").code == ExitCode.OK
    assert synced(run) == {"stored": 5, "updated": 0, "gone": 0, "failed": 0}
    first, second, *_ = mailbox.folder("Inbox").items.values()
    mailbox.mark(first, is_read=True)
    mailbox.remove(second)
    mailbox.put(mail(9))
    assert synced(run) == {"stored": 1, "updated": 1, "gone": 1, "failed": 0}
    assert synced(run) == {"stored": 0, "updated": 0, "gone": 0, "failed": 0}
    assert run("sync", "verify").code == ExitCode.OK


def test_flags_are_changed_and_what_others_set_is_seen(run: Run, mailbox: ExchangeMailbox) -> None:
    assert add(run, "--no-send", "--sync-now").code == ExitCode.OK
    first, second, *_ = mailbox.folder("Inbox").items.values()
    (message,) = json.loads(run("message", "search", "subject:0", "-o", "json").out)
    ran = run("message", "flag", message["id"], "--add", "seen", "--add", "flagged", "-o", "json")
    assert ran.code == ExitCode.OK, ran.err
    assert (first.is_read, first.is_flagged, second.is_read) == (True, True, False)
    mailbox.mark(second, is_flagged=True)
    assert synced(run)["updated"] == 1
    flagged = json.loads(run("message", "search", "is:flagged", "-o", "json").out)
    assert {each["subject"] for each in flagged} == {"Number 0", "Number 1"}


def test_an_emptied_mailbox_is_not_believed_at_once(run: Run, mailbox: ExchangeMailbox) -> None:
    assert add(run, "--no-send", "--sync-now").code == ExitCode.OK
    for item in list(mailbox.folder("Inbox").items.values()):
        mailbox.remove(item)
    assert run("sync", "run").code == ExitCode.GUARD
    assert synced(run, "--allow-delete")["gone"] == 5


def test_a_wrong_password_is_refused_when_adding(run: Run, mailbox: ExchangeMailbox) -> None:
    ran = add(run, "--no-send", password="wr0ng-one")
    assert ran.code == ExitCode.AUTHORISATION
    assert "wr0ng-one" not in ran.out + ran.err


def test_folders_of_exchange_are_listed_and_chosen(run: Run, mailbox: ExchangeMailbox) -> None:
    assert mailbox
    assert add(run, "--no-send").code == ExitCode.OK
    ran = run("folder", "exclude", ADA, "\\Sent", "-o", "json")
    assert ran.code == ExitCode.OK, ran.err
    found = {each["path"]: each for each in json.loads(ran.out)}
    assert (found["INBOX"]["messages"], found["INBOX"]["synced"]) == (5, True)
    (sent,) = [each for each in found.values() if each["special_use"] == "sent"]
    assert not sent["synced"]
