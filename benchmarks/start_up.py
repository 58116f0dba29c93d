"""How long a small command takes beside the bare import of its framework."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from benchmarks.measured import Measured

RUNS = 31
BIN = Path(sys.executable).parent
PEER = [sys.executable, "-c", "import typer"]
COMMANDS = (
    ("account list", 1.5),
    ("account list -o json", None),
    ("message list -o json", None),
    ("--help", None),
    ("version", None),
)


def measure() -> list[Measured]:
    """Measure every command on a home with one account."""
    with tempfile.TemporaryDirectory() as home:
        environment = {**os.environ, "MAILCTL_HOME": home, "MAILCTL_NO_INPUT": "1", "PW": "x"}
        _run([f"{BIN}/mailctl", *_ADD], environment)
        return [_compare(command, limit, environment) for command, limit in COMMANDS]


_ADD = ("account", "add", "ada@gmail.com", "--no-verify", "--secret", "env:PW")


def _compare(command: str, limit: float | None, environment: dict[str, str]) -> Measured:
    ours = [f"{BIN}/mailctl", *command.split()]
    _run(ours, environment)
    _run(PEER, environment)
    pairs = [(_run(ours, environment), _run(PEER, environment)) for _ in range(RUNS)]
    return Measured(
        command=f"mailctl {command}",
        peer="`python -c 'import typer'`",
        value=median(a for a, _ in pairs),
        peer_value=median(b for _, b in pairs),
        ratio=median(a / b for a, b in pairs),
        limit=limit,
    )


def _run(words: Sequence[str], environment: dict[str, str]) -> float:
    started = time.perf_counter()
    subprocess.run(words, env=environment, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - started
