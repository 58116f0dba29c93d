"""What a person is told on standard error while something happens."""

from mailctl.domain.resolution import TraceStep
from mailctl.domain.syncing import AccountRun, Progress
from mailctl.output.render import Format
from mailctl.output.terminal import one_line
from mailctl.output.values import as_json


def folder_line(event: Progress) -> str:
    """Tell how far a sync is."""
    return one_line(f"{event.address}: {event.folder}: {event.stored} stored so far")


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
