"""A mailbox that has been loaded is followed: nothing happened, or a little."""

from collections.abc import Iterator
from pathlib import Path

from benchmarks.mailbox import MailServer
from benchmarks.measured import Measured, compared
from benchmarks.stage import Stage
from tests.rig.wiretap import wiretap

SHARE = 0.01
LIMIT = 1.0
MOST_TRIPS = 3
_IDLE_ROUNDS = 9
_CHANGED_ROUNDS = 3


def idle(stage: Stage) -> Iterator[Measured]:
    """Sync again and again while nothing happens."""
    pairs = [
        (
            stage.ours.sync(*stage.ours.known("--no-index"), through=stage.through),
            stage.theirs.sync(stage.through),
        )
        for _ in range(_IDLE_ROUNDS)
    ]
    stage.ours.require(stage.box.count)
    stage.theirs.require(stage.box.count)
    yield compared(
        f"sync run --no-index: nothing new, {stage.what}", "`mbsync -a`", pairs, limit=LIMIT
    )


def changes(stage: Stage) -> Iterator[Measured]:
    """Sync after a second client has changed a little; who comes first changes every time."""
    pairs = []
    before = stage.box.count
    for turn in range(_CHANGED_ROUNDS):
        stage.change(SHARE)
        if turn % 2:
            theirs = stage.theirs.sync(stage.through)
        ours = stage.ours.sync(*stage.ours.known("--no-index"), through=stage.through)
        if not turn % 2:
            theirs = stage.theirs.sync(stage.through)
        pairs.append((ours, theirs))
        for program in (stage.ours, stage.theirs):
            program.require(stage.box.count)
            program.require_flagged(stage.flagged)
    new = (stage.box.count - before) // _CHANGED_ROUNDS
    what = f"sync run --no-index: {new} new, {new} flagged of {stage.what}"
    yield compared(what, "`mbsync -a`", pairs, limit=LIMIT)


def round_trips(server: MailServer, directory: Path) -> Iterator[Measured]:
    """Count on the wire, after login, how often a client waits where nothing happened."""
    for number in (5, 50):
        address = f"folders{number}@corp.example"
        (box,) = server.fill_evenly([address], 10 * number, number=number)
        stage = Stage(server, box, directory / f"folders{number}")
        stage.start_anew()
        for program in (stage.ours, stage.theirs):
            program.sync()
            program.require(box.count)
        ours, theirs = _trips(stage, is_ours=True), _trips(stage, is_ours=False)
        yield Measured(
            command=f"sync run: nothing new in {number} folders",
            peer="`mbsync -a`",
            value=ours,
            peer_value=theirs,
            ratio=None,
            limit=MOST_TRIPS,
            unit="round trips",
        )


def _trips(stage: Stage, *, is_ours: bool) -> int:
    """Return the round trips of all connections together."""
    with wiretap(stage.server.port, stage.server.authority) as tap:
        if is_ours:
            stage.ours.sync(through=tap.port)
        else:
            stage.theirs.sync(tap.port)
    if not tap.conversations:
        raise AssertionError("nobody has been overheard")
    return sum(heard.trips_after_login for heard in tap.conversations)
