"""message search: what was typed, what is found."""

import json
from pathlib import Path

import pytest

from mailctl.core.messages.indexing import index_pending
from mailctl.errors import ExitCode
from tests.commands.terminals import on_a_terminal
from tests.conftest import Run, Spawn
from tests.core.messages.test_indexing import services_of
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
        (["invoice", "OR", "noon"], ["Lunch", "Invoice 17"]),
        (["(subject:lunch", "OR", "発票)", "-noon"], ["発票"]),
        (["invoice", "-noon", "-o", "json", "-ojson"], ["Invoice 17"]),
        (["-friday", "-v", "-quux"], ["発票"]),
        (["from:ben after:2026-01-02 before:2026-01-03 -friday"], ["発票"]),
        (["account:zoe@example.org"], ["発票"]),
        (["nowhere"], []),
        (["NEAR", "{"], []),
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


def test_a_person_is_told_how_to_go_on(run: Run, spawn: Spawn) -> None:
    found = json.loads(run("message", "search", "invoice", "-o", "json").out)
    words = ("message", "search", "invoice", "--limit")
    assert f"--after {found[0]['id']}\n" in on_a_terminal(spawn, *words, "1")
    assert "--after" not in on_a_terminal(spawn, *words, str(len(found)))


def test_an_unknown_account_is_said(run: Run) -> None:
    assert run("message", "search", "x", "--account", "eve@x.example").code == ExitCode.NOT_FOUND


def test_a_query_that_is_none_is_shown_with_a_mark_at_the_mistake(run: Run) -> None:
    ran = run("message", "search", "invoice", "form:ann", "x")
    assert (ran.code, ran.out) == (ExitCode.USAGE, "")
    assert ran.err.splitlines()[:3] == [
        "mailctl: there is no field form:",
        "  invoice form:ann x",
        "          ^",
    ]


def test_a_program_is_told_the_column(run: Run) -> None:
    ran = run("message", "search", "before:never", "-o", "json")
    error = json.loads(ran.err)["error"]
    assert (error["code"], error["column"], error["query"]) == ("bad-query", 8, "before:never")


def test_what_is_found_is_counted(run: Run) -> None:
    assert run("message", "search", "--count", "friday").out == "2\n"
    ran = run(
        "message", "search", "--count", "friday", "--account", "zoe@example.org", "-o", "json"
    )
    assert json.loads(ran.out) == {"count": 0}


@pytest.mark.parametrize("options", [["--limit", "5"], ["--after", "msg_0123"]])
def test_a_page_is_not_counted(run: Run, options: list[str]) -> None:
    ran = run("message", "search", "--count", "friday", *options)
    assert (ran.code, ran.out) == (ExitCode.USAGE, "")
    assert "leave --limit and --after out" in ran.err


def test_the_last_of_a_page_leads_to_the_next(run: Run) -> None:
    (first,) = json.loads(run("message", "search", "ben", "--limit", "1", "-o", "json").out)
    rest = subjects(run, "ben", "--after", first["id"])
    assert [first["subject"], *rest] == subjects(run, "ben")
    assert run("message", "search", "ben", "--after", "msg_00000000").code == ExitCode.NOT_FOUND


def test_messages_that_wait_for_the_index_are_told_of(run: Run, home: Path) -> None:
    assert run("message", "search", "friday").err == ""
    services = services_of(home / "mailctl.db")
    with services.store.writing() as tx:
        deliver(tx, folder(tx), 9, mail(message_id="<9@x>"))
    services.store.close()
    ran = run("message", "search", "friday", "-o", "ndjson")
    assert (ran.code, ran.out.count("\n")) == (ExitCode.OK, 2)
    assert "1 message is not searchable yet" in ran.err
    assert "mailctl sync run --index-only" in ran.err
    assert run("message", "search", "friday", "--quiet").err == ""
