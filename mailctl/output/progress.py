"""What a person is told on standard error while something happens."""

from shlex import quote

from mailctl.domain.resolution import TraceStep
from mailctl.domain.sync_events import IndexHeld, Indexing, SyncEvent
from mailctl.domain.syncing import AccountRun, Progress
from mailctl.output.render import Format
from mailctl.output.terminal import one_line
from mailctl.output.values import as_json


def event_line(event: SyncEvent) -> str | None:
    """Tell how far a sync is, None where that is not worth a line."""
    match event:
        case Progress(address, folder, stored):
            return one_line(f"{address}: {folder}: {stored} stored so far")
        case Indexing(done, total):
            return f"{done} of {total} messages are searchable"
        case IndexHeld(sentence):
            return one_line(f"{sentence}: it makes searchable what was stored")
    return None


def step_line(step: TraceStep) -> str:
    """Tell how a step of a resolution ended."""
    return one_line(f"{step.step:<9} {step.outcome:<11} {step.ms:8.1f} ms  {step.detail}")


def failure_text(run: AccountRun, format_: Format) -> str:
    """Tell why an account could not be synced: a line, or the JSON object of an error."""
    error = run.error or {}
    if format_ in {Format.JSON, Format.NDJSON}:
        return as_json({"error": {"account": run.address, **error}}) + "\n"
    hint = f" (hint: {error['hint']})" if error.get("hint") else ""
    return one_line(f"mailctl: {run.address}: {error.get('message')}{hint}") + "\n"


def lack_text(run: AccountRun) -> str:
    """Tell that an account lacks some of its messages."""
    noun = "message" if run.failed == 1 else "messages"
    return (
        one_line(
            f"mailctl: {run.address}: {run.failed} {noun} could not be read "
            f"(hint: mailctl sync errors {quote(run.address)})"
        )
        + "\n"
    )
