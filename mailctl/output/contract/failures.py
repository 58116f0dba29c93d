"""What a failure looks like, on standard error and inside results."""

from typing import Annotated, NotRequired, TypedDict

from mailctl.errors import ExitCode


class Failure(TypedDict):
    """Why something did not work; some kinds have further keys."""

    code: Annotated[str, "the kind of failure, such as not-found; never renamed"]
    message: Annotated[str, "a sentence for people"]
    hint: Annotated[str | None, "what leads out: mostly a command"]
    retryable: Annotated[bool, "whether the same may work later"]
    retry_after: Annotated[float | None, "seconds that the server asked to wait"]
    exit_code: ExitCode
    account: NotRequired[Annotated[str, "whose failure it is, where several accounts were at work"]]


class Complaint(TypedDict):
    """A line of standard error with -o json and -o ndjson."""

    error: Failure
