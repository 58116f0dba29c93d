"""contact, company and record timeline: all mail with somebody, and nobody else's."""

import json
from pathlib import Path

import pytest

from mailctl.core.sync.after_storing import made_of_it
from mailctl.errors import ExitCode
from tests.conftest import Run
from tests.core.messages.test_indexing import services_of
from tests.store.samples import NOW, deliver, folder

MAILS = [
    ("ada@example.org", "From: Ben <ben@acme.example>\r\nTo: ada@example.org", "to ada"),
    ("zoe@example.org", "From: zoe@example.org\r\nTo: BEN@acme.example", "from zoe"),
    ("zoe@example.org", "From: zoe@example.org\r\nTo: x@x.example\r\nCc: b@home.example", "copy"),
    ("ada@example.org", "From: x@x.example\r\nTo: y@x.example\r\nBcc: b@home.example", "blind"),
    ("ada@example.org", "From: ben@acme.example.org\r\nTo: ada@example.org", "a longer domain"),
    ("ada@example.org", "From: big.ben@acme.example\r\nTo: ada@example.org", "a longer name"),
    ("ada@example.org", "From: x@mail.acme.example\r\nTo: ada@example.org", "below the domain"),
    ("ada@example.org", "From: x@x.example\r\nTo: ada@example.org", "ben@acme.example is named"),
    ("ada@example.org", "From: x@notacme.example\r\nTo: undisclosed:;", "another one's domain"),
]


@pytest.fixture(autouse=True)
def _mailboxes(home: Path) -> None:
    """Two accounts whose mail is indexed and linked."""
    services = services_of(home / "mailctl.db")
    with services.store.writing() as tx:
        for number, (address, head, subject) in enumerate(MAILS, start=1):
            source = f"{head}\r\nSubject: {subject}\r\nMessage-ID: <{number}@x>\r\n\r\nx\r\n"
            date = NOW.replace(second=number)
            deliver(tx, folder(tx, address=address), number, source.encode(), date=date)
    made_of_it(services, lambda event: None, lambda: False)
    services.store.close()


def subjects(run: Run, *words: str) -> list[str]:
    ran = run(*words, "-o", "json")
    assert ran.code == ExitCode.OK, ran.err
    return [message["subject"] for message in json.loads(ran.out)]


@pytest.fixture
def ben(run: Run) -> str:
    ran = run("contact", "add", "--name", "Ben", "--email", "ben@acme.example")
    assert ran.code == ExitCode.OK, ran.err
    assert run("contact", "set", "Ben", "email+=b@home.example|home").code == ExitCode.OK
    return "Ben"


def test_all_mail_with_a_contact_is_told_whoever_has_it(run: Run, ben: str) -> None:
    assert subjects(run, "contact", "timeline", ben) == ["blind", "copy", "from zoe", "to ada"]


def test_a_page_follows_the_other(run: Run, ben: str) -> None:
    ran = run("contact", "timeline", ben, "--limit", "3", "-o", "json")
    last = json.loads(ran.out)[-1]["id"]
    assert subjects(run, "contact", "timeline", ben, "--after", last) == ["to ada"]


def test_mail_with_a_company_is_that_of_its_domains(run: Run) -> None:
    run("company", "add", "--name", "Acme", "--domain", "acme.example")
    assert subjects(run, "company", "timeline", "Acme") == [
        *("below the domain", "a longer name", "from zoe", "to ada"),
    ]


def test_mail_with_who_was_united_is_told_together(run: Run, ben: str) -> None:
    run("contact", "add", "--name", "Xaver", "--email", "x@mail.acme.example")
    assert run("contact", "merge", ben, "Xaver").code == ExitCode.OK
    assert subjects(run, "contact", "timeline", "x@mail.acme.example")[0] == "below the domain"
    assert len(subjects(run, "contact", "timeline", ben)) == 5


def test_who_has_no_address_has_no_mail(run: Run) -> None:
    run("contact", "add", "--name", "Cy", "--phone", "+4930123456")
    assert subjects(run, "contact", "timeline", "Cy") == []


def test_an_unknown_contact_is_not_found(run: Run) -> None:
    assert run("contact", "timeline", "nobody@x.example").code == ExitCode.NOT_FOUND
    assert run("company", "timeline", "nobody").code == ExitCode.NOT_FOUND


def test_mail_about_a_record_is_all_that_is_linked_to_it(run: Run) -> None:
    run("record", "type", "add", "case")
    assert run("record", "add", "case:7").code == ExitCode.OK
    ids = {
        each["subject"]: each["id"] for each in json.loads(run("message", "list", "-o", "json").out)
    }
    assert subjects(run, "record", "timeline", "case:7") == []
    run("link", "add", ids["copy"], "--to", "case:7")
    run("link", "add", ids["to ada"], "--to", "case:7")
    assert subjects(run, "record", "timeline", "case:7") == ["copy", "to ada"]
    page = ("record", "timeline", "case:7", "--after", ids["copy"])
    assert subjects(run, *page) == ["to ada"]


def test_a_record_that_there_is_not_has_no_timeline(run: Run) -> None:
    assert run("record", "timeline", "case:8").code == ExitCode.NOT_FOUND
