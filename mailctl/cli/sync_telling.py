"""What is heard of a sync: while it runs on standard error, its result on standard output."""

import threading
from dataclasses import field
from typing import TYPE_CHECKING

from mailctl.app import App
from mailctl.domain.sync_events import Ended, SyncEvent
from mailctl.errors import Locked
from mailctl.output.complaints import error_document
from mailctl.output.progress import difference_line, event_line, failure_text, lack_text, left_text
from mailctl.output.render import Format
from mailctl.output.terminal import one_line
from mailctl.output.views.sync import HAPPENINGS, SYNC_ACCOUNTS, SYNC_REPORT, SYNC_SUMS
from mailctl.output.views.sync_states import VERIFICATION, VERIFIED_FOLDERS
from mailctl.records import dataclass

if TYPE_CHECKING:
    from types import TracebackType

    from mailctl.core.sync.folder_check import VerifiedFolder
    from mailctl.core.sync.sync import SyncResult
    from mailctl.core.sync.verifying import Verification
    from mailctl.core.sync.watching import Happening, Setback
    from mailctl.output.bars import Bars


@dataclass
class Telling:
    """The ears of one `sync run`, which several threads may talk to."""

    app: App
    is_result: bool = True
    """Whether the sync is what the command is about."""
    _turn: threading.Lock = field(default_factory=threading.Lock)
    _bars: "Bars | None" = None

    def __enter__(self) -> "Telling":
        if self._has_bars:
            from mailctl.output.bars import Bars  # 30 ms, for people alone

            app = self.app
            self._bars = Bars(app.stderr, colored=app.is_colored, environment=app.environment)
            self._bars.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: "TracebackType | None",
    ) -> None:
        with self._turn:  # threads that are left behind may still talk
            bars, self._bars = self._bars, None
        if bars is not None:
            bars.__exit__(kind, error, traceback)

    def hear(self, event: SyncEvent) -> None:
        """Pass on what happens, as far as somebody wants to know now."""
        with self._turn:
            if isinstance(event, Ended) and self._is_stream and self.is_result:
                self.app.printer.line(SYNC_ACCOUNTS, event.run, type="account")
            line = event_line(event)
            if self._bars is None:
                if line is not None:
                    self.app.detail(line)
                return
            self._bars.hear(event)
            if line is not None and self.app.options.verbose:
                self._bars.say(f"mailctl: {line}")

    def conclude(self, result: "SyncResult") -> int:
        """Write the result, say what failed, and return the exit code."""
        printer = self.app.printer
        if self._is_stream:
            if not printer.fields:
                printer.line(SYNC_SUMS, result.report, type="summary")
        elif not _is_table_unwanted(self.app):
            printer.one(SYNC_REPORT, result.report)
        self.say_failures(result)
        return int(result.exit_code)

    def say_failures(self, result: "SyncResult") -> None:
        """Say on standard error what failed, a line an account."""
        for run in result.report.unhealthy:
            self.app.tell(failure_text(run.address, run.error or {}, self.app.format))
        if self.app.format not in {Format.JSON, Format.NDJSON}:
            for run in result.report.accounts:
                if run.skipped:
                    self.app.notice(left_text(run))
            for run in result.report.lacking:
                self.app.tell(lack_text(run))
        if result.index_failure is not None:
            self.app.complain(result.index_failure)
        if result.report.outbox and self.app.format not in {Format.JSON, Format.NDJSON}:
            found = ", ".join(f"{count} {state}" for state, count in result.report.outbox.items())
            self.app.notice(f"mail on its way out: {found} (mailctl outbox list)")

    @property
    def _has_bars(self) -> bool:
        """Whether a person looks on who wants to see how far it is."""
        app = self.app
        is_seen = app.stderr.isatty() and app.environment.get("TERM") != "dumb"
        shares_screen = self._is_stream and app.stdout.isatty()
        return is_seen and not app.options.quiet and not shares_screen

    @property
    def _is_stream(self) -> bool:
        return self.app.format is Format.NDJSON


class WatchTelling:
    """The ears of one `sync watch`, which several threads talk to."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._turn = threading.Lock()
        self._write = app.printer.stream(HAPPENINGS)

    def hear(self, event: "Happening | Setback") -> None:
        """Write what a sync changed at once, and say what went wrong."""
        from mailctl.core.sync.watching import Happening

        with self._turn:
            if isinstance(event, Happening):
                self._write(event)
            else:
                self._say(event)

    def hear_progress(self, event: SyncEvent) -> None:
        """Pass on how far a sync is, to those who want to know."""
        line = event_line(event)
        if line is not None:
            self._app.detail(line)

    def _say(self, setback: "Setback") -> None:
        error = setback.error
        if isinstance(error, Locked):
            self._app.detail(error.sentence)
        elif setback.pause_s is None:
            document = error_document(error)
            self._app.tell(failure_text(setback.address, document, self._app.format))
        else:
            again = f"trying again in {setback.pause_s:.0f} s"
            self._app.notice(one_line(f"{setback.address}: {error.sentence}; {again}"))


@dataclass(frozen=True)
class VerifyTelling:
    """The ears of one `sync verify`."""

    app: App

    def hear(self, folder: "VerifiedFolder") -> None:
        """Pass on how a folder compares, as far as somebody wants to know now."""
        if self.app.format is Format.NDJSON:
            self.app.printer.line(VERIFIED_FOLDERS, folder)
        line = difference_line(folder)
        if _is_table_unwanted(self.app) and not folder.is_equal:
            self.app.warn(line)
        else:
            self.app.detail(line)

    def conclude(self, found: "Verification") -> int:
        """Write the result, say what failed, and return the exit code."""
        if self.app.format is not Format.NDJSON and not _is_table_unwanted(self.app):
            self.app.printer.one(VERIFICATION, found)
        for each in found.accounts:
            if each.error is not None:
                error = error_document(each.error)
                self.app.tell(failure_text(each.account.address, error, self.app.format))
        return int(found.exit_code)


def _is_table_unwanted(app: App) -> bool:
    """Whether a table would only wake up cron."""
    return app.options.quiet and app.options.output is None and app.options.jq is None
