"""Mail with people on the blocklist stays on the server, until they are taken off it."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.commands.boxes import connected
from tests.conftest import Run
from tests.rig import Mailbox, Rig

FROM_TO = [
    ("spam@x.example", "{own}"),
    ("ben@x.example", "{own}"),
    ("Daily <DAILY@News.Example>", "{own}"),
    ("a@one.ads.example", "{own}"),
    ("a@two.one.ads.example", "{own}"),
    ("a@ads.example", "{own}"),
    ("ben@customer.example", "{own}, spam@x.example"),
    ("{own}", "spam@x.example"),
    ("ben@b\u00fccher.example", "{own}"),
    ("news-7@shop.example", "{own}"),
]
WORDS = "spam@x.example,@news.example,*.ads.example,@b\u00fccher.example,news-*@shop.example"


@pytest.fixture
def box(run: Run, hosting: str, at_the_rig: Rig) -> Mailbox:
    """A mailbox with a mail of each pair, whose subject is its number."""
    made = connected(run, at_the_rig)
    for number, (sender, recipients) in enumerate(FROM_TO):
        mail = f"From: {sender}\r\nTo: {recipients}\r\nSubject: {number}\r\n\r\nx\r\n"
        mail = mail.replace("{own}", made.address)
        at_the_rig.dovecot.append(made.address, made.password, "INBOX", mail.encode())
    assert hosting
    return made


def sync(run: Run, *options: str) -> dict[str, Any]:
    ran = run("sync", "run", *options, "-o", "json")
    assert ran.code == 0, ran.err
    (account,) = json.loads(ran.out)["accounts"]
    result: dict[str, Any] = account
    return result


def numbers(run: Run) -> set[int]:
    return {int(each["subject"]) for each in json.loads(run("message", "list", "-o", "json").out)}


def test_mail_with_anybody_on_it_is_left_and_counted(run: Run, box: Mailbox) -> None:
    assert run("account", "set", box.address, f"blocklist={WORDS}").code == 0
    assert sync(run, "--dry-run")["skipped"] == {"blocklist": 8}
    assert sync(run)["skipped"] == {"blocklist": 8}
    assert numbers(run) == {1, 5}  # of the same domain, and the one above


def test_who_is_taken_off_it_gets_their_mail_and_nobody_else(run: Run, box: Mailbox) -> None:
    run("account", "set", box.address, f"blocklist={WORDS}")
    sync(run)
    run("account", "set", box.address, "blocklist-=*.ADS.example")
    report = sync(run)
    assert (report["stored"], report["seen"]) == (2, 2)
    assert numbers(run) == {1, 3, 4, 5}
    run("account", "set", box.address, "blocklist=")
    assert (sync(run)["stored"], sync(run)["stored"]) == (6, 0)


def test_ones_own_address_is_never_blocked(run: Run, box: Mailbox) -> None:
    own_domain = box.address.partition("@")[2]
    words = f"aliases=ben@x.example blocklist=@{own_domain},*@x.example".split()
    assert run("account", "set", box.address, *words).code == 0
    assert sync(run)["skipped"] == {"blocklist": 3}
    assert numbers(run) == {1, 2, 3, 4, 5, 8, 9}


def test_a_reply_that_goes_to_somebody_on_it_is_left(
    run: Run, box: Mailbox, at_the_rig: Rig
) -> None:
    mail = b"From: form@site.example\r\nReply-To: spam@x.example\r\nSubject: 10\r\n\r\nx\r\n"
    at_the_rig.dovecot.append(box.address, box.password, "INBOX", mail)
    run("account", "set", box.address, "blocklist=spam@x.example")
    assert sync(run)["skipped"] == {"blocklist": 4}
    assert 10 not in numbers(run)


def test_words_of_the_list_have_one_form(run: Run, box: Mailbox) -> None:
    words = "A@X.example a@x.example *@News.example @*.ads.example **@*.ads.example"
    ran = run("account", "set", box.address, f"blocklist={words}", "-o", "json")
    kept = json.loads(ran.out)["settings"]["blocklist"]
    assert kept == ["a@x.example", "@news.example", "*.ads.example"]


def test_a_list_that_is_too_long_is_refused(run: Run, box: Mailbox) -> None:
    words = ",".join(f"a*{number}@x.example" for number in range(101))
    ran = run("account", "set", box.address, f"blocklist={words}")
    assert (ran.code, "100 of them patterns" in ran.err) == (2, True)


def test_what_the_config_file_blocks_is_blocked_for_every_account(
    run: Run, box: Mailbox, home: Path
) -> None:
    config = home / "config.yaml"
    config.write_text("blocklist: [spam@x.example, '*.ads.example']\n")
    run("account", "set", box.address, "blocklist=@news.example")
    assert sync(run)["skipped"] == {"blocklist": 6}
    assert verified(run)["accounts"][0]["folders"][0]["left"] == 6
    config.write_text("blocklist: '*.ads.example'\n")
    assert sync(run)["stored"] == 3
    config.write_text("")
    assert sync(run)["stored"] == 2


def verified(run: Run) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(run("sync", "verify", "-o", "json").out)
    return document


def test_a_blocklist_of_all_accounts_that_cannot_be_is_no_accounts_failure(
    run: Run, box: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAILCTL_BLOCKLIST", "@x.example ads.example")
    ran = run("sync", "run")
    assert (ran.code, "the blocklist cannot be that" in ran.err) == (2, True)
    (account,) = json.loads(run("account", "list", "-o", "json").out)
    assert (account["state"], account["last_error"]) == ("ok", None), box
