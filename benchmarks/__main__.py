"""Runs every measurement and writes the table with date and versions."""

import platform
import sys
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from benchmarks import detection, start_up

RESULTS = Path(__file__).with_name("RESULTS.md")


def main() -> int:
    """Measure, write the table, and return 1 if a limit was missed."""
    measured = [*start_up.measure(), *detection.measure()]
    lines = [
        "# Benchmarks",
        "",
        (
            f"{datetime.now(UTC):%Y-%m-%d}, Python {platform.python_version()}, "
            f"typer {version('typer')}, {platform.machine()}; `make bench` measures anew."
        ),
        "",
        "Whole processes. Short ones run in turn (A B A B …): medians, and the median of the",
        "ratios pair by pair; of a long peer one run is set beside the median of three.",
        "",
        "| command (A) | peer (B) | A | B | A/B | limit |",
        "| --- | --- | --- | --- | --- | --- |",
        *(result.row for result in measured),
    ]
    RESULTS.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print("\n".join(lines[6:]))
    missed = [result for result in measured if result.is_over]
    for result in missed:
        print(f"over its limit: {result.command}", file=sys.stderr)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
