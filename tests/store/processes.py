"""Other processes that use our modules, steered line by line."""

import subprocess
import sys
from pathlib import Path
from types import TracebackType

_ROOT = Path(__file__).parents[2]
_PATIENCE_S = 30.0


class Child:
    """A Python process that runs one function of a module of tests and talks in lines.

    It is killed, whatever it does, when the `with` block ends.
    """

    def __init__(self, module: str, function: str, *words: str | Path | int) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", module, function, *map(str, words)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=_ROOT,
        )

    def __enter__(self) -> "Child":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.kill()

    @property
    def pid(self) -> int:
        return self.process.pid

    def tell(self, line: str = "") -> None:
        """Send a line, which the process may be waiting for."""
        assert self.process.stdin is not None
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def hear(self) -> str:
        """Wait for the next line; fail with what the process complains of if there is none."""
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            raise AssertionError(f"the process ended: {self.process.communicate()[1]}")
        return line.rstrip("\n")

    def ended(self) -> tuple[int, str]:
        """Wait for the end and return the exit code and all that was not heard yet."""
        out, err = self.process.communicate(timeout=_PATIENCE_S)
        return self.process.returncode, out + err

    def kill(self) -> None:
        """Kill it as `kill -9` does, and wait until it is gone."""
        self.process.kill()
        if not self.process.stdout or not self.process.stdout.closed:
            self.process.communicate()
