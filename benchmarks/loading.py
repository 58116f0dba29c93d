"""A mailbox is loaded for the first time: until all is listed, and until all can be searched."""

from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks.children import Took
from benchmarks.measured import Measured, compared
from benchmarks.peers import Drain
from benchmarks.stage import Stage, settle

LISTABLE_LIMIT = 1 / 3
SEARCHABLE_LIMIT = 1 / 5


@dataclass(frozen=True)
class _Round:
    listable: Took
    """The messages are there and listed, by mailctl."""
    searchable: Took
    """And their texts can be searched."""
    pulled: Took
    indexed: Took | None
    """mbsync, and notmuch thereafter."""
    unflushed: Took
    """mbsync that waits for no disk."""
    drained: Took


def load(stage: Stage, *, rounds: int, searchable: int) -> Iterator[Measured]:
    """Load everything, each round into new places; so many rounds make it searchable for peers."""
    runs = [_round(stage, is_searched=turn < searchable) for turn in range(rounds)]
    first = f"sync run --no-index: {stage.what}"
    pulled = [(run.listable, run.pulled) for run in runs]
    yield compared(first, "`mbsync -a`", pulled, limit=LISTABLE_LIMIT)
    unflushed = [(run.listable, run.unflushed) for run in runs]
    yield compared(first, "`mbsync -a`, FSync no", unflushed, limit=None)
    yield compared(first, "`mbsync -a`", pulled, limit=None, of=_megabytes, unit="MB")
    yield compared(
        first, "fetched, nothing kept", [(run.listable, run.drained) for run in runs], limit=None
    )
    searched = [(run.searchable, run.pulled + run.indexed) for run in runs if run.indexed]
    if searched:
        both = f"sync run --no-index, --index-only: {stage.what}"
        peer = "`mbsync -a`, `notmuch new`"
        yield compared(both, peer, searched, limit=SEARCHABLE_LIMIT)
        yield compared(both, peer, searched, limit=None, of=_megabytes, unit="MB")


def _megabytes(took: Took) -> float:
    return took.peak_bytes / 1e6


def _round(stage: Stage, *, is_searched: bool) -> _Round:
    stage.start_anew()
    settle()
    listable, searchable = _ours(stage)
    settle()
    pulled = stage.theirs.sync(stage.through)
    stage.theirs.require(stage.box.count)
    indexed = None
    if is_searched:
        settle()
        indexed = stage.notmuch.index()
        stage.notmuch.require(stage.box.count)
    settle()
    unflushed = stage.careless.sync(stage.through)
    stage.careless.require(stage.box.count)
    drained = Drain(stage.server, stage.box).sync(stage.through)
    return _Round(listable, searchable, pulled, indexed, unflushed, drained)


def _ours(stage: Stage) -> tuple[Took, Took]:
    """Return what it took until all is listed, and until all is searchable."""
    if not stage.ours.known("--no-index"):
        listable = stage.ours.sync(through=stage.through)
        stage.ours.require(stage.box.count)
        return listable, listable
    listable = stage.ours.sync("--no-index", through=stage.through)
    stage.ours.require(stage.box.count)
    settle()
    indexed = stage.ours.sync("--index-only", through=stage.through)
    return listable, listable + indexed
