"""One folder compared with the server: which messages, which flags, which bytes."""

from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import pairwise

from mailctl.core.filters import Filters
from mailctl.domain.accounts import Account
from mailctl.domain.folders import Folder
from mailctl.domain.syncing import Fetched, Flags, Uid
from mailctl.errors import MailctlError, StoreDamaged
from mailctl.ports.mail import MailSource
from mailctl.store import copies, holdings, skipped
from mailctl.store.connection import Store

_WINDOW = 5_000
_HIGHEST = Uid(2**63 - 1)

Uids = tuple[Uid, ...]


@dataclass(frozen=True)
class VerifiedFolder:
    """How a folder compares with the server; nothing is a difference but what is named so."""

    account: Account
    path: str
    messages: int = 0
    """On the server."""
    held: int = 0
    """In the store, and not known to be gone."""
    checked: int = 0
    """Messages whose bytes were compared."""
    missing: Uids = ()
    """On the server and wanted, but not in the store."""
    extra: Uids = ()
    """In the store, but not on the server any more."""
    reflagged: Uids = ()
    """With other flags than on the server."""
    different: Uids = ()
    """With other bytes than on the server."""
    not_given: Uids = ()
    """Listed by the server, but not given."""
    quarantined: Uids = ()
    """Not in the store since they could not be read so far."""
    left: int = 0
    """Not in the store by a policy: no difference."""
    outside_period: int = 0
    """Not in the store by the account's period: no difference."""
    is_renumbered: bool = False
    """Whether the server numbered the folder anew since it was synced."""
    error: MailctlError | None = None
    """Why the folder could not be compared."""

    @property
    def is_equal(self) -> bool:
        """Whether the store is what it should be."""
        differing = (*self.missing, *self.extra, *self.reflagged, *self.different)
        unread = (*self.not_given, *self.quarantined)
        return not (differing or unread or self.is_renumbered or self.error)


@dataclass
class FolderCheck:
    """The comparison of one folder; `pick` chooses of which messages the bytes are compared."""

    store: Store
    account: Account
    filters: Filters
    path: str
    folder: Folder | None
    pick: Callable[["array[int]"], Sequence[int]]
    _left: frozenset[Uid] = frozenset()
    _waiting: frozenset[Uid] = frozenset()
    _found: dict[str, list[Uid]] = field(default_factory=dict)
    _outside: int = 0
    _left_count: int = 0
    _common: "array[int]" = field(default_factory=lambda: array("Q"))

    def result(self, source: MailSource | None) -> VerifiedFolder:
        """Return how it compares; without a source the server has no such folder."""
        self._look_up()
        if source is None:
            self._note("extra", self._all_held())
            return self._made(0)
        numbering, portions = source.uids(self.path)
        theirs: array[int] = array("Q")
        for portion in portions:
            theirs.extend(portion)
        is_renumbered = self._held() > 0 and not self._knows(numbering)
        if is_renumbered:
            return self._made(len(theirs), is_renumbered=True)
        self._compare_lists(source, theirs, numbering)
        return self._made(len(theirs), checked=self._compare_bytes(source, numbering))

    def failed(self, error: MailctlError) -> VerifiedFolder:
        """Return that it could not be compared."""
        return VerifiedFolder(self.account, self.path, held=self._held(), error=error)

    def _look_up(self) -> None:
        if self.folder is not None:
            with self.store.reading() as tx:
                left = skipped.of_folder(tx, self.folder.id)
                waiting = copies.quarantined(tx, self.folder.id)
            still = self.filters.still
            self._left = frozenset(uid for uid, reason in left.items() if still(reason))
            self._waiting = frozenset(each.uid for each in waiting)

    def _compare_lists(self, source: MailSource, theirs: "array[int]", numbering: int) -> None:
        """Compare UIDs and flags, window by window."""
        ends = [0, *(theirs[i] for i in range(_WINDOW - 1, len(theirs), _WINDOW)), _HIGHEST]
        place = 0
        for before, last in pairwise(ends):
            window = [Uid(uid) for uid in theirs[place : place + _WINDOW]]
            place += len(window)
            ours = self._ours(numbering, Uid(before + 1), Uid(last))
            self._note("extra", sorted(ours.keys() - set(window)))
            self._compare_window(source, window, ours, numbering)

    def _compare_window(
        self, source: MailSource, window: Sequence[Uid], ours: dict[Uid, Flags], numbering: int
    ) -> None:
        asked = [uid for uid in window if uid in ours or uid not in self._left]
        self._left_count += len(window) - len(asked)
        entries = source.entries(self.path, asked, numbering=numbering) if asked else ()
        told = {entry.uid: entry for entry in entries}
        since = self.account.since
        for uid in asked:
            entry = told.get(uid)
            if uid in ours:
                self._common.append(uid)
                if entry is not None and entry.flags != ours[uid]:
                    self._note("reflagged", [uid])
            elif uid in self._waiting:
                self._note("quarantined", [uid])
            elif entry is None:
                self._note("not_given", [uid])
            elif since is not None and entry.internal_date and entry.internal_date < since:
                self._outside += 1
            else:
                self._note("missing", [uid])

    def _compare_bytes(self, source: MailSource, numbering: int) -> int:
        """Compare the bytes of those that are picked; return of how many that was possible."""
        picked = [Uid(uid) for uid in self.pick(self._common)]
        given = set()
        for start in range(0, len(picked), _WINDOW):
            window = picked[start : start + _WINDOW]
            for fetched in source.fetch(self.path, window, numbering=numbering):
                given.add(fetched.uid)
                if not self._is_same(fetched, numbering):
                    self._note("different", [fetched.uid])
        self._note("not_given", sorted(set(picked) - given))
        return len(given)

    def _is_same(self, fetched: Fetched, numbering: int) -> bool:
        if self.folder is None:
            return False
        try:
            with self.store.reading() as tx:
                kept = copies.source(tx, self.folder.id, numbering, fetched.uid)
        except StoreDamaged:
            return False
        if kept is None:
            return False
        return kept.digest == sha256(fetched.source).digest() and kept.source == fetched.source

    def _ours(self, numbering: int, first: Uid, last: Uid) -> dict[Uid, Flags]:
        if self.folder is None:
            return {}
        held = holdings.StoredCopies(self.store, self.folder.id, numbering)
        return dict(held.between(first, last))

    def _held(self) -> int:
        if self.folder is None:
            return 0
        with self.store.reading() as tx:
            return copies.count(tx, self.folder.id)

    def _all_held(self) -> list[Uid]:
        if self.folder is None:
            return []
        with self.store.reading() as tx:
            return copies.uids(tx, self.folder.id)

    def _knows(self, numbering: int) -> bool:
        held = holdings.StoredCopies(self.store, self.folder.id, numbering) if self.folder else None
        return held is not None and held.lowest() is not None

    def _note(self, kind: str, uids: Sequence[Uid]) -> None:
        self._found.setdefault(kind, []).extend(uids)

    def _made(
        self, messages: int, *, is_renumbered: bool = False, checked: int = 0
    ) -> VerifiedFolder:
        return VerifiedFolder(
            account=self.account,
            path=self.path,
            messages=messages,
            held=self._held(),
            checked=checked,
            missing=self._noted("missing"),
            extra=self._noted("extra"),
            reflagged=self._noted("reflagged"),
            different=self._noted("different"),
            not_given=self._noted("not_given"),
            quarantined=self._noted("quarantined"),
            left=self._left_count,
            outside_period=self._outside,
            is_renumbered=is_renumbered,
        )

    def _noted(self, kind: str) -> Uids:
        return tuple(sorted(self._found.get(kind, ())))
