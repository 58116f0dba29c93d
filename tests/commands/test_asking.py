"""Questions at a terminal: a provider to choose, a password that is not echoed."""

import os
import pty
import re
import select
import subprocess
import time
from dataclasses import dataclass

import pytest

from mailctl.errors import ExitCode
from tests.conftest import Run, Spawn
from tests.rig import Rig


@dataclass
class Terminal:
    """A person at a terminal, with one command running."""

    process: "subprocess.Popen[bytes]"
    descriptor: int
    said: str = ""

    def expect(self, pattern: str) -> None:
        """Read until the pattern appears."""
        deadline = time.monotonic() + 15
        while not re.search(pattern, self.said):
            assert time.monotonic() < deadline, self.said
            if not select.select([self.descriptor], [], [], 1)[0]:
                continue
            try:
                self.said += os.read(self.descriptor, 65536).decode()
            except OSError:
                break
        assert re.search(pattern, self.said), self.said

    def type(self, keys: str) -> None:
        """Press keys."""
        os.write(self.descriptor, keys.encode())

    def wait(self) -> int:
        """Return the exit code of the command."""
        code = self.process.wait(timeout=30)
        os.close(self.descriptor)
        return code


@pytest.fixture
def terminal(spawn: Spawn) -> "StartOnTerminal":
    """Starts commands on a terminal."""
    return StartOnTerminal(spawn)


@dataclass(frozen=True)
class StartOnTerminal:
    """Starts a command whose three streams are one terminal."""

    spawn: Spawn

    def __call__(self, *words: str) -> Terminal:
        ours, theirs = pty.openpty()
        process = subprocess.Popen(
            self.spawn.words(*words),
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
            env={**os.environ, "TERM": "dumb"},
        )
        os.close(theirs)
        return Terminal(process, ours)


@pytest.mark.usefixtures("hosting")
def test_the_password_is_asked_for_and_not_echoed(
    terminal: StartOnTerminal, at_the_rig: Rig
) -> None:
    box = at_the_rig.address("ada")
    person = terminal("account", "add", box.address)
    person.expect(f"Password of {re.escape(box.address)}: ")
    person.type(box.password + "\n")
    person.expect("connected " + re.escape(box.address))
    assert person.wait() == ExitCode.OK
    assert box.password not in person.said


def test_a_provider_is_chosen_from_the_candidates(
    terminal: StartOnTerminal, at_the_rig: Rig, hosting: str, run: Run
) -> None:
    box = at_the_rig.address("ada", domain="startup.example")
    person = terminal("account", "add", box.address)
    person.expect("hosting: added by the administrator")
    person.expect(r"words to search\): ")
    person.type(hosting + "\n")
    person.expect(r"Password of \S+: ")
    person.type(box.password + "\n")
    person.expect("startup.example is now recognised for everybody")
    assert person.wait() == ExitCode.OK
    assert "startup.example" in run("provider", "domains").out


@pytest.mark.usefixtures("hosting")
def test_ctrl_c_at_a_question_stores_nothing(
    terminal: StartOnTerminal, at_the_rig: Rig, run: Run
) -> None:
    person = terminal("account", "add", at_the_rig.address("ada").address)
    person.expect(r"Password of \S+: ")
    person.process.send_signal(2)
    assert person.wait() == ExitCode.INTERRUPTED
    assert run("account", "list").out == ""


@pytest.mark.usefixtures("at_the_rig")
def test_no_input_asks_nothing_at_a_terminal(terminal: StartOnTerminal) -> None:
    person = terminal("account", "add", "ada@unknown.example", "--no-input")
    assert person.wait() == ExitCode.CHOICE_NEEDED
