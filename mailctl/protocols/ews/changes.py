"""What changed in one folder, driven page by page by the server's sync states."""

from collections.abc import Iterator
from typing import Any

from exchangelib import services
from exchangelib.errors import ErrorInvalidSyncStateData
from exchangelib.properties import FolderId

from mailctl.domain.syncing import LARGEST_BYTES, Arrived, Flags, Page, Reflagged, Uid, Vanished
from mailctl.errors import ServerRefused
from mailctl.ports.mail import FolderRequest
from mailctl.protocols.ews import items
from mailctl.protocols.ews.connection import EwsMailbox
from mailctl.protocols.ews.failures import translated
from mailctl.protocols.ews.folders import EwsFolder
from mailctl.records import dataclass

_PAGE = 100
_LISTING = 512
_MOST_IDLE = 100
"""How many answers without a change are believed to lead on."""
_HIGHEST = Uid((1 << 63) - 1)


@dataclass(frozen=True)
class Step:
    """One answer of SyncFolderItems."""

    changed: list[str]
    deleted: list[str]
    read: dict[str, bool]
    state: str
    is_last: bool


class FolderChanges:
    """The way from a cursor, or from nothing, to the present of a folder."""

    def __init__(self, mailbox: EwsMailbox, folder: EwsFolder, request: FolderRequest) -> None:
        self._mailbox = mailbox
        self._folder = folder
        self._request = request
        self._known = request.holdings.numbered(folder.numbering)
        self._again = set(request.again if request.numbering == folder.numbering else ())
        self._leave = request.leave if request.numbering == folder.numbering else frozenset()

    def pages(self) -> Iterator[Page]:
        """Yield the pages; a cursor that the server does not take means all over again."""
        state = self._state()
        if state is not None:
            try:
                first = step(self._mailbox, self._folder, state, _PAGE)
            except ErrorInvalidSyncStateData:
                state = None
            else:
                yield from self._onward(first)
                return
        yield from self._afresh()

    def _state(self) -> str | None:
        """Return the sync state to go on from, None where all has to be looked at."""
        numbering, _, state = (self._request.cursor or "").partition(" ")
        is_ours = numbering == str(self._folder.numbering)
        return state if is_ours and not self._request.is_full and not self._again else None

    def _onward(self, first: Step) -> Iterator[Page]:
        for each in onward(self._mailbox, self._folder, first, _PAGE):
            arrived, reflagged = self._looked_at(each)
            gone = [items.uid_of(item_id) for item_id in each.deleted]
            vanished = tuple(Vanished(u, "deleted") for u in gone if self._flags(u) is not None)
            yield from self._put(each, arrived, reflagged, vanished, is_stored=True)

    def _afresh(self) -> Iterator[Page]:
        """Yield all of the folder; what we hold and it lacks is gone.

        While nothing is held each page may be remembered; else only the whole says what is gone.
        """
        is_new = self._known.lowest() is None
        seen: set[Uid] = set()
        first = step(self._mailbox, self._folder, None, _PAGE)
        for each in onward(self._mailbox, self._folder, first, _PAGE):
            seen.update(items.uid_of(item_id) for item_id in each.changed)
            arrived, reflagged = self._looked_at(each)
            vanished: tuple[Vanished, ...] = ()
            if each.is_last and not is_new:
                lost = sorted(self._known.between(Uid(1), _HIGHEST).keys() - seen)
                vanished = tuple(Vanished(uid, "not listed") for uid in lost)
            yield from self._put(each, arrived, reflagged, vanished, is_stored=is_new)

    def _looked_at(self, each: Step) -> tuple[list[items.Facts], list[Reflagged]]:
        """Return what is new to us in a step, and what we know with other flags."""
        new, reflagged = [], []
        for fact in items.facts(self._mailbox, each.changed):
            ours = self._flags(fact.uid)
            if ours is None:
                if self._is_wanted(fact):
                    new.append(fact)
            elif ours != fact.flags:
                reflagged.append(Reflagged(fact.uid, fact.flags))
        for item_id, is_read in each.read.items():
            uid, seen = items.uid_of(item_id), frozenset({"\\Seen"})
            ours = self._flags(uid)
            flags = None if ours is None else (ours | seen if is_read else ours - seen)
            if flags is not None and flags != ours:
                reflagged.append(Reflagged(uid, flags))
        return new, reflagged

    def _is_wanted(self, fact: items.Facts) -> bool:
        if fact.uid in self._again:
            return True
        since = self._request.since
        return fact.uid not in self._leave and (since is None or fact.received_at >= since)

    def _flags(self, uid: Uid) -> Flags | None:
        return self._known.between(uid, uid).get(uid)

    def _put(
        self,
        each: Step,
        new: list[items.Facts],
        reflagged: list[Reflagged],
        vanished: tuple[Vanished, ...],
        *,
        is_stored: bool,
    ) -> Iterator[Page]:
        """Yield the step as pages bounded in octets; the last has the cursor."""
        portions = list(items.batches(new)) or [[]]
        for number, portion in enumerate(portions, 1):
            is_end = number == len(portions)
            has_cursor = is_end and (each.is_last or is_stored)
            yield Page(
                folder=self._request.path,
                numbering=self._folder.numbering,
                arrived=tuple(self._arrived(portion)),
                reflagged=tuple(reflagged) if is_end else (),
                vanished=vanished if is_end else (),
                cursor=f"{self._folder.numbering} {each.state}" if has_cursor else None,
                is_whole=is_end and each.is_last,
            )

    def _arrived(self, portion: list[items.Facts]) -> Iterator[Arrived]:
        takes = self._request.takes
        readable = [
            fact.id
            for fact in portion
            if fact.size_bytes <= LARGEST_BYTES and (takes is None or takes(fact.size_bytes))
        ]
        with_sources = self._request.with_sources
        found = items.sources(self._mailbox, readable) if with_sources else {}
        for fact in portion:
            source = found.get(fact.id)
            if with_sources and source is None and fact.id in readable:
                continue  # it went between two answers
            yield Arrived(
                uid=fact.uid,
                flags=fact.flags,
                internal_date=fact.received_at,
                size_bytes=len(source) if isinstance(source, bytes) else fact.size_bytes,
                source=source if isinstance(source, bytes) else None,
                trouble=source if isinstance(source, str) else _too_large(fact),
            )


def step(mailbox: EwsMailbox, folder: EwsFolder, state: str | None, most: int) -> Step:
    """Return the next changes after a sync state.

    Raises ErrorInvalidSyncStateData where the server does not know the state, else what a
    request does.
    """
    service = services.SyncFolderItems(account=mailbox.account)
    changed: dict[str, None] = {}
    deleted: list[str] = []
    read: dict[str, bool] = {}
    invalid: ErrorInvalidSyncStateData | None = None
    with translated(mailbox.host, mailbox.login):
        try:
            for kind, what in _asked(service, folder, state, most):
                if kind == service.READ_FLAG_CHANGE:
                    read[what[0].id] = what[1]
                elif kind == service.DELETE:
                    deleted.append(what.id)
                else:
                    changed[what.id] = None
        except ErrorInvalidSyncStateData as error:
            if state is None:
                raise
            invalid = error
    if invalid is not None:
        raise invalid
    # what was changed and then deleted would be asked for in vain
    last = bool(service.includes_last_item_in_range)
    return Step(list(changed), deleted, read, str(service.sync_state or ""), last)


def onward(mailbox: EwsMailbox, folder: EwsFolder, first: Step, most: int) -> Iterator[Step]:
    """Yield a step and those that follow. Raises ServerRefused where they lead nowhere."""
    each, idle = first, 0
    yield each
    while not each.is_last:
        before = each.state
        with translated(mailbox.host, mailbox.login):
            each = step(mailbox, folder, before, most)
        idle = 0 if each.changed or each.deleted or each.read else idle + 1
        if not each.is_last and (idle > _MOST_IDLE or each.state == before):
            raise ServerRefused(f"{mailbox.host} tells of {folder.remote.path} in circles")
        yield each


def listed_ids(mailbox: EwsMailbox, folder: EwsFolder) -> Iterator[str]:
    """Yield the ids of all messages of a folder."""
    first = step(mailbox, folder, None, _LISTING)
    for each in onward(mailbox, folder, first, _LISTING):
        yield from each.changed


def _asked(service: Any, folder: EwsFolder, state: str | None, most: int) -> Iterator[Any]:
    return service.call(  # type: ignore[no-any-return]
        folder=FolderId(id=folder.id),
        shape="IdOnly",
        additional_fields=None,
        sync_state=state,
        ignore=None,
        max_changes_returned=most,
        sync_scope=None,
    )


def _too_large(fact: items.Facts) -> str | None:
    return "larger than what fits in memory" if fact.size_bytes > LARGEST_BYTES else None
