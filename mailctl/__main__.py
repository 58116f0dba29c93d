"""Where the process starts and its exit code is made."""

import signal

# Nothing has begun yet: until it has, Ctrl-C ends the process as the system does, without a word.
# One that must not hear Ctrl-C (a shell's `&`, nohup) goes on not hearing it.
_HEEDS_CTRL_C = signal.getsignal(signal.SIGINT) is signal.default_int_handler
if _HEEDS_CTRL_C:
    signal.signal(signal.SIGINT, signal.SIG_DFL)

# ruff: noqa: E402
import gc
import os
import resource
import sys
from collections.abc import Callable
from io import TextIOWrapper
from types import FrameType
from typing import TextIO, cast

from mailctl.errors import Terminated


def main() -> None:
    """Run mailctl on the arguments of the process and exit."""
    signal.signal(signal.SIGTERM, _terminate)
    # A core file would hold whatever secret was in memory.
    resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
    sys.stdin = sys.stdin or _nowhere("r")
    sys.stdout = _outgoing(sys.stdout)
    sys.stderr = _outgoing(sys.stderr)
    try:
        commands = _commands()
        if _HEEDS_CTRL_C:
            signal.signal(signal.SIGINT, signal.default_int_handler)
        commands()
    except KeyboardInterrupt:  # before or after the command itself, which says its own
        sys.exit(128 + signal.SIGINT)
    except Terminated:
        sys.exit(Terminated.exit_code)
    finally:
        if _HEEDS_CTRL_C:  # all is said
            signal.signal(signal.SIGINT, signal.SIG_DFL)
        # All memory goes with the process: to look for cycles first takes longer than an import.
        gc.freeze()


def _commands() -> Callable[[], None]:
    """Return the program; what importing it makes stays, and is never looked at as garbage."""
    gc.disable()
    from mailctl.cli.main import commands

    gc.freeze()
    gc.set_threshold(50_000)  # commands import more, and make few cycles
    gc.enable()
    return commands


def _outgoing(stream: TextIO | None) -> TextIO:
    """Return the stream, nowhere if it was closed (`>&-`), writing UTF-8.

    What cannot be encoded is shown as its code, never a crash.
    """
    if isinstance(stream, TextIOWrapper):
        stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    return stream or _nowhere("w")


def _nowhere(mode: str) -> TextIO:
    return cast("TextIO", open(os.devnull, mode, encoding="utf-8"))  # noqa: PTH123


def _terminate(signum: int, frame: FrameType | None) -> None:
    raise Terminated("asked to stop")


if __name__ == "__main__":
    main()
