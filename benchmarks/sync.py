"""How long it takes to load a mailbox and to follow it, beside mbsync and notmuch."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.following import changes, idle, round_trips
from benchmarks.loading import load
from benchmarks.mailbox import serving
from benchmarks.measured import Measured
from benchmarks.stage import ROUND_TRIP_S, Stage
from tests.rig.delay import Delay

COUNT = 20_000


def measure() -> Iterator[Measured]:
    """Measure on this machine, and with 50 ms between the machine and the mail."""
    with serving() as server, tempfile.TemporaryDirectory(prefix="bench-") as scratch:
        (box,) = server.fill(["ada@corp.example"], COUNT)
        stage = Stage(server, box, Path(scratch))
        yield from load(stage, rounds=3, searchable=2)
        yield from idle(stage)
        yield from changes(stage)
        yield from round_trips(server, Path(scratch))
        with Delay(server.port, round_trip_s=ROUND_TRIP_S) as line:
            stage.go_far(line.port)
            yield from load(stage, rounds=1, searchable=0)
            yield from idle(stage)
            yield from changes(stage)
