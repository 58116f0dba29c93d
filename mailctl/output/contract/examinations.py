"""What `doctor` finds, as JSON."""

from typing import Annotated, Literal, TypedDict

from mailctl.core.doctor.findings import Status
from mailctl.errors import ExitCode


class Finding(TypedDict):
    """What one look came to."""

    check: Annotated[str, "which look: python, database, account.login, …; never renamed"]
    status: Status
    account: Annotated[str | None, "its address, where the look was at an account"]
    found: Annotated[str, "a sentence for people"]
    todo: Annotated[str | None, "what leads out: mostly a command"]
    cause: Annotated[str | None, "of a failure: a cause of docs/diagnoses.md or a kind of error"]
    exit_code: ExitCode
    seconds: float
    details: Annotated[dict[str, object], "what was found in numbers and names, by the look"]


class Setting(TypedDict):
    """A setting and where it came from."""

    name: str
    value: str | None
    source: Literal["environment", "file", "default"]
    said_in: Annotated[str | None, "the variable or the file"]
    default: Annotated[str | None, "what holds where nothing is said"]


class Place(TypedDict):
    """A file or directory of mailctl's."""

    name: str
    path: str
    source: Annotated[str, "the variable that says so"]
    exists: bool


class Counts(TypedDict):
    """How many findings there are of each status."""

    ok: int
    note: int
    warning: int
    failed: int
    skipped: int


class Examination(TypedDict):
    """All that was found."""

    status: Annotated[Status, "the worst of all"]
    offline: bool
    checks: list[Finding]
    counts: Counts
    settings: list[Setting]
    places: list[Place]
    seconds: float
