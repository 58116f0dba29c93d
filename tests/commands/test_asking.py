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


def interrupted(person: "pexpect.spawn[str]") -> int | None:
    """Press Ctrl-C, and again where one came just between Python's look for it and its read(2)."""
    for _ in range(3):
        person.sendintr()
        if person.expect([pexpect.EOF, pexpect.TIMEOUT], timeout=5) == 0:
            break
    return ended(person)


@dataclass(frozen=True)
class Question:
    """A question of the wizard, and what a person answers."""

    asked: str
    answer: str


ADDRESS, PROVIDER, PASSWORD = "Mail address: ", r"words to search\): ", r"Password of \S+: "


RIGHT = r"Is that right\? \[y/N\]: "


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
    assert interrupted(person) == ExitCode.INTERRUPTED
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


@pytest.fixture
def stranger(at_the_rig: Rig) -> str:
    """A domain whose records name a stranger's servers, at which a password is good."""
    imap, smtp = at_the_rig.dovecot.ports.imaps, at_the_rig.postfix.ports.smtps
    zone = f"""
_imaps._tcp SRV 0 1 {imap} mail.hosting.example.
_submissions._tcp SRV 0 1 {smtp} mail.hosting.example.
"""
    at_the_rig.dns.add_zones({"asked-stranger.example": zone})
    return "asked-stranger.example"


def test_servers_of_a_stranger_are_shown_and_agreed_to(
    at_the_rig: Rig, stranger: str, run: Run
) -> None:
    box = at_the_rig.address("ada", domain=stranger)
    person = wizard(box.address)
    person.expect("nothing vouches for it")
    person.expect(RIGHT)
    person.sendline("y")
    person.expect(PASSWORD)
    person.sendline(box.password)
    assert ended(person) == ExitCode.OK
    assert box.address in run("account", "list").out


@pytest.mark.parametrize(("answer", "code"), [("n", ExitCode.GUARD), (None, ExitCode.INTERRUPTED)])
def test_who_does_not_agree_to_a_stranger_leaves_nothing_behind(
    at_the_rig: Rig, stranger: str, run: Run, home: Path, answer: str | None, code: ExitCode
) -> None:
    run("account", "list")  # makes the store
    before = files(home)
    person = wizard(f"ada@{stranger}")
    person.expect(RIGHT)
    if answer is None:
        assert interrupted(person) == code, at_the_rig
    else:
        person.sendline(answer)
        assert ended(person) == code, at_the_rig
    assert files(home) == before


@pytest.mark.parametrize("flow", ["paste", "browser", "device"])
def test_ctrl_c_while_agreeing_elsewhere_leaves_nothing_behind(
    at_the_rig: Rig, hosting: str, run: Run, home: Path, flow: str
) -> None:
    issuer = "https://oauth.hosting.example"
    run(
        *("oauth", "app", "add", "corp", "--client-id", "mailctl-public", "--scope", "mail"),
        *("--authorization-url", f"{issuer}/authorize", "--token-url", f"{issuer}/token"),
        *("--device-url", f"{issuer}/device/code"),
    )
    run("provider", "set", hosting, "--oauth", "corp")
    before = files(home)
    person = wizard(at_the_rig.address("ada").address, "--oauth", "--flow", flow)
    person.expect({"paste": "Address: ", "browser": "/authorize", "device": "the code"}[flow])
    assert interrupted(person) == ExitCode.INTERRUPTED
    assert files(home) == before
