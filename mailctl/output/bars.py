"""Bars on a terminal while a sync runs: accounts, folders, messages, and the time left."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, TextIO

from rich.console import Console
from rich.progress import (
    BarColumn,
    Progress,
    SpinnerColumn,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)

from mailctl.domain.sync_events import (
    Begun,
    Chosen,
    Ended,
    Indexing,
    Linking,
    SyncEvent,
    Waiting,
)
from mailctl.domain.syncing import Progress as Reading
from mailctl.output.sizes import size_text
from mailctl.output.terminal import one_line

if TYPE_CHECKING:
    from types import TracebackType

_A_SECOND = 8
"""How often the bars are drawn: they must not slow what they tell of."""
_AT_ONCE = 6
"""So many accounts have a bar of their own at the same time."""


class Bars:
    """Draws what it hears, as long as it is entered; nothing of it stays on the screen."""

    def __init__(self, stream: TextIO, *, colored: bool, environment: Mapping[str, str]) -> None:
        console = Console(
            file=stream,
            no_color=not colored,
            highlight=False,
            markup=False,
            _environ=environment,
        )
        self._drawn = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=24),
            TextColumn("{task.fields[said]}", markup=False),
            TimeRemainingColumn(compact=True),
            console=console,
            refresh_per_second=_A_SECOND,
            transient=True,
            # nothing of ours is printed meanwhile but by `say`, and stdout is another's
            redirect_stdout=False,
            redirect_stderr=False,
        )
        self._waiting: TaskID | None = None
        self._all: TaskID | None = None
        self._after: dict[str, TaskID] = {}
        self._accounts: dict[str, TaskID] = {}

    def __enter__(self) -> "Bars":
        self._drawn.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: "TracebackType | None",
    ) -> None:
        self._drawn.stop()

    def say(self, line: str) -> None:
        """Write a line above the bars."""
        self._drawn.console.print(line, soft_wrap=True)

    def hear(self, event: SyncEvent) -> None:
        """Draw what happened, with the next drawing."""
        match event:
            case Waiting(seconds):
                said = f"for {seconds:.0f} s (--jitter)"
                self._waiting = self._drawn.add_task("waiting", total=None, said=said)
            case Chosen(accounts):
                if self._waiting is not None:
                    self._drawn.remove_task(self._waiting)
                if accounts:
                    said = f"0/{accounts}"
                    self._all = self._drawn.add_task("accounts", total=accounts, said=said)
            case Begun(address):
                self._begin(address)
            case Reading():
                self._read(event)
            case Ended(run):
                self._end(run.address)
            case Indexing(done, total):
                self._afterwards("making searchable", done, total)
            case Linking(done, total):
                self._afterwards("linking", done, total)

    def _begin(self, address: str) -> None:
        self._accounts[address] = self._drawn.add_task(
            one_line(address), total=None, said="connecting", visible=False
        )
        self._show_some()

    def _read(self, event: Reading) -> None:
        task = self._accounts.get(event.address)
        if task is None:
            return
        count = f"{event.stored}" if event.expected is None else f"{event.stored}/{event.expected}"
        rate = event.stored / event.seconds if event.seconds > 0 else 0
        self._drawn.update(
            task,
            description=one_line(f"{event.address} {event.folder}"),
            completed=event.stored,
            total=event.expected,
            said=f"{count} messages, {size_text(event.bytes)}, {rate:.0f}/s",
        )

    def _end(self, address: str) -> None:
        task = self._accounts.pop(address, None)
        if task is not None:
            self._drawn.remove_task(task)
        if self._all is not None:
            self._drawn.advance(self._all)
            (tasks,) = [each for each in self._drawn.tasks if each.id == self._all]
            said = f"{tasks.completed:.0f}/{tasks.total or 0:.0f}"
            self._drawn.update(self._all, said=said)
        self._show_some()

    def _show_some(self) -> None:
        for place, task in enumerate(self._accounts.values()):
            self._drawn.update(task, visible=place < _AT_ONCE)

    def _afterwards(self, what: str, done: int, total: int) -> None:
        """Draw how far something is that follows the accounts."""
        task = self._after.get(what)
        if task is None:
            task = self._after[what] = self._drawn.add_task(what, total=total, said="")
        self._drawn.update(task, completed=done, total=total, said=f"{done}/{total} messages")
