"""message stats: what is counted, and how it is seen."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from mailctl.errors import ExitCode
from mailctl.store.connection import Store
from tests.commands.terminals import at_a_terminal
from tests.conftest import Run, Spawn
from tests.store.samples import NOW, deliver, folder, mail


@pytest.fixture(autouse=True)
def _mailbox(home: Path) -> None:
    """Three messages of Ben in January, two of them in INBOX, and one of Zoe in February."""
    store = Store(home / "mailctl.db")
    with store.writing() as tx:
        for uid in (1, 2, 3):
            into = folder(tx, "Work" if uid == 3 else "INBOX")
            deliver(tx, into, uid, mail(message_id=f"<{uid}@x>"), date=NOW)
        source = mail(message_id="<4@x>").replace(b"ben@example.net", b"zoe@other.example")
        deliver(tx, folder(tx, address="zoe@other.example"), 4, source, date=NOW + timedelta(40))
    store.close()


def counted(run: Run, *words: str) -> list[tuple[str, int]]:
    """Return what is counted and how many there are."""
    ran = run("message", "stats", *words, "-o", "json")
    assert ran.code == ExitCode.OK, ran.err
    return [(each["value"], each["messages"]) for each in json.loads(ran.out)]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ([], [("2026-01", 3), ("2026-02", 1)]),
        (["--by", "day"], [("2026-01-02", 3), ("2026-02-11", 1)]),
        (["--by", "week", "--limit", "1"], [("2026-W07", 1)]),
        (["--by", "hour"], [("03", 4)]),
        (["--by", "sender"], [("ben@example.net", 3), ("zoe@other.example", 1)]),
        (["--by", "domain", "--limit", "1"], [("example.net", 3)]),
        (["--by", "folder"], [("INBOX", 2), ("INBOX", 1), ("Work", 1)]),
        (["--by", "account"], [("ada@example.org", 3), ("zoe@other.example", 1)]),
        (["--account", "zoe@other.example"], [("2026-02", 1)]),
        (["--since", "2026-02-01"], [("2026-02", 1)]),
        (["--before", "2026-02-01"], [("2026-01", 3)]),
    ],
)
def test_messages_are_counted_as_is_said(
    run: Run, words: list[str], expected: list[tuple[str, int]]
) -> None:
    assert counted(run, *words) == expected


def test_a_sum_tells_size_and_what_is_unread(run: Run) -> None:
    (sums,) = json.loads(run("message", "stats", "--by", "year", "-o", "json").out)
    listed = json.loads(run("message", "list", "-o", "json").out)
    size = sum(message["size"] for message in listed)
    assert sums == {"value": "2026", "messages": 4, "bytes": size, "unread": 0, "account": None}


def test_a_terminal_gets_bars_that_fit(spawn: Spawn) -> None:
    shown = at_a_terminal(spawn, 60, "message", "stats", NO_COLOR="1")
    first, second = shown.out.splitlines()
    assert first.startswith("2026-01  3  ███")
    assert second.startswith("2026-02  1  ███")
    assert first.count("█") == pytest.approx(3 * second.count("█"), abs=3)
    assert len(first) == len(second) == 60


def test_folders_of_several_accounts_are_told_apart(spawn: Spawn) -> None:
    shown = at_a_terminal(spawn, 90, "message", "stats", "--by", "folder")
    assert "INBOX (zoe@other.example)" in shown.out


def test_a_pipe_gets_numbers(run: Run) -> None:
    assert run("message", "stats", "--by", "account").out.splitlines()[0].split() == [
        *("VALUE", "MESSAGES", "BYTES", "UNREAD")
    ]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["--by", "mood"], ExitCode.USAGE),
        (["--since", "?"], ExitCode.USAGE),
        (["--limit", "0"], ExitCode.USAGE),
        (["--account", "eve@example.org"], ExitCode.NOT_FOUND),
        (["--fields", "mood"], ExitCode.USAGE),
    ],
)
def test_what_cannot_be_meant_is_said(run: Run, words: list[str], code: ExitCode) -> None:
    ran = run("message", "stats", *words, "-o", "json")
    assert (ran.code, ran.out) == (code, "")
    assert json.loads(ran.err)["error"]["hint"]
