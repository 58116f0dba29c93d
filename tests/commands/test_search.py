"""message search: what was typed, what is found."""

import json
from pathlib import Path

import pytest

from mailctl.core.indexing import index_pending
from mailctl.errors import ExitCode
from tests.conftest import Run
from tests.core.test_indexing import services_of
from tests.store.samples import NOW, deliver, folder, mail

MAILS = [
    ("ada@example.org", "Invoice 17", "please pay the invoice by Friday"),
    ("ada@example.org", "Lunch", "Friday at noon? The invoice can wait"),
    ("zoe@example.org", "発票", "我今天收到了发票"),
]


@pytest.fixture(autouse=True)
def _mailboxes(home: Path) -> None:
    """Two accounts whose mail is indexed."""
    services = services_of(home / "mailctl.db")
    with services.store.writing() as tx:
        for number, (address, subject, body) in enumerate(MAILS, start=1):
            source = mail(subject, message_id=f"<{number}@x>", body=body)
            date = NOW.replace(second=number)
            deliver(tx, folder(tx, address=address), number, source, date=date)
    index_pending(services)
    services.store.close()


def subjects(run: Run, *words: str) -> list[str]:
    """Return the subjects of what is found."""
    ran = run("message", "search", *words, "-o", "json")
    assert ran.code == ExitCode.OK, ran.err
    return [message["subject"] for message in json.loads(ran.out)]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["invoice"], ["Lunch", "Invoice 17"]),
        (["invoice", "PAY"], ["Invoice 17"]),
        (["invoice pay"], ["Invoice 17"]),
        (['"by friday"'], ["Invoice 17"]),
        (["fri*", "noon"], ["Lunch"]),
        (["invoice", "--limit", "1"], ["Lunch"]),
        (["ben", "--account", "zoe@example.org"], ["発票"]),
        (["发票"], ["発票"]),
        (["invoice", "OR", "lunch"], []),
        (["nowhere"], []),
        (['"unended (phrase', "NEAR", "{"], []),
    ],
)
def test_messages_are_found_by_all_words(run: Run, words: list[str], expected: list[str]) -> None:
    assert subjects(run, *words) == expected


def test_what_is_found_looks_like_a_list_of_messages(run: Run) -> None:
    found = json.loads(run("message", "search", "noon", "-o", "json").out)
    listed = json.loads(run("message", "list", "-o", "json").out)
    assert found == [message for message in listed if message["subject"] == "Lunch"]


@pytest.mark.parametrize("words", [['""'], ["-", "!"], ["*"], [""]])
def test_nothing_to_search_for_is_said(run: Run, words: list[str]) -> None:
    ran = run("message", "search", "--", *words)
    assert (ran.code, ran.out) == (ExitCode.USAGE, "")
    assert "no word to search for" in ran.err


def test_an_unknown_account_is_said(run: Run) -> None:
    assert run("message", "search", "x", "--account", "eve@x.example").code == ExitCode.NOT_FOUND
