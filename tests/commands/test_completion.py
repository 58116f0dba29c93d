"""What TAB offers of what is stored, and that to press it leaves no trace."""

import os
from pathlib import Path

import pytest

from tests.commands.linked_mail import own_account
from tests.conftest import Run, Spawn


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


@pytest.fixture
def _accounts(run: Run) -> None:
    for address in ("ada@corp.example", "ben@corp.example"):
        own_account(run, address)


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
        ("mailctl help exi", ["exit-codes"]),
        ("mailctl help acc", ["account"]),
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
