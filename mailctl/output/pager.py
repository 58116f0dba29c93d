"""What is longer than the screen goes through a pager, as git does it."""

import shlex
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import TextIO, cast

from mailctl.output.streams import Output, OutputClosed

# less ends at once where all fits (F), passes colour on (R), leaves the screen as it is (X)
_DEFAULTS = {"LESS": "FRX", "LV": "-c"}


@contextmanager
def paged(screen: TextIO, command: str, environment: Mapping[str, str]) -> Iterator[Output]:
    """Give what writes through the pager to the screen; straight to it where there is none.

    Who leaves the pager early has seen enough: no failure.
    """
    if not _is_there(command):
        yield Output(screen)
        return
    screen.flush()
    pager = subprocess.Popen(
        ["sh", "-c", command],
        stdin=subprocess.PIPE,
        stdout=screen.fileno(),
        env={**_DEFAULTS, **environment},
        text=True,
        encoding="utf-8",
        errors="replace",
    )
    assert pager.stdin is not None  # noqa: S101 (PIPE makes one)
    try:
        with suppress(OutputClosed):
            yield Output(cast("TextIO", pager.stdin), screen)
    finally:
        with suppress(OSError):
            pager.stdin.close()
        _wait_for(pager)


def _is_there(command: str) -> bool:
    """Whether the first word names a program; `cat` would do nothing."""
    try:
        program, *_ = shlex.split(command) or [""]
    except ValueError:  # a quotation without an end
        return False
    return program not in {"", "cat"} and shutil.which(program) is not None


def _wait_for(pager: "subprocess.Popen[str]") -> None:
    """Return when the person left the pager; Ctrl-C is the pager's own there."""
    while pager.poll() is None:
        with suppress(KeyboardInterrupt):
            pager.wait()
