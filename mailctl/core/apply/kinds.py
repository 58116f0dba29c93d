"""What a kind of object has to know so that files can declare it."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from functools import cached_property, partial
from typing import Protocol, TypeAlias

from mailctl.core.apply.declared_fields import DeclaredFields
from mailctl.core.apply.losses import Losses
from mailctl.core.providers.providers import directory
from mailctl.core.services import Services
from mailctl.domain.declarations import Mistake, Spot
from mailctl.domain.secret import SecretRef
from mailctl.records import dataclass
from mailctl.resolve.directory import Directory
from mailctl.store.connection import Reading, Writing

Described: TypeAlias = Mapping[str, object]
"""An object by fields, as `export` writes it and a file may say it; what is empty is not there."""
PlaceOf: TypeAlias = Callable[[str | None, str], SecretRef]
"""Reads a reference to a secret, the second being its name where it says none. Raises BadUsage."""


@dataclass(frozen=True)
class Manner:
    """How files are applied."""

    place_of: PlaceOf
    verify: bool = True
    prunes: bool = False
    """Whether what files do not declare goes, of the sections that they have."""
    is_sure: bool = False
    """Whether guards are lifted."""
    lets_data_go: bool = False
    """Whether data that no file holds may go along."""
    is_rehearsal: bool = False
    trusts_discovered: bool = False
    region: str | None = None
    """The country of phones without a code."""


class Run:
    """What the work on some objects has in common."""

    def __init__(self, services: Services, manner: Manner) -> None:
        self.services = services
        self.manner = manner

    @cached_property
    def known(self) -> Directory:
        """The providers and domains that are there."""
        return directory(self.services.store)


Work: TypeAlias = Callable[[Run], Callable[[], object]]
"""Does what needs a network and returns what stores the outcome, in a transaction."""


@dataclass(frozen=True)
class Compared:
    """An object as it is, None where it is not there, as it would be, and what makes it so."""

    before: Described | None
    after: Described
    work: Work
    losses: Losses = field(default_factory=dict)
    """What goes along."""


@dataclass(frozen=True)
class Reference:
    """A thing that an object needs, and where it says so."""

    section: str
    name: str
    spot: Spot


class Compare(Protocol):
    """Compares what a file wants with what there is."""

    def __call__(self, tx: Reading, manner: Manner) -> Compared:
        """Return both. Raises BadUsage, Conflict or NotFound for what cannot be."""


@dataclass(frozen=True)
class Wanted:
    """One object as a file wants it."""

    section: str
    name: str
    spot: Spot
    compared: Compare
    needs: tuple[Reference, ...] = ()
    details: Mapping[str, object] = field(default_factory=dict)
    """What is compared among objects of a kind."""


Fitting: TypeAlias = "tuple[Wanted, Described]"
"""An object as a file wants it, and as it would be."""


@dataclass(frozen=True)
class Sole:
    """A field whose values only one object of a kind has."""

    field: str
    give_away: Callable[[Services, str], object]
    """Takes them all from one, by name."""


@dataclass(frozen=True)
class Kind:
    """A kind of object that files declare, in a section of its name."""

    section: str
    noun: str
    read: Callable[[DeclaredFields, Manner], Iterator[Wanted]]
    """Yields what is wanted; mistakes go to the fields."""
    is_there: Callable[[Reading, str], bool]
    all_: Callable[[Reading], Iterator[Described]]
    """Yields everything that is there; the first field is the name."""
    remove: Callable[[Services, str, bool], object]
    """Forgets one by name, a guard lifted or not."""
    losses: Callable[[Reading, str], Losses] = lambda *_: {}
    """Returns what goes along with one that is removed."""
    sole: Sole | None = None
    batch: int = 1
    """How many of them are stored in one transaction."""
    behind: Callable[[Writing], object] | None = None
    """What is done once behind all that are stored in one transaction."""

    misfits: "Callable[[Reading, Sequence[Fitting], Manner], Iterator[Mistake]]" = lambda *_: iter(
        ()
    )
    """Yields what is wrong only beside others: told all that files declare of any kind."""
    presets: Callable[[], Iterable[str]] = tuple
    """Names that are there although nobody made them."""

    def names(self, tx: Reading) -> Iterator[str]:
        """Yield what can be referred to, of what is there."""
        yield from (str(next(iter(each.values()))) for each in self.all_(tx))
        yield from self.presets()

    @property
    def name(self) -> str:
        """What programs call it: `link-rule`."""
        return self.noun.replace(" ", "-")


def only(verb: Callable[[Services], object]) -> Work:
    """Return the work that asks nobody."""
    return lambda run: partial(verb, run.services)


def without_empty(described: Mapping[str, object]) -> Described:
    """Return what is there: no None, no empty text, list or mapping."""
    return {
        name: value
        for name, value in described.items()
        if value is not None and value not in ("", [], {})
    }
