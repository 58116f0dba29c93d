"""What is told while a sync runs, one event a step; with several jobs by several threads."""

from mailctl.domain.syncing import AccountRun, Progress
from mailctl.records import dataclass


@dataclass(frozen=True)
class Waiting:
    """The run begins after so many seconds, so that not everybody's begin at once."""

    seconds: float


@dataclass(frozen=True)
class Chosen:
    """The run knows how many accounts it is for."""

    accounts: int


@dataclass(frozen=True)
class Begun:
    """An account's turn has come."""

    address: str


@dataclass(frozen=True)
class Ended:
    """An account is done, however that went."""

    run: AccountRun


@dataclass(frozen=True)
class Indexing:
    """So many of the messages that waited are found by their words now."""

    done: int
    total: int


@dataclass(frozen=True)
class Linking:
    """So many of the messages that waited are linked to what they are about."""

    done: int
    total: int


@dataclass(frozen=True)
class IndexHeld:
    """Another run makes messages searchable or links them; it finds ours too."""

    sentence: str


SyncEvent = Waiting | Chosen | Begun | Progress | Ended | Indexing | Linking | IndexHeld
