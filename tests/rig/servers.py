"""What all servers of the rig share: a directory, a guard, a beginning and an end."""

from abc import ABC, abstractmethod
from contextlib import ExitStack
from pathlib import Path
from typing import Self

from .processes import Guard, Workspace, reserved_ports


class Server(ABC):
    """A server that is started once, in the given directory or in one of its own."""

    needs_root = True

    def __init__(self, directory: Path | None = None) -> None:
        self._held = ExitStack()
        self._guard: Guard | None = None
        if directory is None:
            workspace = Workspace()
            self._held.callback(workspace.remove)
            directory = workspace.directory
        self.directory = directory
        self.directory.mkdir(parents=True, exist_ok=True)
        self.log_file = self.directory / "log"
        self.log_file.touch()

    def reserve(self, count: int) -> list[int]:
        """Return free ports, which stay ours until stop()."""
        return self._held.enter_context(reserved_ports(count))

    @abstractmethod
    def prepare(self) -> list[str]:
        """Write the configuration and return the command that serves in the foreground."""

    @abstractmethod
    def is_ready(self) -> bool:
        """Whether the server does its work, which is more than that it listens."""

    def launch(self) -> None:
        """Begin to start; wait_until_ready() must follow."""
        command = self.prepare()
        self._guard = Guard(command, log=self.log_file, root=self.needs_root)

    def wait_until_ready(self) -> None:
        assert self._guard is not None, "launch() comes first"
        self._guard.wait_until(self.is_ready)

    def start(self) -> Self:
        try:
            self.launch()
            self.wait_until_ready()
        except BaseException:
            self.stop()
            raise
        return self

    def stop(self) -> None:
        """Return when all processes are gone; again is harmless."""
        with self._held:
            if self._guard is not None:
                self._guard.stop()

    def pids(self) -> list[int]:
        return self._guard.pids() if self._guard is not None else []

    def log_text(self) -> str:
        return self.log_file.read_text(errors="replace")

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()
