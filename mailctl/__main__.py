"""Where the process starts and its exit code is made."""

import signal
import sys
from types import FrameType


def main() -> None:
    """Run mailctl on the arguments of the process and exit."""
    signal.signal(signal.SIGTERM, _terminate)
    for stream in (sys.stdout, sys.stderr):
        # what cannot be encoded is shown as its code, never a crash
        stream.reconfigure(encoding="utf-8", errors="backslashreplace")  # type: ignore[union-attr]
    try:
        from mailctl.cli.main import commands

        commands()
    except KeyboardInterrupt:  # before or after the command itself, which handles its own
        sys.exit(128 + signal.SIGINT)


def _terminate(signum: int, frame: FrameType | None) -> None:
    from mailctl.errors import Terminated

    raise Terminated("asked to stop")


if __name__ == "__main__":
    main()
