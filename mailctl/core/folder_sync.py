"""One folder brought up to date: its pages stored, its guards kept."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from mailctl.core.filters import Filters
from mailctl.core.naming import address_key
from mailctl.core.services import Services
from mailctl.domain.accounts import Account
from mailctl.domain.folders import Folder, RemoteFolder
from mailctl.domain.messages import Envelope, Role
from mailctl.domain.syncing import (
    AccountRun,
    Arrived,
    Fetched,
    Page,
    Uid,
    Vanished,
    is_mass_disappearance,
)
from mailctl.errors import BadAddress, GuardRefused
from mailctl.mail.parse import read_envelope, thread_id
from mailctl.ports import MailSource
from mailctl.resolve.addresses import parse_address
from mailctl.store import copies, folders, messages, skipped, sources
from mailctl.store.connection import Writing

BATCH_BYTES = 8 << 20
BATCH_COUNT = 100
LARGEST_BYTES = 256 << 20
"""What is larger is not fetched: it would have to fit in memory several times."""


@dataclass(frozen=True)
class _Ready:
    """A message read and packed, so that the write lock is held only for writing."""

    arrived: Arrived
    envelope: Envelope
    source: sources.PackedSource


@dataclass(frozen=True)
class _Batch:
    """Messages that fit in memory together, and those that are not stored, with the reason."""

    ready: list[_Ready] = field(default_factory=list)
    refused: dict[Arrived, str] = field(default_factory=dict)
    skipped: dict[Arrived, str] = field(default_factory=dict)
    """Those that a policy leaves on the server."""


@dataclass
class FolderSync:
    """The state of one folder's run."""

    services: Services
    source: MailSource
    account: Account
    folder: Folder
    run: AccountRun
    since: datetime | None
    allow_delete: bool
    filters: Filters
    _left: set[Uid] = field(default_factory=set)

    def bring_up_to_date(self, remote: RemoteFolder) -> None:
        """Store every change since the last run.

        A cursor is stored together with all that it stands for or not at all, so a run
        killed anywhere is picked up by the next one, with nothing lost or doubled. Raises
        GuardRefused where too many copies vanished at once: what arrived is stored then,
        and the cursor stays where it was.
        """
        with self.services.store.reading() as tx:
            waiting = set(copies.quarantined(tx, self.folder.id))
            left = skipped.of_folder(tx, self.folder.id)
        self._left = {uid for uid, reason in left.items() if self.filters.still(reason)}
        waiting |= left.keys() - self._left
        cursor = None if waiting or self._is_widened() else self.folder.cursor
        if cursor is not None and remote.state is not None and remote.state == self.folder.state:
            return
        known = copies.StoredCopies(self.services.store, self.folder.id)
        held, gone = known.count(), 0
        vanished: list[Vanished] = []
        for page in self.source.changes(self.folder.path, cursor, known=known, since=self.since):
            waiting -= {arrived.uid for arrived in page.arrived}
            vanished += page.vanished
            last = self._store_all_but_last_batch(page)
            refusal = self._refusal(gone + len(vanished), held) if page.cursor else None
            with self.services.store.writing() as tx:
                self._put(tx, last)
                copies.reflag(tx, self.folder.id, page.reflagged)
                if page.cursor is not None and refusal is None:
                    copies.mark_gone(tx, self.folder.id, vanished, at=self.services.now())
                    folders.advance(tx, self.folder.id, page.cursor, since=self.since)
                    if page.is_whole:
                        # what waited and did not come again is not there any more
                        copies.release(tx, self.folder.id, waiting)
                        skipped.release(tx, self.folder.id, waiting)
                        folders.mark_read(tx, self.folder.id, remote.state)
            self._count(last)
            self.run.updated += len(page.reflagged)
            if refusal is not None:
                raise refusal
            if page.cursor is not None:
                self.run.gone += len(vanished)
                gone, vanished = gone + len(vanished), []

    def _is_widened(self) -> bool:
        """Whether mail is wanted from before what the cursor covers."""
        if self.folder.cursor is None or self.folder.since is None:
            return False
        return self.since is None or self.since < self.folder.since

    def _store_all_but_last_batch(self, page: Page) -> _Batch:
        """Store the messages of the page as far as they do not belong with its cursor."""
        self.run.seen += len(page.arrived)
        batches = list(_batches(page.arrived))
        for batch in batches[:-1]:
            read = self._read(batch)
            with self.services.store.writing() as tx:
                self._put(tx, read)
            self._count(read)
        return self._read(batches[-1]) if batches else _Batch()

    def _read(self, batch: Sequence[Arrived]) -> _Batch:
        read = _Batch()
        wanted = {each.uid: each for each in batch if self._is_fetched(each, read)}
        for fetched in self.source.fetch(self.folder.path, list(wanted)):
            arrived = wanted.pop(fetched.uid, None)
            if arrived is None:
                continue
            self.run.bytes += len(fetched.source)
            try:
                ready = _ready(arrived, fetched)
            except MemoryError:
                read.refused[arrived] = "too large for the memory of this machine"
                continue
            reason = self.filters.by_envelope(ready.envelope)
            if reason is None:
                read.ready.append(ready)
            else:
                read.skipped[arrived] = reason
        read.refused.update(dict.fromkeys(wanted.values(), "listed by the server but not given"))
        return read

    def _is_fetched(self, arrived: Arrived, read: _Batch) -> bool:
        """Whether the message is asked for; notes in `read` why it is not."""
        if arrived.uid in self._left:
            return False
        reason = self.filters.by_size(arrived.size_bytes)
        if reason is not None:
            read.skipped[arrived] = reason
        elif arrived.size_bytes > LARGEST_BYTES:
            read.refused[arrived] = f"larger than {LARGEST_BYTES >> 20} MiB"
        else:
            return True
        return False

    def _put(self, tx: Writing, batch: _Batch) -> None:
        at = self.services.now()
        for message in batch.ready:
            self._put_message(tx, message, at)
        copies.release(tx, self.folder.id, [message.arrived.uid for message in batch.ready])
        for arrived, reason in batch.refused.items():
            copies.quarantine(tx, self.folder.id, arrived.uid, reason, at=at)
        skipped.release(tx, self.folder.id, [message.arrived.uid for message in batch.ready])
        for arrived, reason in batch.skipped.items():
            skipped.put(tx, self.folder.id, arrived.uid, reason)

    def _count(self, batch: _Batch) -> None:
        """Report what is stored, once it is."""
        self.run.stored += len(batch.ready)
        self.run.failed += len(batch.refused)
        for reason in batch.skipped.values():
            self.run.skipped[reason] = self.run.skipped.get(reason, 0) + 1

    def _refusal(self, vanished: int, held: int) -> GuardRefused | None:
        """Return why so many copies are not believed to be gone, None where they may be."""
        if self.allow_delete or not is_mass_disappearance(vanished, held):
            return None
        return GuardRefused(
            f"{vanished} of {held} messages vanished from {self.folder.path} at once",
            hint=f"if that is right: mailctl sync run {self.account.address} --allow-delete",
            details={"folder": self.folder.path, "vanished": vanished, "known": held},
        )

    def _put_message(self, tx: Writing, message: _Ready, at: datetime) -> None:
        arrived, envelope = message.arrived, message.envelope
        sources.put(tx, message.source)
        message_id = messages.put(
            tx,
            envelope,
            date=envelope.sent_at or arrived.internal_date,
            thread_id=thread_id(envelope),
            source_digest=message.source.digest,
            at=at,
        )
        copy = copies.NewCopy(
            uid=arrived.uid,
            flags=arrived.flags,
            internal_date=arrived.internal_date,
            role=role_of(self.account.address, envelope),
        )
        copies.put(tx, self.folder.id, message_id, copy, source_digest=message.source.digest, at=at)


def role_of(address: str, envelope: Envelope) -> Role | None:
    """Return what the owner of the mailbox is to the message; None where no field names them."""
    sender = () if envelope.sender is None else (envelope.sender,)
    for role, named in (
        (Role.FROM, sender),
        (Role.TO, envelope.to),
        (Role.CC, envelope.cc),
        (Role.BCC, envelope.bcc),
    ):
        if any(_key(person.address) == address for person in named):
            return role
    return None


def _key(address: str) -> str:
    """Return the address as accounts are known by it, whatever its spelling of the domain."""
    try:
        return address_key(parse_address(address))
    except BadAddress:
        return address.lower()


def _ready(arrived: Arrived, fetched: Fetched) -> _Ready:
    return _Ready(arrived, read_envelope(fetched.source), sources.pack(fetched.source))


def _batches(arrived: Sequence[Arrived]) -> Iterator[list[Arrived]]:
    """Yield groups that fit in memory, each at least one message."""
    batch: list[Arrived] = []
    size = 0
    for message in arrived:
        if batch and (len(batch) >= BATCH_COUNT or size + message.size_bytes > BATCH_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(message)
        size += message.size_bytes
    if batch:
        yield batch
