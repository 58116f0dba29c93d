"""Fixtures for all tests: the rig of real servers, the program in and out of process, guards."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import hypothesis
import pytest
from typer.testing import CliRunner

from mailctl.cli.main import commands
from tests import promises
from tests.rig import Courier, Cyrus, Rig

# The suites of contracts explain their failures as test modules do.
pytest.register_assert_rewrite("tests.contracts")
# How long an example takes says how busy the machine is.
hypothesis.settings.register_profile(
    "untimed", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("untimed")
# What changes how things are shown, or starts a program of the tester's.
_OF_A_DESK = (
    *("NO_COLOR", "FORCE_COLOR", "CLICOLOR_FORCE", "COLUMNS", "LINES"),
    *("PAGER", "EDITOR", "VISUAL", "BROWSER"),
)
_LOOPBACK = ("127.", "::1", "localhost")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what builds and installs: so one process does, while others take all the rest.

    Processes take work off each other's ends: among the others these tests could come to both.
    """
    items.sort(key=lambda item: "packaging" not in item.path.parts)


@dataclass(frozen=True)
class Ran:
    """How a run of mailctl ended and what it said on which stream."""

    code: int
    out: str
    err: str


@pytest.fixture(scope="session")
def rig() -> Iterator[Rig]:
    """Real DNS, web, IMAP and SMTP servers on loopback, one set for the whole session."""
    with Rig() as running:
        yield running


@pytest.fixture(scope="session")
def cyrus(rig: Rig) -> Iterator[Cyrus]:
    """A real Cyrus, started for the first test that asks for it."""
    with Cyrus(rig.authority) as server:
        yield server


@pytest.fixture(scope="session")
def courier(rig: Rig) -> Iterator[Courier]:
    """A real Courier, started for the first test that asks for it."""
    with Courier(rig.authority) as server:
        yield server


@pytest.fixture(autouse=True)
def _own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep every test out of the tester's home, keyring and settings."""
    for name in [name for name in os.environ if name.startswith(("MAILCTL_", "XDG_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("MAILCTL_HOME", str(tmp_path / "mailctl"))
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    for name in _OF_A_DESK:
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(autouse=True)
def _loopback_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no test talk to anybody outside this machine."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: object) -> None:
        if isinstance(address, tuple) and not str(address[0]).startswith(_LOOPBACK):
            raise AssertionError(f"a test tried to reach {address}")
        connect(self, address)  # type: ignore[arg-type]

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """The directory that MAILCTL_HOME names in this test."""
    return tmp_path / "mailctl"


@pytest.fixture
def at_the_rig(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> Rig:
    """The rig, with this test's environment pointing at it."""
    for name, value in rig.environment().items():
        monkeypatch.setenv(name, value)
    return rig


class Run:
    """Types a command in process, by Typer's CliRunner."""

    def __call__(self, *words: str, typed: str | bytes | None = None) -> Ran:
        """Run `mailctl WORDS`, `typed` being what stands on standard input."""
        result = CliRunner().invoke(commands, list(words), input=typed)
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        promises.keep(words, os.environ, result.stdout, result.stderr)
        return Ran(result.exit_code, result.stdout, result.stderr)


@pytest.fixture
def run() -> Run:
    """The program in process."""
    return Run()


class Spawn:
    """Types a command in a process of its own."""

    def __call__(
        self,
        *words: str,
        typed: str = "",
        environment: Mapping[str, str] | None = None,
        timeout_s: float = 60,
    ) -> Ran:
        """Run `mailctl WORDS` and wait for its end."""
        environment = {**os.environ, **(environment or {})}
        done = subprocess.run(
            self.words(*words),
            input=typed,
            capture_output=True,
            text=True,
            timeout=timeout_s,
            env=environment,
            check=False,
        )
        promises.keep(words, environment, done.stdout, done.stderr)
        return Ran(done.returncode, done.stdout, done.stderr)

    def words(self, *words: str) -> Sequence[str]:
        """Return the command line of a process."""
        return [sys.executable, "-m", "mailctl", *words]


@pytest.fixture
def spawn() -> Spawn:
    """The program as a process."""
    return Spawn()


@pytest.fixture
def hosting(run: Run, at_the_rig: Rig) -> str:
    """A provider of one's own at the rig, recognised by its mail exchangers."""
    ran = run(
        *("provider", "add", "hosting"),
        *("--incoming", "mail.hosting.example", "--submission", "mail.hosting.example"),
        *("--mx", "hosting.example"),
    )
    assert ran.code == 0, ran.err
    return "hosting"
