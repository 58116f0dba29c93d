"""What a look at one thing comes to; one that fails stops no other."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import field, replace
from enum import StrEnum

from mailctl.errors import ExitCode, MailctlError, StoreUnusable, Terminated
from mailctl.ports import Timer
from mailctl.records import dataclass


class Status(StrEnum):
    """How a thing was found."""

    OK = "ok"
    NOTE = "note"
    """Nothing is wrong; a person may want to know."""
    WARNING = "warning"
    """It works, and will not for long, or not as well as it could."""
    FAILED = "failed"
    """It does not work."""
    SKIPPED = "skipped"
    """It was not looked at: something else stands before it, or it was not wanted."""


@dataclass(frozen=True)
class Finding:
    """What one look came to."""

    status: Status
    found: str
    todo: str | None = None
    """What leads out, for all that is not well."""
    details: Mapping[str, object] = field(default_factory=dict)
    cause: str | None = None
    """The cause of a refusal (docs/diagnoses.md), or the kind of the error."""
    exit_code: ExitCode = ExitCode.OK
    """What a command would end with that meets this."""
    check: str = ""
    """The name of the look; never renamed."""
    account: str | None = None
    seconds: float = 0.0


def ok(found: str, **details: object) -> Finding:
    """Return that all is well."""
    return Finding(Status.OK, found, details=details)


def note(found: str, todo: str, **details: object) -> Finding:
    """Return what a person may want to know."""
    return Finding(Status.NOTE, found, todo, details)


def warning(found: str, todo: str, **details: object) -> Finding:
    """Return what will not go well for long."""
    return Finding(Status.WARNING, found, todo, details)


def skipped(why: str, todo: str | None = None, **details: object) -> Finding:
    """Return why there was no look."""
    return Finding(Status.SKIPPED, why, todo, details)


def failed(
    found: str, todo: str | None, exit_code: ExitCode, cause: str, **details: object
) -> Finding:
    """Return what does not work."""
    return Finding(Status.FAILED, found, todo, details, cause, exit_code)


def failed_by(error: MailctlError) -> Finding:
    """Return the failure as a finding."""
    details = {name: value for name, value in error.details.items() if name in {"who", "url"}}
    cause = str(error.details.get("cause") or error.kind)
    return failed(error.sentence, error.hint, error.exit_code, cause, **details)


class Findings:
    """The findings of one patient, in the order of the looks."""

    def __init__(self, timer: Timer, account: str | None = None) -> None:
        self._timer = timer
        self._account = account
        self._began = timer()
        self.found: list[Finding] = []
        self.current = ""
        """The look that goes on."""

    def look(self, check: str, at: Callable[[], Finding | Iterable[Finding]]) -> list[Finding]:
        """Look at one thing and return what was found; a failure of the look is a finding."""
        self.current, self._began = check, self._timer()
        try:
            found = at()
            findings = [found] if isinstance(found, Finding) else list(found)
        except Terminated:
            raise
        except MailctlError as error:
            findings = [failed_by(error)]
        except OSError as error:
            findings = [_of_the_system(error)]
        except ValueError as error:  # what is stored, or what a library told, makes no sense
            findings = [_senseless(error)]
        return self._keep(findings)

    def tell(self, check: str, finding: Finding) -> None:
        """Note what was found before, under that name."""
        self.look(check, lambda: finding)

    def given_up(self, limit_s: float) -> "Findings":
        """Return what was found so far, and that the look which goes on takes too long.

        What it still finds is of no interest any more.
        """
        left = Findings(self._timer, self._account)
        left.found, left.current, left._began = [*self.found], self.current, self._began
        left._keep(
            [
                failed(
                    f"not over after {limit_s:g} seconds",
                    "try again, with more time: mailctl doctor --timeout SECONDS",
                    ExitCode.TEMPORARY,
                    "timeout",
                )
            ]
        )
        return left

    def _keep(self, findings: list[Finding]) -> list[Finding]:
        seconds = round(self._timer() - self._began, 3)
        named = [
            replace(each, check=each.check or self.current, account=self._account, seconds=seconds)
            for each in findings
        ]
        self.found += named
        return named


def _of_the_system(error: OSError) -> Finding:
    what = f"{error.filename}: " if error.filename else ""
    said = f"{what}{(error.strerror or type(error).__name__).lower()}"
    return failed(said, "check the file's owner and mode", StoreUnusable.exit_code, "system")


def _senseless(error: ValueError) -> Finding:
    said = " ".join(str(error).split())[:200]
    return failed(
        f"something here cannot be understood: {said}",
        "if the database is sound (mailctl db check), report this",
        ExitCode.UNEXPECTED,
        "senseless",
    )
