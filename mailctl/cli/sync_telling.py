"""What is heard of a sync: while it runs on standard error, its result on standard output."""

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mailctl.app import App
from mailctl.domain.sync_events import Ended, SyncEvent
from mailctl.output.progress import event_line, failure_text, lack_text
from mailctl.output.render import Format
from mailctl.output.views.sync import SYNC_ACCOUNTS, SYNC_REPORT, SYNC_SUMS

if TYPE_CHECKING:
    from mailctl.core.sync import SyncResult


@dataclass
class Telling:
    """The ears of one `sync run`, which several threads may talk to."""

    app: App
    is_result: bool = True
    """Whether the sync is what the command is about."""
    _turn: threading.Lock = field(default_factory=threading.Lock)

    def hear(self, event: SyncEvent) -> None:
        """Pass on what happens, as far as somebody wants to know now."""
        with self._turn:
            if isinstance(event, Ended) and self._is_stream and self.is_result:
                self.app.printer.line(SYNC_ACCOUNTS, event.run, type="account")
            line = event_line(event)
            if line is not None:
                self.app.detail(line)

    def conclude(self, result: "SyncResult") -> int:
        """Write the result, say what failed, and return the exit code."""
        printer = self.app.printer
        if self._is_stream:
            if not printer.fields:
                printer.line(SYNC_SUMS, result.report, type="summary")
        elif not self._is_for_nobody:
            printer.one(SYNC_REPORT, result.report)
        self.say_failures(result)
        return int(result.exit_code)

    def say_failures(self, result: "SyncResult") -> None:
        """Say on standard error what failed, a line an account."""
        for run in result.report.unhealthy:
            self.app.tell(failure_text(run, self.app.format))
        if self.app.format not in {Format.JSON, Format.NDJSON}:
            for run in result.report.lacking:
                self.app.tell(lack_text(run))
        if result.index_failure is not None:
            self.app.complain(result.index_failure)

    @property
    def _is_stream(self) -> bool:
        return self.app.format is Format.NDJSON

    @property
    def _is_for_nobody(self) -> bool:
        """Whether the table would only wake up cron."""
        return self.app.options.quiet and self.app.options.output is None
