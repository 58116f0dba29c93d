"""message list: filters, orders and pages as they are typed."""

import json
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest

from mailctl.errors import ExitCode
from mailctl.store.connection import Store
from tests.commands.terminals import on_a_terminal
from tests.conftest import Run, Spawn
from tests.store.samples import NOW, deliver, folder, mail

SUBJECTS = ["one", "two", "three", "four", "five"]


@pytest.fixture(autouse=True)
def _mailbox(home: Path) -> None:
    """Five messages, an hour between them; the last two are unread, the third is in Work."""
    store = Store(home / "mailctl.db")
    with store.writing() as tx:
        for number, subject in enumerate(SUBJECTS, start=1):
            into = folder(tx, "Work" if subject == "three" else "INBOX")
            source = mail(subject, message_id=f"<{number}@x>", body="x" * (10 - number))
            deliver(tx, into, number, source, date=NOW + timedelta(hours=number))
        tx.execute("UPDATE message_copy SET flags = '[]' WHERE uid > 3")
    store.close()


def subjects(run: Run, *words: str) -> list[str]:
    """Return the subjects of what is listed."""
    ran = run("message", "list", *words, "-o", "json")
    assert ran.code == ExitCode.OK, ran.err
    return [message["subject"] for message in json.loads(ran.out)]


def ids(run: Run) -> list[str]:
    return [message["id"] for message in json.loads(run("message", "list", "-o", "json").out)]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ([], ["five", "four", "three", "two", "one"]),
        (["--limit", "2"], ["five", "four"]),
        (["--unread"], ["five", "four"]),
        (["--folder", "Work"], ["three"]),
        (["--account", "ada@example.org", "--folder", "INBOX", "--limit", "1"], ["five"]),
        (["--since", "2026-01-02T07:04:05Z"], ["five", "four"]),
        (["--before", "2026-01-02T05:04:05Z"], ["one"]),
        (
            ["--since", "2026-01-02T05:00:00+00:00", "--before", "2026-01-02T07:00Z"],
            ["three", "two"],
        ),
        (["--since", "2025", "--before", "today"], ["five", "four", "three", "two", "one"]),
        (["--since", "9999-12-31"], []),
        (["--sort", "date"], ["one", "two", "three", "four", "five"]),
        (["--sort", "-date", "--limit", "1"], ["five"]),
        (["--sort=SIZE", "--limit", "2"], ["five", "four"]),
        (["--sort", "subject"], ["five", "four", "one", "three", "two"]),
        (["--sort", "-subject", "--limit", "1"], ["two"]),
    ],
)
def test_messages_are_listed_as_is_said(run: Run, words: list[str], expected: list[str]) -> None:
    assert subjects(run, *words) == expected


@pytest.mark.parametrize(
    "words", [["--folder", "work"], ["--folder", "Nowhere", "--account", "ada@example.org"]]
)
def test_a_folder_that_nobody_has_is_not_found(run: Run, words: list[str]) -> None:
    ran = run("message", "list", *words)
    assert (ran.code, ran.out) == (ExitCode.NOT_FOUND, "")
    assert f"there is no folder '{words[1]}'" in ran.err


def test_a_page_follows_the_last_message_of_the_one_before(run: Run) -> None:
    assert subjects(run, "--limit", "2", "--after", ids(run)[1]) == ["three", "two"]
    assert subjects(run, "--after", ids(run)[4]) == []
    assert subjects(run, "--after", ids(run)[3][:10]) == ["one"]
    assert subjects(run, "--after", ids(run)[3], "--sort", "date") == ["three", "four", "five"]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["--sort", "colour"], ExitCode.USAGE),
        (["--sort", ""], ExitCode.USAGE),
        (["--sort", "--date"], ExitCode.USAGE),
        (["--since", "yesteryear"], ExitCode.USAGE),
        (["--before", ""], ExitCode.USAGE),
        (["--limit", "0"], ExitCode.USAGE),
        (["--after", "msg_000000000000"], ExitCode.NOT_FOUND),
        (["--account", "eve@example.org"], ExitCode.NOT_FOUND),
    ],
)
def test_what_cannot_be_meant_is_said(run: Run, words: list[str], code: ExitCode) -> None:
    ran = run("message", "list", *words, "-o", "json")
    assert (ran.code, ran.out) == (code, "")
    assert json.loads(ran.err)["error"]["hint"]


def test_a_person_is_told_how_to_go_on(run: Run, spawn: Spawn) -> None:
    last = ids(run)[1]
    assert f"--after {last}\n" in on_a_terminal(spawn, "message", "list", "--limit", "2")
    assert "--after" not in on_a_terminal(spawn, "message", "list", "--limit", "5")
    assert "--after" not in on_a_terminal(spawn, "message", "list", "--limit", "2", "--quiet")
    assert run("message", "list", "--limit", "2").err == ""


def test_what_is_unread_stands_out_where_there_is_colour(run: Run, spawn: Spawn) -> None:
    words = ("message", "list", "--fields", "subject")
    assert on_a_terminal(spawn, *words).splitlines() == [
        *("SUBJECT", "-------", "\x1b[1mfive\x1b[0m", "\x1b[1mfour\x1b[0m"),
        *("three", "two", "one"),
    ]
    assert "\x1b" not in on_a_terminal(spawn, *words, NO_COLOR="1")
    assert "\x1b" not in run(*words).out


@pytest.mark.parametrize("format_", ["table", "json", "ndjson", "yaml", "csv"])
def test_a_reader_that_goes_away_is_no_noise(spawn: Spawn, format_: str) -> None:
    with subprocess.Popen(
        spawn.words("message", "list", "-o", format_),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as command:
        assert command.stdout is not None
        assert command.stderr is not None
        command.stdout.close()
        assert command.stderr.read() == b""
    assert command.returncode == ExitCode.BROKEN_PIPE
