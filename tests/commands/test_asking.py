"""Questions at a terminal: a provider to choose, a password that is not echoed."""

import io
import os
import sqlite3
import sys
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pexpect
import pytest

from mailctl.errors import ExitCode
from tests.conftest import Run
from tests.rig import Rig


def wizard(*words: str) -> "pexpect.spawn[str]":
    """Start `account add` at a terminal."""
    return mailctl("account", "add", *words)


def mailctl(*words: str) -> "pexpect.spawn[str]":
    """Start a command at a terminal as wide as a person's."""
    return pexpect.spawn(
        sys.executable,
        ["-m", "mailctl", *words],
        timeout=20,
        encoding="utf-8",
        dimensions=(50, 160),
        env={**os.environ, "TERM": "dumb"},
    )


def ended(person: "pexpect.spawn[str]") -> int | None:
    person.expect(pexpect.EOF)
    person.close()
    return person.exitstatus


@dataclass(frozen=True)
class Question:
    """A question of the wizard, and what a person answers."""

    asked: str
    answer: str


ADDRESS, PROVIDER, PASSWORD = "Mail address: ", r"words to search\): ", r"Password of \S+: "


def test_a_person_is_led_from_the_address_to_what_comes_next(
    at_the_rig: Rig, hosting: str, run: Run
) -> None:
    box = at_the_rig.address("ada")
    person = wizard()
    for question in (Question(ADDRESS, box.address), Question(PASSWORD, box.password)):
        person.expect(question.asked)
        person.sendline(question.answer)
    person.expect(f"connected {box.address}")
    person.expect(f"mailctl sync run {box.address}")
    assert ended(person) == ExitCode.OK
    assert box.address in run("account", "list").out, hosting


def test_a_provider_is_searched_and_chosen_by_its_number(
    at_the_rig: Rig, hosting: str, run: Run
) -> None:
    box = at_the_rig.address("ada", domain="startup.example")
    person = wizard(box.address)
    person.expect(PROVIDER)
    person.sendline("no such provider")
    person.expect("nothing matches")
    person.expect(PROVIDER)
    person.sendline("host")
    person.expect("1. hosting: ")
    person.expect(PROVIDER)
    person.sendline("99")
    person.expect(PROVIDER)
    person.sendline("HOSTING")
    person.expect(PASSWORD)
    person.sendline(box.password)
    person.expect("startup.example is now recognised for everybody")
    assert ended(person) == ExitCode.OK
    assert run("account", "list").out.count(hosting) == 1


@pytest.mark.parametrize(
    ("domain", "answered", "asked"),
    [
        ("corp.example", [], ADDRESS),
        ("corp.example", [ADDRESS], PASSWORD),
        ("startup.example", [ADDRESS], PROVIDER),
        ("startup.example", [ADDRESS, PROVIDER], PASSWORD),
    ],
    ids=["address", "password", "provider", "password-after-choice"],
)
def test_ctrl_c_at_any_question_leaves_nothing_behind(
    at_the_rig: Rig, hosting: str, home: Path, domain: str, answered: list[str], asked: str
) -> None:
    box = at_the_rig.address("ada", domain=domain)
    answers = {ADDRESS: box.address, PROVIDER: hosting}
    before = files(home)
    person = wizard()
    for question in answered:
        person.expect(question)
        person.sendline(answers[question])
    person.expect(asked)
    person.sendintr()
    assert ended(person) == ExitCode.INTERRUPTED
    assert files(home) == before
    assert "Traceback" not in (person.before or "")


def files(home: Path) -> dict[str, object]:
    """Return what is stored and which files there are, but for SQLite's own beside the database."""
    with closing(sqlite3.connect(home / "mailctl.db")) as raw:
        dump = list(raw.iterdump())
    passing = ("-wal", "-shm")
    names = {path.name for path in home.iterdir() if not path.name.endswith(passing)}
    return {"dump": dump, "names": names}


def test_the_password_is_asked_for_and_not_echoed(at_the_rig: Rig, hosting: str) -> None:
    box = at_the_rig.address("ada")
    person = wizard(box.address)
    person.logfile_read = heard = io.StringIO()
    person.expect(PASSWORD)
    person.sendline(box.password)
    assert ended(person) == ExitCode.OK, hosting
    assert f"connected {box.address}" in heard.getvalue()
    assert box.password not in heard.getvalue()


@pytest.mark.usefixtures("at_the_rig")
def test_no_input_asks_nothing_at_a_terminal() -> None:
    assert ended(wizard("ada@unknown.example", "--no-input")) == ExitCode.CHOICE_NEEDED


@pytest.mark.parametrize(("answer", "code"), [("n", ExitCode.GUARD), ("y", ExitCode.OK)])
def test_a_removal_is_asked_about(
    at_the_rig: Rig, hosting: str, run: Run, answer: str, code: ExitCode
) -> None:
    box = at_the_rig.address("ada")
    run("account", "add", box.address, "--password-stdin", typed=box.password)
    person = mailctl("account", "remove", box.address)
    person.expect(r"Remove .*\? \[y/N\]: ")
    person.sendline(answer)
    assert ended(person) == code, hosting
    assert (box.address in run("account", "list").out) is (code != ExitCode.OK)
