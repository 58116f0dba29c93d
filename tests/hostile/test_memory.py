"""Servers that send without end: a run takes neither the memory of a machine nor its day."""

import os
import re
import resource
import subprocess
import time
from pathlib import Path

import pytest

from mailctl.errors import ExitCode
from tests.conftest import Spawn
from tests.hostile.conftest import Besiege
from tests.hostile.siege import ADDRESS, DOCUMENTED, Siege
from tests.rig.imap_model import EVERYTHING, Cut, Faults, Literal, Refusal
from tests.soak import count

MOST_GROWTH_KB = 256 * 1024
MOST_KB = 3 * 1024 * 1024
DEADLINE_S = 60
LINE = count(40, 300) << 20

FLOODS = {
    "a greeting without end": Faults(cut=Cut.ENDLESS, cut_times=1000),
    "a long greeting": Faults(cut=Cut.LINE, line_bytes=LINE, cut_times=1000),
    "a line without end": Faults(cut=Cut.ENDLESS, cut_after=9, cut_times=1000),
    "a long line": Faults(cut=Cut.LINE, cut_after=9, line_bytes=LINE, cut_times=1000),
    "a long line among messages": Faults(cut=Cut.LINE, cut_after=40, line_bytes=LINE),
    "lines without end": Faults(cut=Cut.FLOOD, cut_after=9, cut_times=1000),
    "lines without end among messages": Faults(cut=Cut.FLOOD, cut_after=50, cut_times=1000),
    "lines without end from the first on": Faults(cut=Cut.FLOOD, cut_times=1000),
    "a literal of 4 GB": Faults(literal=Literal.HUGE),
    "a literal without end": Faults(literal=Literal.ENDLESS),
    "a search that finds too much": Faults(search_more=count(20_000, 10_000_000)),
    "folders without number": Faults(more_folders=count(5_000, 1_000_000)),
    "a folder tree without bottom": Faults(
        odd_folders=tuple(
            b'* LIST () "/" "%s"' % b"/".join([b"d"] * depth) for depth in range(1, 500)
        )
    ),
    "a refusal of megabytes": Faults(
        refusals=(Refusal("EXAMINE", b"NO " + b"no " * count(1 << 20, 10 << 20)),)
    ),
}


def spawned(spawn: Spawn, *, deadline_s: float) -> tuple[int, int, str]:
    """Return exit code, the most memory in KB, and stderr of a sync in its own process."""

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (MOST_KB * 1024, MOST_KB * 1024))

    with subprocess.Popen(
        spawn.words("sync", "run", ADDRESS, "--quiet"),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        preexec_fn=limit,
        env=os.environ,
    ) as process:
        began = time.monotonic()
        most_kb = 0
        while True:
            # What the process is told to have used at most begins with the tester's own memory.
            most_kb = max(most_kb, high_water_kb(process.pid))
            pid, status = os.waitpid(process.pid, os.WNOHANG)
            if pid:
                break
            if time.monotonic() - began > deadline_s:
                process.kill()
                pytest.fail(f"it was not over after {deadline_s} s")
            time.sleep(0.02)
        process.returncode = os.waitstatus_to_exitcode(status)
        assert process.stderr is not None
        told = process.stderr.read().decode()
    return process.returncode, most_kb, told


def high_water_kb(pid: int) -> int:
    """Return the most memory that the program has had since it began, 0 once it has ended."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    return int(found[1]) if found else 0


@pytest.fixture
def siege(besiege: Besiege) -> Siege:
    return besiege(capabilities=EVERYTHING, is_synced=False, count=30)


@pytest.mark.parametrize("flood", FLOODS.values(), ids=FLOODS)
def test_a_flood_is_bounded_in_memory_and_time(siege: Siege, spawn: Spawn, flood: Faults) -> None:
    fresh = siege.save()
    code, usual_kb, told = spawned(spawn, deadline_s=DEADLINE_S)
    assert code == ExitCode.OK, told
    siege.restore(fresh)
    siege.server.arm(flood)
    code, most_kb, told = spawned(spawn, deadline_s=count(1, 10) * DEADLINE_S)
    assert code in DOCUMENTED
    assert "Traceback" not in told
    assert len(told) < 10_000
    assert most_kb - usual_kb < MOST_GROWTH_KB
    siege.settle()


def test_a_large_folder_takes_hardly_more_memory_than_a_small_one(
    besiege: Besiege, spawn: Spawn
) -> None:
    siege = besiege(capabilities=EVERYTHING, is_synced=False, count=10)
    fresh = siege.save()
    _, small_kb, _ = spawned(spawn, deadline_s=DEADLINE_S)
    siege.restore(fresh)
    for number in range(count(400, 4000)):
        siege.box.inbox.append(b"Subject: %d\r\n\r\n" % number + b"x" * 78 * 1000)
    code, large_kb, told = spawned(spawn, deadline_s=count(1, 10) * DEADLINE_S)
    assert code == ExitCode.OK, told
    assert large_kb - small_kb < 100 * 1024
    siege.settle()
