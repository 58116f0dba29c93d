"""What became of the things that files declare, or would."""

from dataclasses import field
from enum import StrEnum

from mailctl.core.apply.losses import Losses
from mailctl.core.exit_codes import joint_exit_code
from mailctl.errors import ExitCode, MailctlError
from mailctl.records import dataclass


class Result(StrEnum):
    """What became of an object."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    REMOVED = "removed"
    FAILED = "failed"


@dataclass(frozen=True)
class Change:
    """A field as it was and as it is now; None where it was not there, or is not."""

    field: str
    before: object
    after: object


@dataclass(frozen=True)
class AppliedObject:
    """What became of one object, or would."""

    kind: str
    name: str
    result: Result
    changes: tuple[Change, ...] = ()
    error: MailctlError | None = None
    place: str | None = None
    """Where a file declares it."""
    losses: Losses = field(default_factory=dict)
    """What goes along of what no file holds: how many of what."""


@dataclass(frozen=True)
class Applied:
    """Every object, and what the process should say to the shell."""

    objects: tuple[AppliedObject, ...]
    is_dry_run: bool = False
    stopped: BaseException | None = None
    """Ctrl-C or SIGTERM, where that came before the end."""
    left: int = 0
    """How many objects were not come to."""

    def count(self, result: str) -> int:
        """Return how many objects ended so."""
        return sum(each.result == result for each in self.objects)

    @property
    def differs(self) -> bool:
        """Whether anything is not as declared."""
        return self.count(Result.UNCHANGED) < len(self.objects)

    @property
    def exit_code(self) -> ExitCode:
        """3 where some failed, the worst code where all did."""
        return joint_exit_code(
            each.error.exit_code if each.error else ExitCode.OK for each in self.objects
        )
