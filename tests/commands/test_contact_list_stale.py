"""contact list --stale: with whom there was no mail for so long."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from mailctl.errors import ExitCode
from tests.conftest import Run
from tests.core.messages.test_indexing import services_of
from tests.store.samples import deliver, folder

NOW = datetime.now(UTC).replace(microsecond=0)
MAILS = [  # so many days ago
    (5, "From: Ben <BEN@home.example>\r\nTo: ada@example.org"),
    (20, "From: ada@example.org\r\nTo: x@x.example\r\nCc: carl@acme.example"),
    (100, "From: ada@example.org\r\nTo: dora@acme.example"),
    (5, "From: x@x.example\r\nTo: ada@example.org\r\nReply-To: dora@acme.example"),
    (50, "From: emil@b\u00fccher.example\r\nTo: ada@example.org"),
    (5, "From: shop+orders@acme.example\r\nTo: ada@example.org"),
    (5, "From: gustav+news@acme.example\r\nTo: ada@example.org"),
    (5, "From: not.ben@acme.example\r\nTo: ben@acme.example.org"),
]
PEOPLE = {
    "Ben": ("ben@acme.example", "ben@home.example"),
    "Carl": ("carl@acme.example",),
    "Dora": ("dora@acme.example",),
    "Emil": ("emil@xn--bcher-kva.example",),
    "Frieda": ("frieda@acme.example",),
    "Gustav": ("gustav@acme.example",),
    "Phone alone": (),
    "Shop orders": ("shop+orders@acme.example",),
    "Shop returns": ("shop+returns@acme.example",),
}


@pytest.fixture(autouse=True)
def _people_and_mail(run: Run, home: Path) -> None:
    for name, emails in PEOPLE.items():
        words = [word for email in emails for word in ("--email", email)]
        ran = run("contact", "add", "--name", name, *(words or ("--phone", "+49 30 123456")))
        assert ran.code == ExitCode.OK, ran.err
    services = services_of(home / "mailctl.db")
    with services.store.writing() as tx:
        for number, (days, head) in enumerate(MAILS, start=1):
            source = f"{head}\r\nMessage-ID: <{number}@x>\r\n\r\nx\r\n".encode()
            deliver(tx, folder(tx), number, source, date=NOW - timedelta(days=days))
    services.store.close()


def stale(run: Run, *words: str) -> list[str]:
    ran = run("contact", "list", "--stale", *words, "-o", "json")
    assert ran.code == ExitCode.OK, ran.err
    return [contact["name"] for contact in json.loads(ran.out)]


def test_those_without_mail_for_so_long_are_listed_by_name(run: Run) -> None:
    assert stale(run, "2d") == list(PEOPLE)
    assert stale(run, "10d") == ["Carl", "Dora", "Emil", "Frieda", "Phone alone", "Shop returns"]
    assert stale(run, "30d") == ["Dora", "Emil", "Frieda", "Phone alone", "Shop returns"]
    assert stale(run, "60d") == ["Dora", "Frieda", "Phone alone", "Shop returns"]


def test_a_day_and_all_of_the_time_can_be_meant(run: Run) -> None:
    day = (NOW - timedelta(days=60)).date().isoformat()
    assert stale(run, day) == ["Dora", "Frieda", "Phone alone", "Shop returns"]
    assert stale(run, "all") == ["Frieda", "Phone alone", "Shop returns"]


def test_it_goes_with_the_other_choices(run: Run) -> None:
    run("contact", "set", "Dora", "tags+=vip")
    run("contact", "set", "Ben", "tags+=vip")
    assert stale(run, "30d", "--tag", "vip") == ["Dora"]
    assert stale(run, "30d", "frie") == ["Frieda"]


def test_mail_that_is_linked_by_hand_counts(run: Run) -> None:
    (message, *_) = json.loads(run("message", "list", "-o", "json", "--limit", "1").out)
    ran = run("link", "add", message["id"], "--to", "contact:Frieda")
    assert ran.code == ExitCode.OK, ran.err
    assert "Frieda" not in stale(run, "10d")
    assert "Frieda" in stale(run, "2d")


def test_what_is_no_time_is_refused(run: Run) -> None:
    ran = run("contact", "list", "--stale", "long")
    assert (ran.code, "7d" in ran.err) == (ExitCode.USAGE, True)
