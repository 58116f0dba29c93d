"""Runs one command for as long as its own standard input stays open, and leaves nothing behind.

The rig keeps the other end of that pipe. However the rig ends, kill -9 included, the kernel closes
the pipe: then the command and everything it started is stopped, and DIRECTORY is removed if given.

usage: guardian.py [--remove DIRECTORY] [COMMAND...]     (standard library only, also run by sudo)
"""

import ctypes
import os
import select
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36
GRACE_S = 3.0
POLL_S = 0.01


def prctl(option: int, value: int) -> None:
    ctypes.CDLL(None).prctl(option, value, 0, 0, 0)


def die_with_parent() -> None:
    prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def descendants(ancestor: int) -> list[int]:
    """Return the processes below this one, parents before children."""
    parents: dict[int, int] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            after_name = stat.read_text(errors="replace").rpartition(")")[2].split()
        except OSError:
            continue  # gone meanwhile
        parents[int(stat.parent.name)] = int(after_name[1])
    family = [ancestor]
    for member in family:
        family.extend(pid for pid, parent in parents.items() if parent == member)
    return family[1:]


def reap() -> bool:
    """Collect the dead; False once there are no children at all."""
    while True:
        try:
            pid, _status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return False
        if pid == 0:
            return True


def all_gone(pids: list[int]) -> bool:
    """Wait for these processes, GRACE_S at most."""
    deadline = time.monotonic() + GRACE_S
    while reap() and any(Path(f"/proc/{pid}").exists() for pid in pids):
        if time.monotonic() > deadline:
            return False
        time.sleep(POLL_S)
    return True


def send(pids: list[int], signum: signal.Signals) -> None:
    for pid in pids:
        try:
            os.kill(pid, signum)
        except ProcessLookupError:
            continue


def stop(server: int) -> None:
    """Ask the server, then whatever it left behind, then insist."""
    send([server], signal.SIGTERM)
    all_gone([server])
    for signum in (signal.SIGTERM, signal.SIGKILL, signal.SIGKILL):
        left = descendants(os.getpid())  # orphans too: it is a subreaper
        send(left, signum)
        all_gone(left)


def wait_for_the_end(wakeup: int, pid: int | None) -> None:
    """Return when the pipe is closed, a signal asks for the end, or the server is gone."""
    while True:
        readable, _, _ = select.select([0, wakeup], [], [])
        if 0 in readable and not os.read(0, 4096):
            return
        if wakeup not in readable:
            continue
        signals = os.read(wakeup, 4096)
        if signal.SIGTERM in signals or signal.SIGINT in signals:
            return
        if pid is not None:
            reap()
            if not Path(f"/proc/{pid}").exists():
                return


def remove(directory: str) -> None:
    """Remove the tree; servers that are just ending may still write into it."""
    deadline = time.monotonic() + 3 * GRACE_S
    while Path(directory).exists() and time.monotonic() < deadline:
        shutil.rmtree(directory, ignore_errors=True)
        time.sleep(POLL_S)


def main(arguments: list[str]) -> None:
    directory = ""
    if arguments[:1] == ["--remove"]:
        directory, arguments = arguments[1], arguments[2:]
    wakeup, wake = os.pipe()
    os.set_blocking(wake, False)
    signal.set_wakeup_fd(wake)
    for signum in (signal.SIGTERM, signal.SIGINT, signal.SIGCHLD):
        signal.signal(signum, lambda *_: None)
    prctl(PR_SET_CHILD_SUBREAPER, 1)
    pid = None
    if arguments:
        pid = subprocess.Popen(
            arguments, stdin=subprocess.DEVNULL, start_new_session=True, preexec_fn=die_with_parent
        ).pid
    wait_for_the_end(wakeup, pid)
    if pid is not None:
        stop(pid)
    if directory:
        remove(directory)


if __name__ == "__main__":
    main(sys.argv[1:])
