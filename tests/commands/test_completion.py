"""What TAB offers of what is stored, and that to press it leaves no trace."""

import os
import shlex
import sqlite3
import sys
from collections.abc import Iterator
from pathlib import Path

import pexpect
import pytest

from mailctl.store import accounts
from mailctl.store.connection import Store
from mailctl.store.migrations import APPLICATION_ID, LATEST, statements, steps
from tests.commands.test_doctor import every_file
from tests.conftest import Run, Spawn
from tests.store.samples import account, folder


def offered(spawn: Spawn, typed: str) -> list[str]:
    """Return what bash is told where somebody presses TAB behind the words."""
    words = typed.split(" ")
    ran = spawn(
        environment={
            "_MAILCTL_COMPLETE": "complete_bash",
            "COMP_WORDS": typed,
            "COMP_CWORD": str(len(words) - 1),
        }
    )
    assert ran.err == ""
    return ran.out.split()


@pytest.mark.parametrize(
    "line",
    [
        {},
        {"COMP_WORDS": "mailctl acc"},
        {"COMP_CWORD": "1"},
        {"COMP_WORDS": "mailctl acc", "COMP_CWORD": "last"},
    ],
)
def test_a_request_of_bash_without_the_line_is_answered_with_nothing(
    spawn: Spawn, line: dict[str, str]
) -> None:
    ran = spawn(environment={"_MAILCTL_COMPLETE": "complete_bash", **line})
    assert (ran.code, ran.out, ran.err) == (0, "", "")


@pytest.fixture
def _accounts(run: Run, home: Path) -> None:
    ran = run("provider", "add", "corp", "--kind", "imap", "--incoming", "imap.corp.example")
    assert ran.code == 0, ran.err
    run("oauth", "app", "add", "google", "--client-id", "id")
    run("record", "type", "add", "invoice")
    run("link", "rule", "add", "--name", "numbers", "--match", r"(\d+)", "--to", "record:invoice")
    store = Store(home / "mailctl.db")
    with store.writing() as tx:
        for address in ("ada@corp.example", "ben@corp.example"):
            accounts.add(tx, account(address))
        folder(tx, "Archive", address="ada@corp.example")
        folder(tx, "Announcements", address="ben@corp.example")
    store.close()


@pytest.mark.usefixtures("_accounts")
@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("mailctl account show ", ["ada@corp.example", "ben@corp.example"]),
        ("mailctl account show ad", ["ada@corp.example"]),
        ("mailctl sync run be", ["ben@corp.example"]),
        ("mailctl message list --account b", ["ben@corp.example"]),
        ("mailctl provider show cor", ["corp"]),
        ("mailctl account add x@y.example --provider fastm", ["fastmail"]),
        ("mailctl account set ada@corp.example per", ["period="]),
        ("mailctl folder exclude ada@corp.example A", ["Archive"]),
        ("mailctl message list --account ben@corp.example --folder A", ["Announcements"]),
        ("mailctl sync run --folder A", ["Announcements", "Archive"]),
        ("mailctl oauth app remove g", ["google"]),
        ("mailctl record list --type in", ["invoice"]),
        ("mailctl link rule set n", ["numbers"]),
        ("mailctl help exi", ["exit-codes"]),
        ("mailctl help acc", ["account"]),
        ("mailctl account list --output=js", ["json"]),
    ],
)
def test_a_tab_offers_what_is_stored(spawn: Spawn, typed: str, names: list[str]) -> None:
    assert offered(spawn, typed) == names


def test_a_tab_makes_no_database(spawn: Spawn) -> None:
    home = Path(os.environ["MAILCTL_HOME"])
    assert offered(spawn, "mailctl account show a") == []
    assert not home.exists() or list(home.iterdir()) == []


def test_a_tab_says_nothing_of_a_damaged_database(spawn: Spawn) -> None:
    home = Path(os.environ["MAILCTL_HOME"])
    home.mkdir(mode=0o700, exist_ok=True)
    (home / "mailctl.db").write_text("no database at all, but long enough to be looked at\n" * 99)
    assert offered(spawn, "mailctl account show a") == []


def test_presets_are_offered_before_there_is_a_database(spawn: Spawn) -> None:
    assert offered(spawn, "mailctl account add x@y.example --provider fastm") == ["fastmail"]


@pytest.mark.usefixtures("_accounts")
def test_a_tab_changes_no_file(spawn: Spawn, home: Path) -> None:
    before = every_file(home)
    assert offered(spawn, "mailctl account show ad") == ["ada@corp.example"]
    assert every_file(home) == before


def test_a_tab_reads_an_old_database_and_leaves_it_old(spawn: Spawn, home: Path) -> None:
    home.mkdir(mode=0o700)
    with sqlite3.connect(home / "mailctl.db") as raw:
        for _, step in steps()[:2]:
            for statement in statements(step.read_text()):
                raw.execute(statement)
        raw.execute(
            "INSERT INTO account VALUES ('acc_1', 'ada@corp.example', 'corp', 'Ada', 'ada', 'ada',"
            " NULL, NULL, 'vault:acc_1', 'active', 1, 1, 1, 604800, 'mx', '[]',"
            " '2026-01-02T03:04:05Z', NULL, NULL)"
        )
        raw.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        raw.execute("PRAGMA user_version = 2")
    raw.close()
    before = every_file(home)
    assert offered(spawn, "mailctl account show a") == ["ada@corp.example"]
    assert offered(spawn, "mailctl provider show fastm") == ["fastmail"]
    assert every_file(home) == before


@pytest.mark.usefixtures("_accounts")
def test_a_tab_is_silent_about_a_database_of_the_future(spawn: Spawn, home: Path) -> None:
    with sqlite3.connect(home / "mailctl.db") as raw:
        raw.execute(f"PRAGMA user_version = {LATEST + 1}")
    raw.close()
    assert offered(spawn, "mailctl account show a") == []


@pytest.mark.usefixtures("_accounts")
def test_a_tab_reads_along_with_a_process_that_writes(spawn: Spawn, home: Path) -> None:
    writer = sqlite3.connect(home / "mailctl.db", isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    writer.execute("UPDATE account SET address = 'eve@corp.example' WHERE address LIKE 'ada%'")
    writer.execute("COMMIT")
    writer.execute("BEGIN IMMEDIATE")
    assert offered(spawn, "mailctl account show ") == ["ben@corp.example", "eve@corp.example"]
    writer.execute("ROLLBACK")
    writer.close()


@pytest.fixture
def bash(run: Run) -> Iterator["pexpect.spawn[str]"]:
    """A bash that was taught by the script, without the package bash-completion."""
    script = Path(os.environ["MAILCTL_HOME"]).with_name("taught.bash")
    script.write_text(run("completion", "bash").out)
    with pexpect.spawn(
        "bash",
        ["--noprofile", "--norc", "-i"],
        env={
            **os.environ,
            "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin",
            "TERM": "dumb",
            "PS1": "",
            "INPUTRC": "/dev/null",
        },
        encoding="utf-8",
        timeout=20,
        dimensions=(24, 240),
    ) as shell:
        shell.sendline(f"bind 'set enable-bracketed-paste off'; source {shlex.quote(str(script))}")
        yield shell


def words_after_tab(bash: "pexpect.spawn[str]", typed: str, then: str = "") -> list[str]:
    """Press TAB behind what is typed, go on typing, and return the words that bash would run."""
    bash.sendline("print() { printf 'WORD<%s>\\n' \"$@\"; printf 'END\\n'; }; echo rea''dy")
    bash.expect_exact("ready\r\n")
    bash.send(f"{typed}\t{then}")
    bash.send("\x01print \x05\r")
    bash.expect(r"\r\nEND\r\n")
    said = str(bash.before).replace("\r", "")
    return [line[5:-1] for line in said.splitlines() if line.startswith("WORD<")]


@pytest.mark.usefixtures("_accounts")
@pytest.mark.parametrize(
    ("typed", "then", "completed"),
    [
        ("account show ad", "", "account show ada@corp.example"),
        ("account show ada@", "", "account show ada@corp.example"),
        ("account show ada@co", "", "account show ada@corp.example"),
        ('account show "ada@co', "", "account show ada@corp.example"),
        ("account set ada@corp.example per", "7d", "account set ada@corp.example period=7d"),
        ("account list --output=js", "", "account list --output=json"),
        ("sync run ada@corp.example ben@c", "", "sync run ada@corp.example ben@corp.example"),
        ("account  show --fields 'a b' be", "", "account show --fields 'a b' ben@corp.example"),
        ("account show nobody@", "", "account show nobody@"),
    ],
)
def test_bash_completes_words_in_which_it_sees_several(
    bash: "pexpect.spawn[str]", typed: str, then: str, completed: str
) -> None:
    assert words_after_tab(bash, f"mailctl {typed}", then) == ["mailctl", *shlex.split(completed)]


@pytest.mark.usefixtures("_accounts")
@pytest.mark.parametrize(
    "told", ["COMP_WORDBREAKS=${COMP_WORDBREAKS//[@:=]}", "shopt -u hostcomplete"]
)
def test_bash_completes_where_it_breaks_words_elsewhere(
    bash: "pexpect.spawn[str]", told: str
) -> None:
    bash.sendline(told)
    typed = "mailctl account list --output=js"
    assert words_after_tab(bash, typed) == ["mailctl", "account", "list", "--output=json"]
    typed = "mailctl account show ada@c"
    assert words_after_tab(bash, typed) == ["mailctl", "account", "show", "ada@corp.example"]
