"""Commands run as whole processes, with what they took."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_LAUNCHER = str(Path(__file__).with_name("launcher.py"))


@dataclass(frozen=True)
class Took:
    """What one command, or several one after the other, took."""

    seconds: float
    cpu_s: float
    peak_bytes: int
    out: str = ""

    def __add__(self, other: "Took") -> "Took":
        return Took(
            self.seconds + other.seconds,
            self.cpu_s + other.cpu_s,
            max(self.peak_bytes, other.peak_bytes),
        )


def took(words: Sequence[str], environment: Mapping[str, str]) -> Took:
    """Run a command to its end; raise AssertionError with what it said if it fails."""
    with tempfile.NamedTemporaryFile(prefix="took-") as report:
        launched = [sys.executable, "-I", "-S", _LAUNCHER, report.name, *words]
        done = subprocess.run(
            launched, env={**os.environ, **environment}, capture_output=True, check=False
        )
        if done.returncode:
            said = (done.stdout + done.stderr)[-2000:].decode(errors="replace")
            raise AssertionError(f"{' '.join(words)} ended with {done.returncode}:\n{said}")
        return Took(**json.loads(report.read()), out=done.stdout.decode())
