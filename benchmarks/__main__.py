"""Runs every measurement and writes the table with date and versions.

usage: python -m benchmarks [PIECE...]     (some pieces alone are printed only)
"""

import compileall
import platform
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import mailctl
from benchmarks import (
    accounts,
    asking,
    detection,
    exchange,
    linking,
    listing,
    memory,
    provisioning,
    reading,
    sending,
    signatures,
    start_up,
    sync,
)
from benchmarks.measured import Measured
from tests.rig.dovecot import DOVECOT

RESULTS = Path(__file__).with_name("RESULTS.md")
PIECES = {
    "start": start_up.measure,
    "detection": detection.measure,
    "linking": linking.measure,
    "sync": sync.measure,
    "exchange": exchange.measure,
    "accounts": accounts.measure,
    "provisioning": provisioning.measure,
    "memory": memory.measure,
    "reading": reading.measure,
    "asking": asking.measure,
    "listing": listing.measure,
    "sending": sending.measure,
    "signatures": signatures.measure,
}
_PEERS = ("mbsync", "notmuch", "msmtp", "swaks", DOVECOT)


def main(names: list[str]) -> int:
    """Measure, write the table, and return 1 if a limit was missed."""
    # as installed; else an edited module is compiled at each start under PYTHONDONTWRITEBYTECODE
    compileall.compile_dir(str(Path(mailctl.__file__).parent), quiet=1)
    measured: list[Measured] = []
    for name in names or PIECES:
        for result in PIECES[name]():
            measured.append(result)
            print(result.row, file=sys.stderr, flush=True)
    lines = [*_head(), *(result.row for result in measured)]
    if not names:
        RESULTS.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print("\n".join(lines))
    missed = [result for result in measured if result.is_over]
    for result in missed:
        print(f"over its limit: {result.command} ({result.unit})", file=sys.stderr)
    return 1 if missed else 0


def _head() -> list[str]:
    return [
        "# Benchmarks",
        "",
        (
            f"{datetime.now(UTC):%Y-%m-%d}, Python {platform.python_version()}, "
            f"typer {version('typer')}, SQLite {sqlite3.sqlite_version}, "
            f"{', '.join(map(_version, _PEERS))}, {platform.machine()}; "
            "`make bench` measures anew."
        ),
        "",
        "Whole processes. Short ones run in turn (A B A B …): medians, and the median of the",
        "ratios pair by pair; of a long peer one run is set beside the median of three.",
        "Mail comes from a Dovecot on the same machine, inside TLS; what is away is so by a relay",
        "that delays both directions; over EWS it comes from the server of the tests. MB are the",
        "peak memory of the largest process. Each run was checked: all messages were there,",
        "and all flags.",
        "",
        "| command (A) | peer (B) | A | B | A/B | limit |",
        "| --- | --- | --- | --- | --- | --- |",
    ]


def _version(program: str) -> str:
    """Return `NAME NUMBER` of a program that tells its version somehow."""
    asked = [program, "--version"]
    said = subprocess.run(asked, capture_output=True, text=True, check=True).stdout
    number = next(word for word in said.split() if word[0].isdigit())
    return f"{Path(program).name} {number}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
