"""message stats: what is counted, and how it is seen."""

import json
import sqlite3
from contextlib import closing
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


@pytest.mark.parametrize(
    ("zone", "expected"),
    [
        ("UTC", ["2026-01-02", "2026-02-11"]),
        ("America/Los_Angeles", ["2026-01-01", "2026-02-10"]),
        ("Pacific/Kiritimati", ["2026-01-02", "2026-02-11"]),
    ],
)
def test_days_begin_as_they_do_for_since(spawn: Spawn, zone: str, expected: list[str]) -> None:
    def days(*words: str) -> list[str]:
        ran = spawn(
            *("message", "stats", "--by", "day", "-o", "json", *words), environment={"TZ": zone}
        )
        return [each["value"] for each in json.loads(ran.out)]

    assert days() == expected
    assert days("--since", expected[1]) == expected[1:]
    assert days("--before", expected[1]) == expected[:1]


def test_an_hour_is_that_of_the_zone(spawn: Spawn) -> None:
    words = ("message", "stats", "--by", "hour", "-o", "json", "--jq", ".[].value")
    assert spawn(*words, environment={"TZ": "Asia/Kolkata"}).out == "08\n"


@pytest.mark.parametrize("zone", ["UTC", "Asia/Tokyo", "America/Los_Angeles"])
def test_a_date_at_the_end_of_the_calendar_is_counted_in_any_zone(
    spawn: Spawn, home: Path, zone: str
) -> None:
    for date in ("0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"):
        with closing(sqlite3.connect(home / "mailctl.db")) as connection, connection:
            connection.execute("UPDATE message SET date = ?", (date,))
        for by in ("day", "week", "month", "year", "hour"):
            ran = spawn("message", "stats", "--by", by, "-o", "json", environment={"TZ": zone})
            assert (ran.code, sum(each["messages"] for each in json.loads(ran.out))) == (0, 4)


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
