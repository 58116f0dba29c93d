"""What changed in one folder, driven page by page by the server's sync states."""

from collections.abc import Iterator
from typing import Any

from exchangelib import services
from exchangelib.errors import ErrorInvalidSyncStateData
from exchangelib.properties import FolderId

from mailctl.domain.ids import SourceId
from mailctl.domain.syncing import LARGEST_BYTES, Arrived, Flags, Page, Reflagged, Uid, Vanished
from mailctl.errors import ServerRefused, Unreachable
from mailctl.ports.mail import FolderRequest
from mailctl.protocols.ews import folders, items
from mailctl.protocols.ews.connection import EwsMailbox
from mailctl.protocols.ews.failures import translated
from mailctl.protocols.ews.folders import EwsFolder
from mailctl.protocols.ews.properties import TNS
from mailctl.records import dataclass

_PAGE = items.MOST_AT_ONCE
_LISTING = 512
_MOST_IDLE = 100
"""How many answers without a change are believed to lead on."""
_HIGHEST = Uid((1 << 63) - 1)


@dataclass(frozen=True)
class Step:
    """One answer of SyncFolderItems."""

    changed: list[str]
    """Those that are new or changed."""
    updated: frozenset[str]
    """Those among them that were there before."""
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
        self._may_know = request.with_sources and not request.holdings.is_empty()
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
                if lost:
                    self._require_all_of(len(seen))
                vanished = tuple(Vanished(uid, "not listed") for uid in lost)
            yield from self._put(each, arrived, reflagged, vanished, is_stored=is_new)

    def _require_all_of(self, listed: int) -> None:
        """Raise ServerRefused where fewer messages were listed than the folder has."""
        now = folders.listed(self._mailbox).get(self._folder.remote.path)
        there = (now.remote.messages or 0) if now else 0
        if listed < there:
            raise ServerRefused(
                f"{self._mailbox.host} lists {listed} of {there} messages "
                f"of {self._folder.remote.path}"
            )

    def _looked_at(self, each: Step) -> tuple[list[items.Facts], list[Reflagged]]:
        """Return what is new to us in a step, and what we know with other flags."""
        new, reflagged = [], []
        for fact in items.facts(self._mailbox, each.changed):
            ours = self._flags(fact.uid)
            if ours is None or (fact.is_draft and fact.id in each.updated):
                if self._is_wanted(fact):
                    new.append(fact)
            elif ours != fact.flags and not fact.trouble:
                reflagged.append(Reflagged(fact.uid, fact.flags))
        for item_id in each.read.keys() - set(each.changed):  # of those the facts say it
            is_read = each.read[item_id]
            uid, seen = items.uid_of(item_id), frozenset({"\\Seen"})
            ours = self._flags(uid)
            flags = None if ours is None else (ours | seen if is_read else ours - seen)
            if flags is not None and flags != ours:
                reflagged.append(Reflagged(uid, flags))
        return new, reflagged

    def _is_wanted(self, fact: items.Facts) -> bool:
        if fact.uid in self._again:
            return True
        since = None if fact.trouble else self._request.since
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
        most = 1 if self._request.is_gentle else items.BATCH
        portions = list(items.batches(new, most=most)) or [[]]
        for number, portion in enumerate(portions, 1):
            arrived, failure = self._arrived(portion)
            is_end = number == len(portions) and failure is None
            has_cursor = is_end and (each.is_last or is_stored)
            yield Page(
                folder=self._request.path,
                numbering=self._folder.numbering,
                arrived=arrived,
                reflagged=tuple(reflagged) if is_end else (),
                vanished=vanished if is_end else (),
                cursor=f"{self._folder.numbering} {each.state}" if has_cursor else None,
                is_whole=is_end and each.is_last,
            )
            if failure is not None:
                raise failure

    def _arrived(
        self, portion: list[items.Facts]
    ) -> tuple[tuple[Arrived, ...], Unreachable | None]:
        """Return the messages with their sources, or with what stands for them.

        A connection that breaks over a message asked for alone leaves it to be tried later.
        """
        held = self._held(portion)
        wanted = [fact.id for fact in portion if fact.id not in held and self._is_readable(fact)]
        found: dict[str, bytes | str] = {}
        failure: Unreachable | None = None
        try:
            if self._request.with_sources:
                found = items.sources(self._mailbox, wanted)
        except Unreachable as error:
            if not (self._request.is_gentle and len(wanted) == 1):
                raise
            failure, found = error, {wanted[0]: f"the server broke off: {error.sentence}"}
        went = set(wanted) - found.keys() if self._request.with_sources else set()
        there = [fact for fact in portion if fact.id not in went]
        return tuple(
            self._told(fact, held.get(fact.id), found.get(fact.id)) for fact in there
        ), failure

    def _told(
        self, fact: items.Facts, same_as: SourceId | None, source: bytes | str | None
    ) -> Arrived:
        return Arrived(
            uid=fact.uid,
            flags=fact.flags,
            internal_date=fact.received_at,
            size_bytes=len(source) if isinstance(source, bytes) else fact.size_bytes,
            source=source if isinstance(source, bytes) else None,
            server_id=fact.server_id,
            same_as=same_as,
            trouble=source if isinstance(source, str) else fact.trouble or _too_large(fact),
            is_edited=fact.is_draft and self._flags(fact.uid) is not None,
        )

    def _is_readable(self, fact: items.Facts) -> bool:
        if fact.trouble:
            return False
        takes = self._request.takes
        return fact.size_bytes <= LARGEST_BYTES and (takes is None or takes(fact.size_bytes))

    def _held(self, portion: list[items.Facts]) -> dict[str, SourceId]:
        """Return the sources of those that were moved or copied here from where we hold them."""
        if not self._may_know:
            return {}
        named = {
            fact.id: (fact.server_id, fact.received_at)
            for fact in portion
            if fact.server_id is not None
        }
        held = self._request.holdings.called(set(named.values())) if named else {}
        same = self._request.same
        is_ours = same is not None and same.numbering == self._folder.numbering
        found = same.sources if same is not None and is_ours else {}
        return {fact.id: found[fact.uid] for fact in portion if fact.uid in found} | {
            item_id: held[name] for item_id, name in named.items() if name in held
        }


class _Changes(services.SyncFolderItems):  # type: ignore[misc]
    """Gives the elements: of items nothing but their ids is asked."""

    def _elem_to_obj(self, elem: Any) -> tuple[str, Any]:
        return self.change_types_map[elem.tag], elem


def step(mailbox: EwsMailbox, folder: EwsFolder, state: str | None, most: int) -> Step:
    """Return the next changes after a sync state.

    Raises ErrorInvalidSyncStateData where the server does not know the state, else what a
    request does.
    """
    service = _Changes(account=mailbox.account)
    changed: dict[str, None] = {}
    updated: set[str] = set()
    deleted: list[str] = []
    read: dict[str, bool] = {}
    invalid: ErrorInvalidSyncStateData | None = None
    with translated(mailbox.host, mailbox.login):
        try:
            for kind, what in _asked(service, folder, state, most):
                item_id = next(what.iter(f"{TNS}ItemId")).get("Id")
                if kind == service.READ_FLAG_CHANGE:
                    read[item_id] = what.findtext(f"{TNS}IsRead") == "true"
                elif kind == service.DELETE:
                    deleted.append(item_id)
                else:
                    changed[item_id] = None
                    if kind == service.UPDATE:
                        updated.add(item_id)
        except ErrorInvalidSyncStateData as error:
            if state is None:
                raise
            invalid = error
    if invalid is not None:
        raise invalid
    # what was changed and then deleted would be asked for in vain
    last = bool(service.includes_last_item_in_range)
    state_now = str(service.sync_state or "")
    return Step(list(changed), frozenset(updated), deleted, read, state_now, last)


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
