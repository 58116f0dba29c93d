"""message thread: a conversation, to people and to programs."""

import json
from pathlib import Path

import pytest

from mailctl.core.messages.indexing import index_pending
from mailctl.errors import ExitCode
from tests.conftest import Run
from tests.core.messages.test_indexing import services_of
from tests.store.samples import NOW, deliver, folder

LETTERS = [
    ("a", "", "Offer", "Ada <ada@example.org>"),
    ("b", "<a>", "Re: Offer", "Ben <ben@example.net>"),
    ("c", "<a> <b>", "Re: Offer\u202e", "zoe@example.org"),
    ("d", "<a>", "Invoice", "Ada <ada@example.org>"),
    ("e", "", "Offer", "Eve <eve@example.net>"),
]


@pytest.fixture
def ids(home: Path) -> list[str]:
    """Four mails of one conversation and a stranger that only has its subject."""
    services = services_of(home / "mailctl.db")
    with services.store.writing() as tx:
        made = []
        for place, (name, references, subject, sender) in enumerate(LETTERS):
            source = f"From: {sender}\r\nSubject: {subject}\r\nMessage-ID: <{name}>\r\n"
            source += f"References: {references}\r\n\r\n{name}"
            date = NOW.replace(day=place + 1)
            made.append(deliver(tx, folder(tx), place + 1, source.encode(), date=date))
    index_pending(services)
    services.store.close()
    return [str(each) for each in made]


def test_a_person_sees_who_answers_whom(run: Run, ids: list[str]) -> None:
    ran = run("message", "thread", ids[2])
    assert (ran.code, ran.err) == (ExitCode.OK, "")
    assert ran.out.splitlines() == [
        f"2026-01-01T03:04:05Z  {ids[0]}  Ada: Offer",
        f"2026-01-02T03:04:05Z  {ids[1]}  ├─ Ben: Re: Offer",
        f"2026-01-03T03:04:05Z  {ids[2]}  │  └─ zoe@example.org: Re: Offer\\u202e",
        f"2026-01-04T03:04:05Z  {ids[3]}  └─ Ada: Invoice",
    ]


def test_a_program_gets_an_array_with_parents_and_depths(run: Run, ids: list[str]) -> None:
    found = json.loads(run("message", "thread", ids[0], "-o", "json").out)
    assert [(each["id"], each["parent_id"], each["depth"]) for each in found] == [
        (ids[0], None, 0),
        (ids[1], ids[0], 1),
        (ids[2], ids[1], 2),
        (ids[3], ids[0], 1),
    ]
    lines = run("message", "thread", ids[0], "-o", "ndjson").out.splitlines()
    assert [json.loads(line) for line in lines] == found


def test_a_conversation_is_named_by_its_id_too(run: Run, ids: list[str]) -> None:
    thread = json.loads(run("message", "show", ids[3], "-o", "json").out)["thread_id"]
    by_message = run("message", "thread", ids[3], "-o", "json").out
    assert run("message", "thread", thread, "-o", "json").out == by_message
    assert run("message", "thread", thread.upper(), "-o", "json").out == by_message


def test_chosen_fields_are_a_table(run: Run, ids: list[str]) -> None:
    ran = run("message", "thread", ids[1], "--fields", "depth,subject")
    assert ran.out.splitlines()[:2] == ["DEPTH  SUBJECT", "0      Offer"]


@pytest.mark.parametrize("name", ["thr_0123456789ab", "msg_0123456789ab", "nothing", ""])
def test_what_is_none_is_said(run: Run, ids: list[str], name: str) -> None:
    ran = run("message", "thread", name)
    assert (ran.code, ran.out) == (ExitCode.NOT_FOUND, "")
    assert "there is no" in ran.err


def test_a_conversation_many_levels_deep_stays_on_the_page(run: Run, home: Path) -> None:
    services = services_of(home / "mailctl.db")
    with services.store.writing() as tx:
        for number in range(40):
            source = f"Message-ID: <{number}>\r\nReferences: <{number - 1}>\r\n\r\n"
            last = deliver(tx, folder(tx), number + 1, source.encode(), date=NOW)
    index_pending(services)
    services.store.close()
    lines = run("message", "thread", last).out.splitlines()
    assert len(lines) == 40
    assert max(map(len, lines)) < 100
    assert "[+27]" in lines[-1]
