"""Policies leave mail on the server, say how much and why, and can be lifted."""

import json
from typing import Any

import pytest

from tests.conftest import Run
from tests.rig import Mailbox, Rig

HUMAN = b"From: Ben <ben@customer.example>\r\nTo: {to}\r\nSubject: human\r\n\r\nhello\r\n"
LIST = b"From: news@shop.example\r\nList-Id: <news.shop.example>\r\nSubject: list\r\n\r\nbuy\r\n"
ROBOT = b"From: no-reply@bank.example\r\nSubject: robot\r\n\r\ncode\r\n"
COLLEAGUE = (
    b"From: carl@corp.example\r\nTo: {to}, dora@CORP.example\r\nSubject: colleague\r\n\r\nlunch\r\n"
)
MIXED = b"From: carl@corp.example\r\nTo: {to}, x@customer.example\r\nSubject: mixed\r\n\r\nhi\r\n"
LARGE = b"From: ben@customer.example\r\nSubject: large\r\n\r\n" + b"x" * 200_000 + b"\r\n"
GROUP = b"From: Shop <Info@shop.example>\r\nTo: {to}\r\nSubject: group\r\n\r\nhello\r\n"
MEETING = (
    b"From: ben@customer.example\r\nTo: {to}\r\nSubject: meeting\r\n"
    b"Content-Type: multipart/alternative; boundary=b\r\n\r\n"
    b"--b\r\n\r\nlet us meet\r\n"
    b"--b\r\nContent-Type: text/calendar; method=REQUEST\r\n\r\nBEGIN:VCALENDAR\r\n--b--\r\n"
)
KINDS = (HUMAN, LIST, ROBOT, COLLEAGUE, MIXED, LARGE, GROUP, MEETING)
ALL = {"human", "list", "robot", "colleague", "mixed", "large", "group", "meeting"}


@pytest.fixture
def ada(run: Run, hosting: str, at_the_rig: Rig) -> Mailbox:
    """A mailbox with one mail of each kind, connected."""
    box = at_the_rig.address("ada")
    for source in KINDS:
        mail = source.replace(b"{to}", box.address.encode())
        at_the_rig.dovecot.append(box.address, box.password, "INBOX", mail)
    ran = run("account", "add", box.address, "--password-stdin", typed=box.password)
    assert ran.code == 0, (ran.err, hosting)
    return box


def sync(run: Run, *options: str) -> dict[str, Any]:
    ran = run("sync", "run", *options, "-o", "json")
    assert ran.code == 0, ran.err
    (account,) = json.loads(ran.out)["accounts"]
    result: dict[str, Any] = account
    return result


def subjects(run: Run) -> set[str]:
    return {each["subject"] for each in json.loads(run("message", "list", "-o", "json").out)}


def test_everything_is_loaded_where_nothing_is_said(run: Run, ada: Mailbox) -> None:
    assert sync(run)["skipped"] == {}, ada
    assert subjects(run) == ALL


@pytest.mark.parametrize(
    ("choice", "reason", "left"),
    [
        ("bulk=skip", "bulk", {"list"}),
        ("no-reply=skip", "no-reply", {"robot"}),
        ("internal=skip", "internal", {"colleague"}),
        ("attachments=100k", "large", {"large"}),
        ("group-senders=skip", "group-senders", {"group", "list"}),
        ("invitations=skip", "invitations", {"meeting"}),
    ],
)
def test_a_policy_leaves_its_kind_of_mail_and_counts_it(
    run: Run, ada: Mailbox, choice: str, reason: str, left: set[str]
) -> None:
    run("account", "set", ada.address, choice)
    report = sync(run)
    assert report["skipped"] == {reason: len(left)}
    assert (report["seen"], report["stored"]) == (8, 8 - len(left))
    assert subjects(run) == ALL - left


def test_what_was_left_is_not_fetched_again(run: Run, ada: Mailbox, at_the_rig: Rig) -> None:
    run("account", "set", ada.address, "bulk=skip", "attachments=100k")
    sync(run)
    run("account", "set", ada.address, "period=30d")  # lists the folder anew
    again = sync(run)
    assert (again["stored"], again["bytes"], again["skipped"]) == (0, 0, {}), at_the_rig


def test_a_policy_that_is_lifted_brings_the_mail(run: Run, ada: Mailbox) -> None:
    run("account", "set", ada.address, "bulk=skip", "no-reply=skip")
    sync(run)
    run("account", "set", ada.address, "bulk=load")
    assert sync(run)["stored"] == 1
    assert subjects(run) == ALL - {"robot"}
    assert sync(run)["stored"] == 0


def test_colleagues_under_an_alias_are_colleagues(run: Run, ada: Mailbox, at_the_rig: Rig) -> None:
    mail = b"From: c@sister.example\r\nTo: " + ada.address.encode() + b"\r\nSubject: s\r\n\r\nx\r\n"
    at_the_rig.dovecot.append(ada.address, ada.password, "INBOX", mail)
    run("account", "set", ada.address, "internal=skip", "aliases+=ada@sister.example")
    assert sync(run)["skipped"] == {"internal": 2}


def test_people_of_a_public_domain_are_no_colleagues(run: Run, at_the_rig: Rig) -> None:
    box = at_the_rig.address("ada", domain="gmail-hosted.example")
    mail = f"From: ben@gmail.com\r\nTo: {box.address}\r\nSubject: friend\r\n\r\nx\r\n".encode()
    at_the_rig.dovecot.append(box.address, box.password, "INBOX", mail)
    run(
        *("account", "add", box.address, "--password-stdin", "--set", "internal=skip"),
        *("--set", "aliases+=ada@gmail.com"),
        typed=box.password,
    )
    assert sync(run)["skipped"] == {}


def test_a_dry_run_tells_what_each_policy_would_leave_and_remembers_nothing(
    run: Run, ada: Mailbox
) -> None:
    run(
        *("account", "set", ada.address, "bulk=skip", "internal=skip", "no-reply=skip"),
        *("attachments=100k", "group-senders=skip", "blocklist=*@customer.example"),
    )
    expected = {
        "bulk": 1,
        "internal": 1,
        "no-reply": 1,
        "large": 1,
        "group-senders": 1,
        "blocklist": 3,  # whatever is large is left before anybody looks who wrote it
    }
    dry = sync(run, "--dry-run")
    assert (dry["skipped"], dry["stored"], dry["failed"]) == (expected, 0, 0)
    assert dry["bytes"] < 5_000  # headers were enough
    run("account", "set", ada.address, "invitations=skip", "blocklist=")
    dry = sync(run, "--dry-run")
    assert (dry["skipped"]["invitations"], dry["stored"]) == (1, 2)
    real = sync(run)
    assert (real["skipped"], real["stored"]) == (dry["skipped"], dry["stored"])


def test_people_read_why_mail_was_left_unless_they_want_quiet(run: Run, ada: Mailbox) -> None:
    run("account", "set", ada.address, "bulk=skip", "group-senders=skip")
    dry = run("sync", "run", "--dry-run")
    assert f"{ada.address}: left on the server by policy: 1 bulk, 1 group-senders" in dry.err
    assert run("sync", "run", "--quiet").err == ""


def test_mail_that_one_sends_from_a_shared_address_is_kept(
    run: Run, ada: Mailbox, at_the_rig: Rig
) -> None:
    mail = b"From: sales@corp.example\r\nTo: ben@customer.example\r\nSubject: offer\r\n\r\nx\r\n"
    at_the_rig.dovecot.append(ada.address, ada.password, "INBOX", mail)
    run("account", "set", ada.address, "group-senders=skip", "aliases=sales@corp.example")
    assert sync(run)["skipped"] == {"group-senders": 2}
    assert "offer" in subjects(run)


SISTER = b"From: c@sister.example\r\nTo: {to}\r\nSubject: sister\r\n\r\nx\r\n"
BRANCH = b"From: d@ny.sister.example\r\nTo: {to}\r\nSubject: branch\r\n\r\nx\r\n"


def test_people_of_internal_domains_are_colleagues(run: Run, ada: Mailbox, at_the_rig: Rig) -> None:
    for source in (SISTER, BRANCH):
        mail = source.replace(b"{to}", ada.address.encode())
        at_the_rig.dovecot.append(ada.address, ada.password, "INBOX", mail)
    domains = "internal-domains=sister.example,*.Sister.example"
    assert run("account", "set", ada.address, "internal=skip", domains).code == 0
    assert sync(run)["skipped"] == {"internal": 3}
    run("account", "set", ada.address, "internal-domains-=sister.example")
    assert (sync(run)["stored"], sync(run)["stored"]) == (1, 0)
    assert subjects(run) == (ALL - {"colleague"}) | {"sister"}
