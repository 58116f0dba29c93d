"""What files declare, as it stands there: words, lists and fields, each with its place."""

from collections.abc import Mapping
from typing import TypeAlias

from mailctl.records import dataclass


@dataclass(frozen=True)
class Spot:
    """A place in a file; lines and columns count from 1."""

    source: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.source}:{self.line}:{self.column}"


@dataclass(frozen=True)
class Mistake:
    """What cannot be meant, and where it stands."""

    spot: Spot
    sentence: str
    hint: str | None = None


@dataclass(frozen=True)
class Word:
    """One value as it was written, variables put in; None where it was written as null."""

    spot: Spot
    text: str | None
    is_sound: bool = True
    """False where it is a mistake already: nothing more is to be said of it."""


@dataclass(frozen=True)
class Items:
    """Several values in a row."""

    spot: Spot
    parts: "tuple[Node, ...]"


@dataclass(frozen=True)
class Fields:
    """Values by name."""

    spot: Spot
    parts: "Mapping[str, Node]"
    keys: Mapping[str, Spot]
    """Where each name stands."""


Node: TypeAlias = Word | Items | Fields


@dataclass(frozen=True)
class Declarations:
    """The documents of all files, and what could not be read of them."""

    documents: tuple[Fields, ...] = ()
    mistakes: tuple[Mistake, ...] = ()
