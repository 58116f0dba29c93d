"""A page of changes made ready to be stored: read before any lock is taken."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from mailctl.core.filters import Filters
from mailctl.core.roles import role_of
from mailctl.domain.ids import SourceId, content_id
from mailctl.domain.messages import Envelope, Role
from mailctl.domain.syncing import LARGEST_BYTES, Arrived, Page, Reflagged, Uid, Vanished
from mailctl.mail.parse import read_envelope, thread_id
from mailctl.store import sources


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
    """Whether sources were asked for: a dry run does without."""

    def ready(self, page: Page) -> ReadyPage:
        """Return what the page changes."""
        made = ReadyPage(
            folder=page.folder,
            numbering=page.numbering,
            cursor=page.cursor,
            is_whole=page.is_whole,
            reflagged=page.reflagged,
            vanished=page.vanished,
            seen=len(page.arrived),
        )
        for arrived in page.arrived:
            self._sort(arrived, made)
        return made

    def _sort(self, arrived: Arrived, made: ReadyPage) -> None:
        if arrived.same_as is not None:
            made.moved.append((arrived, arrived.same_as))
        elif arrived.source is None:
            reason = self.filters.by_size(arrived.size_bytes)
            if reason is not None:
                made.skipped[arrived] = reason
            elif arrived.size_bytes > LARGEST_BYTES:
                made.refused[arrived] = f"larger than {LARGEST_BYTES >> 20} MiB"
            elif not self.with_sources:
                made.unread.append(arrived)
            else:
                made.refused[arrived] = arrived.trouble or "listed by the server but not given"
        else:
            self._read(arrived, arrived.source, made)

    def _read(self, arrived: Arrived, source: bytes, made: ReadyPage) -> None:
        try:
            envelope = read_envelope(source)
            reason = self.filters.by_envelope(envelope)
        except MemoryError:
            made.refused[_bare(arrived)] = "too large for the memory of this machine"
            return
        if reason is not None:
            made.skipped[_bare(arrived)] = reason
            return
        made.messages.append(
            ReadyMessage(
                arrived=_bare(arrived),
                envelope=envelope,
                thread_id=self._thread(arrived) or thread_id(envelope),
                role=role_of(self.address, envelope),
                source=source,
            )
        )

    def _thread(self, arrived: Arrived) -> str | None:
        """Return the id of the conversation, None where the server has no word for it."""
        if arrived.thread is None:
            return None
        return content_id("thr", f"{self.address} {arrived.thread}".encode())


def _bare(arrived: Arrived) -> Arrived:
    """Return the facts without the source, which may be large."""
    return Arrived(
        arrived.uid,
        arrived.flags,
        arrived.internal_date,
        arrived.size_bytes,
        server_id=arrived.server_id,
        labels=arrived.labels,
    )


def ready_pages(pages: Iterator[Page], reader: Reader) -> Iterator[ReadyPage]:
    """Yield pages made ready, and keep none."""
    while True:
        page = next(pages, None)
        if page is None:
            return
        made = [reader.ready(page)]
        del page
        yield made.pop()
