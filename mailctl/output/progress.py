"""What a person is told on standard error while something happens."""

from mailctl.domain.resolution import TraceStep
from mailctl.domain.syncing import AccountRun, FolderRead
from mailctl.output.terminal import one_line


def folder_line(event: FolderRead) -> str:
    """Tell how far a sync is."""
    return one_line(f"{event.address}: {event.folder}: {event.stored} of {event.seen} stored")


def step_line(step: TraceStep) -> str:
    """Tell how a step of a resolution ended."""
    return one_line(f"{step.step:<9} {step.outcome:<11} {step.ms:8.1f} ms  {step.detail}")


def failure_line(run: AccountRun) -> str:
    """Tell why an account could not be synced."""
    error = run.error or {}
    hint = f" (hint: {error['hint']})" if error.get("hint") else ""
    return one_line(f"{run.address}: {error.get('message')}{hint}")
