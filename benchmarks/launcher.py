"""Runs one command and writes down what it took: seconds, CPU seconds and peak memory.

usage: launcher.py REPORT-FILE COMMAND [ARG...]     (standard library only)

A process of its own, for a child's peak counts what its parent had in memory when it forked: this
one has next to nothing.
"""

import json
import os
import sys
import time
from pathlib import Path


def main(report: str, words: list[str]) -> int:
    """Return the exit code of the command."""
    started = time.perf_counter()
    pid = os.posix_spawnp(words[0], words, os.environ)
    _, status, usage = os.wait4(pid, 0)
    took = {
        "seconds": time.perf_counter() - started,
        "cpu_s": usage.ru_utime + usage.ru_stime,
        "peak_bytes": usage.ru_maxrss * 1024,
    }
    Path(report).write_text(json.dumps(took), encoding="utf-8")
    return os.waitstatus_to_exitcode(status)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
