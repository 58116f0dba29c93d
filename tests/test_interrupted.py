"""Ctrl-C while the program starts or ends: it goes without a word, and the shell sees 130."""

import signal
import subprocess
import sys

import pytest

INTERRUPTED = """
import os, runpy, signal, sys

class Interrupting:
    def find_spec(self, name, *_):
        if name == moment:
            os.kill(os.getpid(), signal.SIGINT)

moment = sys.argv.pop(1)
sys.meta_path.insert(0, Interrupting())
runpy.run_module("mailctl", run_name="__main__", alter_sys=True)
"""


def interrupted(moment: str, *, hears_ctrl_c: bool = True) -> "subprocess.CompletedProcess[str]":
    """Run a command that gets SIGINT when it imports a module."""
    handler = signal.SIG_DFL if hears_ctrl_c else signal.SIG_IGN
    before = signal.signal(signal.SIGINT, handler)
    try:
        return subprocess.run(
            [sys.executable, "-c", INTERRUPTED, moment, "account", "list"],
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
    finally:
        signal.signal(signal.SIGINT, before)


@pytest.mark.parametrize(
    "moment",
    [
        *("gc", "resource", "mailctl.errors", "mailctl.cli", "mailctl.cli.main", "typer"),
        *(
            "mailctl.app",
            "mailctl.store.connection",
            "mailctl.cli.accounts",
            "mailctl.domain.oauth",
        ),
        "mailctl.store.accounts",
    ],
)
def test_ctrl_c_at_any_moment_ends_it_without_a_word(moment: str) -> None:
    ended = interrupted(moment)
    assert ended.returncode in {-signal.SIGINT, 128 + signal.SIGINT}, "the shell sees 130 of both"
    assert (ended.stdout, ended.stderr) == ("", "")


@pytest.mark.parametrize("moment", ["resource", "typer", "mailctl.store.accounts"])
def test_a_command_that_must_not_hear_ctrl_c_does_not(moment: str) -> None:
    ended = interrupted(moment, hears_ctrl_c=False)
    assert (ended.returncode, ended.stderr) == (0, "")
