"""Child processes that cannot outlive the rig, and the ports they listen on."""

import os
import random
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from .guardian import descendants

LOOPBACK = "127.0.0.1"
START_TIMEOUT_S = 20.0
STOP_TIMEOUT_S = 20.0
POLL_S = 0.01
# Where install.sh puts the servers that cannot be installed beside each other.
UNPACKED = Path("/var/cache/mailctl-rig")
_GUARDIAN = Path(__file__).with_name("guardian.py")
# Below the ephemeral range, so that no outgoing connection takes a port before its server does.
_PORTS = range(10240, 32000)
# Here a rig binds the ports that its servers will soon bind at LOOPBACK: other rigs see it.
_MARKS = "127.0.0.2"


class ServerMissing(Exception):
    """A server's program is not installed."""


class ServerFailed(Exception):
    """A server did not start, or did not stop."""


def require(*programs: str) -> None:
    """Raise ServerMissing unless all programs, given by their full paths, are there."""
    for program in programs:
        if not Path(program).exists():
            raise ServerMissing(f"{program} is not installed: run tests/rig/install.sh")


def as_root(command: Iterable[str]) -> list[str]:
    """Return the command as root would run it: as it is for root, else through sudo."""
    return list(command) if os.geteuid() == 0 else ["sudo", "-n", *command]


def run_as_root(*command: str) -> None:
    """Run a short command as root and raise ServerFailed with what it said if it fails."""
    try:
        subprocess.run(as_root(command), check=True, capture_output=True, text=True)
    except FileNotFoundError as error:
        raise ServerMissing(f"{error.filename} is not there, and the rig needs root") from error
    except subprocess.CalledProcessError as error:
        said = str(error.stderr or error.stdout).strip()
        raise ServerFailed(f"{' '.join(command)}: {said}") from error


@contextmanager
def reserved_ports(count: int) -> Iterator[list[int]]:
    """Yield ports of loopback that nobody uses and that no other rig takes meanwhile."""
    with ExitStack() as held:
        ports: list[int] = []
        while len(ports) < count:
            port = random.choice(_PORTS)
            if _is_free(port) and (mark := _bound(_MARKS, port, socket.SOCK_STREAM)):
                held.enter_context(mark)
                ports.append(port)
        yield ports


def _is_free(port: int) -> bool:
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
        probe = _bound(LOOPBACK, port, kind)
        if probe is None:
            return False
        probe.close()
    return True


def _bound(address: str, port: int, kind: socket.SocketKind) -> socket.socket | None:
    bound = socket.socket(socket.AF_INET, kind)
    try:
        bound.bind((address, port))
    except OSError:
        bound.close()
        return None
    return bound


class Guard:
    """One command that runs until stop(), or until this process is gone, however that happens."""

    def __init__(
        self, command: Iterable[str], *, log: Path, root: bool = True, remove: Path | None = None
    ) -> None:
        self.log = log
        self._root = root
        guardian = [sys.executable, "-I", "-S", str(_GUARDIAN)]
        if remove is not None:
            guardian += ["--remove", str(remove)]
        guardian += command
        with log.open("ab") as output:
            # The guardian stops everything when this pipe closes: no signal needs our rights.
            self._process = subprocess.Popen(
                as_root(guardian) if root else guardian,
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=output,
                cwd="/",
                start_new_session=True,
            )

    @property
    def is_running(self) -> bool:
        return self._process.poll() is None

    def pids(self) -> list[int]:
        """Return the guardian and every process below it."""
        if not self.is_running:
            return []
        return [self._process.pid, *descendants(self._process.pid)]

    def wait_until(self, ready: Callable[[], bool]) -> None:
        """Return once `ready` says so; raise ServerFailed with the log if it never does."""
        deadline = time.monotonic() + START_TIMEOUT_S
        while not ready():
            if not self.is_running or time.monotonic() > deadline:
                tail = self.log.read_text(errors="replace")[-2000:]
                raise ServerFailed(f"the server is not ready, its log ends in:\n{tail}")
            time.sleep(POLL_S)

    def stop(self) -> None:
        """Return when every process is gone; again is harmless."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        try:
            self._process.wait(STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired as error:
            self._kill()
            raise ServerFailed(f"had to be killed: {self._process.args!r}") from error

    def _kill(self) -> None:
        for pid in reversed(self.pids()):
            kill = ["kill", "-KILL", str(pid)]
            subprocess.run(as_root(kill) if self._root else kill, check=False)
        self._process.wait()


class Workspace:
    """A throw-away directory that servers without privileges may pass through.

    It is removed by remove(), or as soon as this process is gone.
    """

    def __init__(self) -> None:
        # /tmp, not TMPDIR: a path of sockets must be short and its parents passable (o+x).
        self.directory = Path(tempfile.mkdtemp(prefix="mailctl-rig-", dir="/tmp"))
        self.directory.chmod(0o755)
        self._broom = Guard((), log=Path(os.devnull), remove=self.directory)

    def remove(self) -> None:
        self._broom.stop()
        if self.directory.exists():
            shutil.rmtree(self.directory)
