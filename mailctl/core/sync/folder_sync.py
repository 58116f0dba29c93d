"""One folder brought up to date: its pages stored, its guards kept."""

from collections.abc import Sequence
from dataclasses import field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from mailctl.core.filters import Filters, policy_of
from mailctl.core.services import Services
from mailctl.domain.accounts import Account
from mailctl.domain.folders import Folder, RemoteFolder
from mailctl.domain.syncing import AccountRun, Uid, Vanished, is_mass_disappearance
from mailctl.errors import GuardRefused
from mailctl.ports.mail import FolderRequest
from mailctl.records import dataclass
from mailctl.store import copies, folders, holdings, imports, skipped
from mailctl.store.connection import Reading, Writing

if TYPE_CHECKING:  # most folders have nothing new, and need none of it
    from mailctl.core.sync.pages import ReadyPage
    from mailctl.store import sources

QUICK_TRIES = 5
SLOW_TRY = timedelta(days=1)
"""What could not be read is tried in so many runs, and then once in so long."""


@dataclass(frozen=True)
class Wish:
    """What one run wants of every folder."""

    since: datetime | None
    allow_delete: bool = False
    is_full: bool = False
    is_dry: bool = False
    retries_all: bool = False
    """Whether all that waits in quarantine is tried again, however often it failed."""


@dataclass
class FolderSync:
    """The state of one folder's run."""

    services: Services
    account: Account
    folder: Folder
    remote: RemoteFolder
    run: AccountRun
    wish: Wish
    filters: Filters
    tried: set[Uid] = field(default_factory=set)
    """Messages that could not be read in this run: once is enough for each."""
    refusal: GuardRefused | None = None
    """Why what vanished is not believed to be gone, once that is so."""
    is_done: bool = False
    """Whether the last page has been stored."""
    _left: frozenset[Uid] = frozenset()
    _again: tuple[Uid, ...] = ()
    _held: int = 0
    _numbering: int | None = None
    _gone: int = 0
    _vanished: list[Vanished] = field(default_factory=list)
    _passed_over: set[Uid] = field(default_factory=set)
    """What the policies left on the server in this run."""

    def request(self, tx: Reading) -> FolderRequest | None:
        """Return what is to be read of the folder, None where nothing can have changed."""
        self._numbering = self.folder.numbering
        waiting = copies.quarantined(tx, self.folder.id)
        left = skipped.of_folder(tx, self.folder.id)
        due = {each.uid for each in waiting if self._is_due(each)} - self.tried
        unwanted = {uid for uid, reason in left.items() if self.filters.still(reason)}
        self._again = tuple(sorted(due | (left.keys() - unwanted)))
        self._left = frozenset(unwanted | ({each.uid for each in waiting} - due))
        cursor = None if self._is_widened() else self.folder.cursor
        if cursor is not None and self._is_as_before() and not self._again:
            return None
        self._held = copies.count(tx, self.folder.id)
        return self._asking(cursor)

    @property
    def coming(self) -> int | None:
        """How many messages are to come at most; None where the period leaves that open."""
        if self.remote.messages is None or self.wish.since is not None:
            return None
        return max(0, self.remote.messages - self._held - len(self._left))

    def _asking(self, cursor: str | None) -> FolderRequest:
        limit = self.account.settings.attachments
        return FolderRequest(
            path=self.folder.path,
            cursor=cursor,
            holdings=holdings.StoredHoldings(self.services.store, self.account.id, self.folder.id),
            since=self.wish.since,
            takes=None if limit is None else lambda size: self.filters.by_size(size) is None,
            numbering=self.folder.numbering,
            again=self._again,
            leave=self._left,
            is_full=self.wish.is_full,
            with_sources=not self.wish.is_dry or self.filters.needs_header,
            with_bodies=not self.wish.is_dry or self.filters.needs_body,
        )

    def store(self, page: "ReadyPage") -> None:
        """Store a page, with its cursor and all that the cursor stands for, or nothing of it.

        A run killed anywhere is picked up by the next one, with nothing lost or doubled.
        Where too many copies vanished at once, what arrived is stored and the cursor stays
        where it was: see `refusal`.
        """
        self._vanished += page.vanished
        if self.wish.is_dry:
            self._count(page)
            return
        at = self.services.now()
        # before the lock, and while the next page is read: packing needs no interpreter
        packed = [message.pack() for message in page.messages]
        with self.services.store.writing() as tx:
            if page.numbering != self._numbering:
                folders.renumber(tx, self.folder.id, page.numbering)
            self._put(tx, page, packed, at)
            copies.reflag(tx, self.folder.id, page.numbering, page.reflagged)
            if page.cursor is not None:
                self.refusal = self._guarded(tx, page)
            if page.cursor is not None and self.refusal is None:
                self._conclude(tx, page, at)
        self._numbering = page.numbering
        self._count(page)

    def _conclude(self, tx: Writing, page: "ReadyPage", at: datetime) -> None:
        """Store the cursor, and what it says is gone."""
        copies.mark_gone(tx, self.folder.id, page.numbering, self._vanished, at=at)
        copies.leave_older_numberings(tx, self.folder.id, page.numbering, at=at)
        folders.advance(tx, self.folder.id, page.cursor or "", since=self.wish.since)
        if page.is_whole:
            # what waited and did not come again is not there any more
            came = self.tried | self._passed_over | {*page.refused_uids, *page.skipped_uids}
            copies.release(tx, self.folder.id, set(self._again) - came)
            skipped.release(tx, self.folder.id, set(self._again) - came)
            folders.mark_read(tx, self.folder.id, self.remote.state, at=at)

    def _put(
        self, tx: Writing, page: "ReadyPage", packed: "Sequence[sources.PackedSource]", at: datetime
    ) -> None:
        found = [*self._stored(tx, page, packed, at), *self._moved(tx, page)]
        edited = [*(m.arrived for m in page.messages), *(arrived for arrived, _ in page.moved)]
        old = [Vanished(each.uid, "edited") for each in edited if each.is_edited]
        copies.mark_gone(tx, self.folder.id, page.numbering, old, at=at)
        copies.put(tx, self.folder.id, found, at=at)
        imports.leave_to_server(tx, self.folder.id, [copy.message for copy in found])
        if self._again:
            came = [message.arrived.uid for message in page.messages]
            copies.release(tx, self.folder.id, came)
            skipped.release(tx, self.folder.id, came)
        for arrived, reason in page.refused.items():
            copies.quarantine(tx, self.folder.id, arrived.uid, reason, at=at)
        for arrived, reason in page.skipped.items():
            skipped.put(tx, self.folder.id, arrived.uid, reason)

    def _stored(
        self, tx: Writing, page: "ReadyPage", packed: "Sequence[sources.PackedSource]", at: datetime
    ) -> list[copies.NewCopy]:
        from mailctl.store import messages, sources

        kept = sources.put(tx, packed)
        found = [
            messages.NewMessage(
                envelope=message.envelope,
                date=message.envelope.sent_at or message.arrived.internal_date,
                thread_id=message.thread_id,
                source=source,
            )
            for message, source in zip(page.messages, kept, strict=True)
        ]
        numbers = messages.put(tx, found, at=at)
        return [
            copies.NewCopy(
                message=number,
                source=source,
                numbering=page.numbering,
                uid=message.arrived.uid,
                flags=message.arrived.flags,
                internal_date=message.arrived.internal_date,
                role=message.role,
                server_id=message.arrived.server_id,
                labels=message.arrived.labels,
            )
            for number, message, source in zip(numbers, page.messages, kept, strict=True)
        ]

    def _moved(self, tx: Writing, page: "ReadyPage") -> list[copies.NewCopy]:
        found = []
        for arrived, source in page.moved:
            message, role = copies.like(tx, self.account.id, source)
            found.append(
                copies.NewCopy(
                    message=message,
                    source=source,
                    numbering=page.numbering,
                    uid=arrived.uid,
                    flags=arrived.flags,
                    internal_date=arrived.internal_date,
                    role=role,
                    server_id=arrived.server_id,
                    labels=arrived.labels,
                )
            )
        return found

    def _guarded(self, tx: Writing, page: "ReadyPage") -> GuardRefused | None:
        """Return why so many copies are not believed to be gone, None where they may be."""
        lost = self._gone + len(self._vanished)
        lost += copies.count_lost(tx, self.folder.id, page.numbering)
        if self.wish.allow_delete or not is_mass_disappearance(lost, self._held):
            return None
        return GuardRefused(
            f"{lost} of {self._held} messages vanished from {self.folder.path} at once",
            hint=f"if that is right: mailctl sync run {self.account.address} --allow-delete",
            details={"folder": self.folder.path, "vanished": lost, "known": self._held},
        )

    def _count(self, page: "ReadyPage") -> None:
        """Report what is stored, once it is."""
        run = self.run
        run.seen += page.seen
        run.stored += len(page.messages) + len(page.moved) + len(page.unread)
        run.moved += len(page.moved)
        run.updated += len(page.reflagged)
        run.failed += len(page.refused)
        self.tried |= set(page.refused_uids)
        self._passed_over |= set(page.skipped_uids)
        run.bytes += page.source_bytes
        for policy in map(policy_of, page.skipped.values()):
            run.skipped[policy] = run.skipped.get(policy, 0) + 1
        if page.cursor is not None:
            self.is_done = True
            if self.refusal is None:
                run.gone += len(self._vanished)
                self._gone += len(self._vanished)
            self._vanished = []

    def _is_as_before(self) -> bool:
        return (
            self.remote.state is not None
            and self.remote.state == self.folder.state
            and not self.wish.is_full
        )

    def _is_widened(self) -> bool:
        """Whether mail is wanted from before what the cursor covers."""
        if self.folder.cursor is None or self.folder.since is None:
            return False
        return self.wish.since is None or self.wish.since < self.folder.since

    def _is_due(self, waiting: copies.Waiting) -> bool:
        """Whether a message that could not be read is tried again now."""
        if self.wish.retries_all or waiting.attempts < QUICK_TRIES:
            return True
        return waiting.last_at + SLOW_TRY <= self.services.now()
