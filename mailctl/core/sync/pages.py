"""A page of changes made ready to be stored: read before any lock is taken."""

from collections.abc import Iterable, Iterator
from dataclasses import field
from typing import NamedTuple, TypeAlias

from mailctl.core.filters import Filters
from mailctl.core.roles import role_of
from mailctl.domain.ids import SourceId, content_id
from mailctl.domain.messages import Envelope, Role
from mailctl.domain.syncing import LARGEST_BYTES, Arrived, Page, Reflagged, Uid, Vanished
from mailctl.mail.parse import read_envelope, thread_id
from mailctl.records import dataclass
from mailctl.store import sources


class ReadSource(NamedTuple):
    """What a source says, and the source, packed or not."""

    envelope: Envelope
    thread_id: str
    role: Role | None
    source: bytes | sources.PackedSource


class Skipped(NamedTuple):
    """Why a policy leaves a message on the server."""

    reason: str


class Refused(NamedTuple):
    """Why a message cannot be read."""

    reason: str


Outcome: TypeAlias = ReadSource | Skipped | Refused


@dataclass(slots=True)
class ReadyMessage:
    """A message whose envelope was read."""

    arrived: Arrived
    envelope: Envelope
    thread_id: str
    role: Role | None
    source: bytes | sources.PackedSource
    """As it came, until it is packed: then that is let go."""

    def pack(self) -> sources.PackedSource:
        """Return the source packed."""
        if isinstance(self.source, bytes):
            self.source = sources.pack(self.source)
        return self.source


@dataclass(frozen=True)
class ReadyPage:
    """What a page changes in the store, and what of it is not stored, with the reason."""

    folder: str
    numbering: int
    cursor: str | None
    is_whole: bool
    reflagged: tuple[Reflagged, ...]
    vanished: tuple[Vanished, ...]
    seen: int
    messages: list[ReadyMessage] = field(default_factory=list)
    moved: list[tuple[Arrived, SourceId]] = field(default_factory=list)
    """Those of which we hold the source already."""
    refused: dict[Arrived, str] = field(default_factory=dict)
    unread: list[Arrived] = field(default_factory=list)
    """Those whose sources nobody asked for."""
    skipped: dict[Arrived, str] = field(default_factory=dict)
    """Those that a policy leaves on the server."""

    @property
    def source_bytes(self) -> int:
        """How many bytes of mail came."""
        return sum(message.envelope.size_bytes for message in self.messages)

    @property
    def refused_uids(self) -> list[Uid]:
        """The messages that could not be read."""
        return [arrived.uid for arrived in self.refused]

    @property
    def skipped_uids(self) -> list[Uid]:
        """The messages that a policy leaves on the server."""
        return [arrived.uid for arrived in self.skipped]

    @property
    def held_bytes(self) -> int:
        """How much memory it takes, about."""
        return sum(message.envelope.size_bytes for message in self.messages)


@dataclass(frozen=True)
class Reader:
    """Makes pages ready, by one account's address and policies."""

    address: str
    filters: Filters
    with_sources: bool = True
    """Whether sources were asked for: a dry run does without, where no policy looks at them."""

    def ready(self, page: Page, outcomes: Iterable[Outcome] | None = None) -> ReadyPage:
        """Return what the page changes; `outcomes` is what `read` says of its sources."""
        made = ReadyPage(
            folder=page.folder,
            numbering=page.numbering,
            cursor=page.cursor,
            is_whole=page.is_whole,
            reflagged=page.reflagged,
            vanished=page.vanished,
            seen=len(page.arrived),
        )
        read = iter(map(self.read, sources_of(page)) if outcomes is None else outcomes)
        for arrived in page.arrived:
            self._sort(arrived, made, read)
        return made

    def read(self, source: bytes) -> Outcome:
        """Return what a source says, or why it is not kept."""
        try:
            envelope = read_envelope(source)
            reason = self.filters.by_envelope(envelope)
        except MemoryError:
            return Refused("too large for the memory of this machine")
        if reason is not None:
            return Skipped(reason)
        return ReadSource(envelope, thread_id(envelope), role_of(self.address, envelope), source)

    def _sort(self, arrived: Arrived, made: ReadyPage, read: Iterator[Outcome]) -> None:
        if arrived.same_as is not None:
            made.moved.append((arrived, arrived.same_as))
        elif arrived.source is not None:
            self._take(_bare(arrived), next(read), made)
        else:
            reason = self.filters.by_size(arrived.size_bytes)
            if reason is not None:
                made.skipped[arrived] = reason
            elif arrived.size_bytes > LARGEST_BYTES:
                made.refused[arrived] = f"larger than {LARGEST_BYTES >> 20} MiB"
            elif not self.with_sources:
                made.unread.append(arrived)
            else:
                made.refused[arrived] = arrived.trouble or "listed by the server but not given"

    def _take(self, arrived: Arrived, outcome: Outcome, made: ReadyPage) -> None:
        if isinstance(outcome, Refused):
            made.refused[arrived] = outcome.reason
        elif isinstance(outcome, Skipped):
            made.skipped[arrived] = outcome.reason
        else:
            thread = self._thread(arrived) or outcome.thread_id
            made.messages.append(
                ReadyMessage(arrived, outcome.envelope, thread, outcome.role, outcome.source)
            )

    def _thread(self, arrived: Arrived) -> str | None:
        """Return the id of the conversation, None where the server has no word for it."""
        if arrived.thread is None:
            return None
        return content_id("thr", f"{self.address} {arrived.thread}".encode())


def sources_of(page: Page) -> list[bytes]:
    """Return the sources that are to be read of a page."""
    arrived = (each for each in page.arrived if each.same_as is None)
    return [each.source for each in arrived if each.source is not None]


def _bare(arrived: Arrived) -> Arrived:
    """Return the facts without the source, which may be large."""
    return Arrived(
        arrived.uid,
        arrived.flags,
        arrived.internal_date,
        arrived.size_bytes,
        server_id=arrived.server_id,
        labels=arrived.labels,
        thread=arrived.thread,
        is_edited=arrived.is_edited,
    )
