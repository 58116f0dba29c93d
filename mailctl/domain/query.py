"""What is asked of messages: the parts of a question, and how each is written."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Where(StrEnum):
    """In which part of a message words are looked for."""

    FROM = "from"
    TO = "to"
    CC = "cc"
    BCC = "bcc"
    SUBJECT = "subject"
    BODY = "body"
    ATTACHMENT = "attachment"
    LIST = "list"


class State(StrEnum):
    """What a mailbox says of its copy of a message."""

    READ = "read"
    UNREAD = "unread"
    FLAGGED = "flagged"
    ANSWERED = "answered"


@dataclass(frozen=True, slots=True)
class Words:
    """Words that follow each other, in one part of the message or anywhere in it."""

    text: str
    where: Where | None = None
    is_beginning: bool = False
    """Whether the last word may go on."""

    def __str__(self) -> str:
        field = "" if self.where is None else f"{self.where}:"
        return f'{field}"{self.text}"{"*" if self.is_beginning else ""}'


@dataclass(frozen=True, slots=True)
class Since:
    """A message of that moment or later."""

    moment: datetime

    def __str__(self) -> str:
        return f"after:{self.moment.isoformat()}"


@dataclass(frozen=True, slots=True)
class Before:
    """A message that is older than that moment."""

    moment: datetime

    def __str__(self) -> str:
        return f"before:{self.moment.isoformat()}"


@dataclass(frozen=True, slots=True)
class Larger:
    """A message of more bytes."""

    than: int

    def __str__(self) -> str:
        return f"larger:{self.than}"


@dataclass(frozen=True, slots=True)
class Smaller:
    """A message of fewer bytes."""

    than: int

    def __str__(self) -> str:
        return f"smaller:{self.than}"


@dataclass(frozen=True, slots=True)
class WithAttachment:
    """A message that carries files."""

    def __str__(self) -> str:
        return "has:attachment"


@dataclass(frozen=True, slots=True)
class InState:
    """A message of which a mailbox says so."""

    state: State

    def __str__(self) -> str:
        return f"is:{self.state}"


@dataclass(frozen=True, slots=True)
class InFolder:
    """A message that people see in that folder, or in one whose path begins so."""

    path: str
    is_beginning: bool = False

    def __str__(self) -> str:
        return f'folder:"{self.path}"{"*" if self.is_beginning else ""}'


@dataclass(frozen=True, slots=True)
class InAccount:
    """A message of that account, named by its address or id."""

    name: str

    def __str__(self) -> str:
        return f'account:"{self.name}"'


@dataclass(frozen=True, slots=True)
class Named:
    """The message of that id, ours or its Message-ID."""

    id: str

    def __str__(self) -> str:
        return f'id:"{self.id}"'


@dataclass(frozen=True, slots=True)
class InThread:
    """A message of that conversation, named by its id or by that of one of its messages."""

    id: str

    def __str__(self) -> str:
        return f'thread:"{self.id}"'


@dataclass(frozen=True, slots=True)
class Not:
    """What the other does not hold of."""

    of: "Query"

    def __str__(self) -> str:
        return f"-{self.of}"


@dataclass(frozen=True, slots=True)
class Every:
    """All hold, which are at least two; see `every`."""

    of: "tuple[Query, ...]"

    def __str__(self) -> str:
        return f"({' '.join(map(str, self.of))})"


@dataclass(frozen=True, slots=True)
class Either:
    """One of them holds, which are at least two; see `either`."""

    of: "tuple[Query, ...]"

    def __str__(self) -> str:
        return f"({' OR '.join(map(str, self.of))})"


Condition = (
    Words
    | Since
    | Before
    | Larger
    | Smaller
    | WithAttachment
    | InState
    | InFolder
    | InAccount
    | Named
    | InThread
)
Query = Condition | Not | Every | Either
"""Its text, read again, is the same query."""


def every(parts: "Iterable[Query]") -> Query:
    """Return what holds where all the parts do, which are at least one."""
    found: list[Query] = []
    for part in parts:
        found.extend(part.of if isinstance(part, Every) else [part])
    return found[0] if len(found) == 1 else Every(tuple(found))


def either(parts: "Iterable[Query]") -> Query:
    """Return what holds where one of the parts does, which are at least one."""
    found: list[Query] = []
    for part in parts:
        found.extend(part.of if isinstance(part, Either) else [part])
    return found[0] if len(found) == 1 else Either(tuple(found))
