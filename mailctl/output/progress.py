"""What a person is told on standard error while something happens."""

from collections.abc import Mapping
from shlex import quote
from typing import TYPE_CHECKING

from mailctl.domain.sync_events import IndexHeld, Indexing, Linking, SyncEvent, Waiting
from mailctl.domain.syncing import AccountRun, Progress
from mailctl.output.render import Format
from mailctl.output.terminal import one_line
from mailctl.output.values import as_json

if TYPE_CHECKING:
    from mailctl.core.sync.folder_check import VerifiedFolder
    from mailctl.domain.resolution import TraceStep


def event_line(event: SyncEvent) -> str | None:
    """Tell how far a sync is, None where that is not worth a line."""
    match event:
        case Waiting(seconds):
            return f"waits {seconds:.0f} s before it begins (--jitter)"
        case Progress(address, folder, stored):
            return one_line(f"{address}: {folder}: {stored} stored so far")
        case Indexing(done, total):
            return f"{done} of {total} messages are searchable"
        case Linking(done, total):
            return f"{done} of {total} messages are linked"
        case IndexHeld(sentence):
            return one_line(f"{sentence}: it goes on with what was stored")
    return None


def step_line(step: "TraceStep") -> str:
    """Tell how a step of a resolution ended."""
    return one_line(f"{step.step:<9} {step.outcome:<11} {step.ms:8.1f} ms  {step.detail}")


def failure_text(address: str, error: Mapping[str, object], format_: Format) -> str:
    """Tell what failed with an account: a line, or the JSON object of an error."""
    if format_ in {Format.JSON, Format.NDJSON}:
        return as_json({"error": {"account": address, **error}}) + "\n"
    hint = f" (hint: {error['hint']})" if error.get("hint") else ""
    return one_line(f"mailctl: {address}: {error.get('message')}{hint}") + "\n"


def difference_line(folder: "VerifiedFolder") -> str:
    """Tell how a folder compares with the server."""
    found = {
        "missing": folder.missing,
        "extra": folder.extra,
        "with other flags": folder.reflagged,
        "with other bytes": folder.different,
        "not given": folder.not_given,
        "unreadable": folder.quarantined,
    }
    words = [f"{len(uids)} {what}" for what, uids in found.items() if uids]
    words += ["numbered anew by the server"] if folder.is_renumbered else []
    words += [folder.error.sentence] if folder.error else []
    said = ", ".join(words) or f"equal, the bytes of {folder.checked} messages compared"
    return one_line(f"{folder.account.address}: {folder.path}: {said}")


def left_text(run: AccountRun) -> str:
    """Tell how much mail the account's policies kept out, by reason."""
    said = ", ".join(f"{count} {policy}" for policy, count in sorted(run.skipped.items()))
    return one_line(f"{run.address}: left on the server by policy: {said}")


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
