"""Sync runs as results."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from mailctl.output.terminal import one_line
from mailctl.output.values import plain
from mailctl.output.view import Rows, View

if TYPE_CHECKING:
    from mailctl.core.sync.watching import Happening
    from mailctl.domain.syncing import AccountRun, SyncReport

SYNC_ACCOUNTS: "View[AccountRun]" = View(
    {
        "account": lambda r: r.address,
        "id": lambda r: r.account,
        "state": lambda r: r.state,
        "folders": lambda r: r.folders,
        "seen": lambda r: r.seen,
        "stored": lambda r: r.stored,
        "updated": lambda r: r.updated,
        "gone": lambda r: r.gone,
        "skipped": lambda r: r.skipped,
        "failed": lambda r: r.failed,
        "bytes": lambda r: r.bytes,
        "seconds": lambda r: r.seconds,
        "error": lambda r: r.error,
        "run": lambda r: r.id,
    },
    table=("account", "state", "folders", "stored", "updated", "gone", "failed", "seconds"),
    nothing="no account to sync",
)

RUNS: "View[AccountRun]" = View(
    {
        "id": lambda r: r.id,
        "account": lambda r: r.address,
        "account_id": lambda r: r.account,
        "started_at": lambda r: r.started_at,
        **{
            name: SYNC_ACCOUNTS.fields[name]
            for name in (
                *("state", "seconds", "folders", "seen", "stored", "updated", "gone", "skipped"),
                *("failed", "bytes", "error"),
            )
        },
    },
    table=(
        *("id", "account", "started_at", "state", "seconds", "stored", "updated", "gone"),
        *("failed", "error"),
    ),
    nothing="no run found",
)

SYNC_REPORT: "View[SyncReport]" = View(
    {
        "accounts": lambda r: [SYNC_ACCOUNTS.document(run) for run in r.accounts],
        "stored": lambda r: r.stored,
        "failed": lambda r: r.failed,
        "seconds": lambda r: r.seconds,
        "indexed": lambda r: r.indexed,
        "linked": lambda r: r.linked,
        "outbox": lambda r: r.outbox,
    },
    rows=Rows(lambda r: r.accounts, SYNC_ACCOUNTS, are_lines=True),
)

SYNC_SUMS: "View[SyncReport]" = View(
    {
        "total": lambda r: len(r.accounts),
        **{name: read for name, read in SYNC_REPORT.fields.items() if name != "accounts"},
    }
)


def _of_run(read: "Callable[[AccountRun], object]") -> "Callable[[Happening], object]":
    return lambda happening: read(happening.run)


HAPPENINGS: "View[Happening]" = View(
    {
        "at": lambda h: h.at,
        "cause": lambda h: h.cause,
        **{name: _of_run(read) for name, read in SYNC_ACCOUNTS.fields.items()},
        "indexed": lambda h: h.indexed,
    },
    prose=lambda h: _happening_line(h),
)


def _happening_line(happening: "Happening") -> str:
    run = happening.run
    numbers = {"stored": run.stored, "updated": run.updated, "gone": run.gone}
    said = ", ".join(f"{number} {what}" for what, number in numbers.items() if number)
    return one_line(f"{plain(happening.at)} {run.address}: {said}")
