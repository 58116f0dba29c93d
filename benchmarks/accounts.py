"""What it takes to look after many accounts where nothing happened, beside mbsync."""

import json
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.children import Took
from benchmarks.mailbox import serving
from benchmarks.measured import Measured, compared
from benchmarks.peers import Mailctl, Mbsync

ACCOUNTS = 300
JOBS = 16
_MESSAGES = 40
_FOLDERS = 5
_ROUNDS = 2
_INTERVAL_S = 60.0
"""The shortest after which an account is due again."""


def measure() -> Iterator[Measured]:
    """Sync 300 small mailboxes of one server that have been synced before."""
    addresses = [f"user{number}@corp.example" for number in range(ACCOUNTS)]
    with serving() as server, tempfile.TemporaryDirectory(prefix="bench-") as scratch:
        boxes = server.fill_evenly(addresses, _MESSAGES, number=_FOLDERS)
        theirs = Mbsync(Path(scratch) / "mbsync", server, boxes)
        ours = Mailctl(Path(scratch) / "mailctl", server.port, server.authority.ca_file)
        ours.connect(boxes, "--set", "sync-interval=1m")
        rounds = [(_sync_due(ours), theirs.sync()) for _ in range(1 + _ROUNDS)]
        for program in (ours, theirs):
            program.require(ACCOUNTS * _MESSAGES)
    pairs = rounds[1:]  # the first one loaded the mail
    what = f"sync run --due --jobs {JOBS}: nothing new in {ACCOUNTS} accounts"
    yield compared(what, "`mbsync -a`", pairs, limit=None)
    each = f"{what}, each"
    yield compared(each, "`mbsync -a`", pairs, limit=None, of=_cpu_each, unit="CPU s")
    yield compared(what, "`mbsync -a`", pairs, limit=None, of=_megabytes, unit="MB")


def _sync_due(ours: Mailctl) -> Took:
    """Sync when all are due; raise AssertionError if not all are."""
    options = [*ours.known("--due"), *ours.known("--jobs", str(JOBS))]
    if options:
        time.sleep(max(0.0, ours.synced_at + _INTERVAL_S - time.monotonic()))
    ran = ours.sync(*options)
    states = [account["state"] for account in json.loads(ran.out)["accounts"]]
    if states != ["ok"] * ACCOUNTS:
        raise AssertionError(f"not all accounts were synced: {len(states)} were tried")
    return ran


def _cpu_each(took: Took) -> float:
    return took.cpu_s / ACCOUNTS


def _megabytes(took: Took) -> float:
    return took.peak_bytes / 1e6
