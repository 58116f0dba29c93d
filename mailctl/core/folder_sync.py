"""One folder brought up to date: its pages stored, its guards kept."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from mailctl.core.services import Services
from mailctl.domain.accounts import Account
from mailctl.domain.folders import Folder, RemoteFolder
from mailctl.domain.messages import Envelope, Role
from mailctl.domain.syncing import (
    AccountRun,
    Arrived,
    Fetched,
    Page,
    Vanished,
    is_mass_disappearance,
)
from mailctl.errors import GuardRefused
from mailctl.mail.parse import read_envelope, thread_id
from mailctl.ports import MailSource
from mailctl.store import copies, folders, messages, sources
from mailctl.store.connection import Writing

BATCH_BYTES = 8 << 20
BATCH_COUNT = 100


@dataclass(frozen=True)
class _Ready:
    """A message read and packed, so that the write lock is held only for writing."""

    arrived: Arrived
    envelope: Envelope
    source: sources.PackedSource


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

    def bring_up_to_date(self, remote: RemoteFolder) -> None:
        """Store every change since the last run.

        A page and its cursor are stored together or not at all, so a run killed anywhere
        is picked up by the next one, with nothing lost or doubled. Raises GuardRefused
        after everything else is stored where too many copies vanished at once.
        """
        with self.services.store.reading() as tx:
            waiting = copies.quarantined(tx, self.folder.id)
        cursor = None if waiting or self._is_widened() else self.folder.cursor
        if cursor is not None and remote.state is not None and remote.state == self.folder.state:
            return
        known = copies.StoredCopies(self.services.store, self.folder.id)
        vanished: list[Vanished] = []
        for page in self.source.changes(self.folder.path, cursor, known=known, since=self.since):
            vanished += page.vanished
            self._store(page)
        self._mark_gone(vanished, known.count() if vanished else 0)
        with self.services.store.writing() as tx:
            folders.mark_read(tx, self.folder.id, remote.state)

    def _is_widened(self) -> bool:
        """Whether mail is wanted from before what the cursor covers."""
        if self.folder.cursor is None or self.folder.since is None:
            return False
        return self.since is None or self.since < self.folder.since

    def _store(self, page: Page) -> None:
        self.run.seen += len(page.arrived)
        batches = list(_batches(page.arrived))
        for batch in batches[:-1]:
            ready, missing = self._read(batch)
            with self.services.store.writing() as tx:
                self._put(tx, ready, missing)
        ready, missing = self._read(batches[-1]) if batches else ([], [])
        with self.services.store.writing() as tx:
            self._put(tx, ready, missing)
            copies.reflag(tx, self.folder.id, page.reflagged)
            if page.cursor is not None:
                folders.advance(tx, self.folder.id, page.cursor, since=self.since)
        self.run.updated += len(page.reflagged)

    def _read(self, batch: Sequence[Arrived]) -> tuple[list[_Ready], list[Arrived]]:
        wanted = {arrived.uid: arrived for arrived in batch}
        ready = []
        for fetched in self.source.fetch(self.folder.path, list(wanted)):
            arrived = wanted.pop(fetched.uid, None)
            if arrived is not None:
                ready.append(_ready(arrived, fetched))
                self.run.bytes += len(fetched.source)
        return ready, list(wanted.values())

    def _put(self, tx: Writing, ready: Sequence[_Ready], missing: Sequence[Arrived]) -> None:
        at = self.services.now()
        for message in ready:
            self._put_message(tx, message, at)
            copies.release(tx, self.folder.id, message.arrived.uid)
        for arrived in missing:
            reason = "the server listed the message and did not give it"
            copies.quarantine(tx, self.folder.id, arrived.uid, reason, at=at)
        self.run.stored += len(ready)
        self.run.failed += len(missing)

    def _put_message(self, tx: Writing, message: _Ready, at: datetime) -> None:
        arrived, envelope = message.arrived, message.envelope
        sources.put(tx, message.source)
        message_id, _ = messages.put(
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

    def _mark_gone(self, vanished: Sequence[Vanished], known: int) -> None:
        if not vanished:
            return
        if is_mass_disappearance(len(vanished), known) and not self.allow_delete:
            raise GuardRefused(
                f"{len(vanished)} of {known} messages vanished from {self.folder.path} at once",
                hint=f"if that is right: mailctl sync run {self.account.address} --allow-delete",
                details={"folder": self.folder.path, "vanished": len(vanished), "known": known},
            )
        with self.services.store.writing() as tx:
            copies.mark_gone(tx, self.folder.id, vanished, at=self.services.now())
        self.run.gone += len(vanished)


def role_of(address: str, envelope: Envelope) -> Role | None:
    """Return what the owner of the mailbox is to the message; None where no field names them."""
    sender = () if envelope.sender is None else (envelope.sender,)
    for role, named in (
        (Role.FROM, sender),
        (Role.TO, envelope.to),
        (Role.CC, envelope.cc),
        (Role.BCC, envelope.bcc),
    ):
        if any(person.address.lower() == address for person in named):
            return role
    return None


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
