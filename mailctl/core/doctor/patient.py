"""What is looked at: the machine, the places, the settings with their origin, the open things."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import field
from pathlib import Path

from mailctl.core.services import Services
from mailctl.errors import MailctlError
from mailctl.ports.inspection import Inspector, SecretPlaces
from mailctl.records import dataclass
from mailctl.store.untouched import UntouchedStore


@dataclass(frozen=True)
class SaidSetting:
    """A setting, and who said so."""

    name: str
    value: str | None
    source: str
    """environment, file or default."""
    said_in: str | None
    """The variable or the file; None for a default."""
    default: str | None = None
    """What holds where nobody says anything; None: nothing does."""


@dataclass(frozen=True)
class UsedPlace:
    """A file or directory of mailctl's, and what says that it is there."""

    name: str
    path: Path
    source: str


@dataclass(frozen=True)
class Patient:
    """One installation as this process meets it."""

    services: Services
    store: UntouchedStore
    inspector: Callable[[], Inspector]
    environment: Mapping[str, str]
    places: Sequence[UsedPlace]
    """Empty where it cannot be said where the files are."""
    settings: Sequence[SaidSetting]
    known_variables: frozenset[str]
    secrets: Callable[[], SecretPlaces]
    faults: Mapping[str, Sequence[MailctlError]] = field(default_factory=dict)
    """What cannot be understood of places and settings, by the look that tells it."""

    def place(self, name: str) -> Path:
        """Return one of the places."""
        return next(each.path for each in self.places if each.name == name)


@dataclass(frozen=True)
class Wish:
    """How far a look goes."""

    accounts: Sequence[str] = ()
    """All where none is named; those named are signed in to even after a refusal."""
    is_offline: bool = False
    limit_s: float = 30.0
    """For one server or one account."""
    jobs: int = 8
    integrity_s: float = 10.0
    """How long the database is read at most."""
