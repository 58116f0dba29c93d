"""A terminal of some width, for what a command shows to a person."""

import fcntl
import os
import pty
import struct
import subprocess
import termios

from tests.conftest import Ran, Spawn


def on_a_terminal(spawn: Spawn, *words: str, **environment: str) -> str:
    """Return what a command writes to a terminal that is its output and its error stream."""
    return at_a_terminal(spawn, 80, *words, **environment).out


def at_a_terminal(spawn: Spawn, places: int, *words: str, **environment: str) -> Ran:
    """Run a command at a terminal of so many places; all that it writes counts as output."""
    none = {} if "PAGER" in environment else {"MAILCTL_PAGER": ""}
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, places, 0, 0))
    with subprocess.Popen(
        spawn.words(*words),
        stdin=subprocess.DEVNULL,
        stdout=theirs,
        stderr=theirs,
        env={**os.environ, "TERM": "xterm", **none, **environment},
    ) as command:
        os.close(theirs)
        said = b""
        while piece := _read(ours):
            said += piece
    os.close(ours)
    return Ran(command.returncode, said.decode().replace("\r\n", "\n"), "")


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:  # the other side has gone (Linux)
        return b""
