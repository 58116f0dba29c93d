"""A mailbox read over IMAP, which leaves no trace in it."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict
from typing import TYPE_CHECKING

from mailctl.domain.folders import RemoteFolder
from mailctl.domain.syncing import Entry, Fetched, Page, Uid
from mailctl.errors import CursorExpired, MailctlError, ServerRefused
from mailctl.ports.mail import FolderRequest
from mailctl.protocols.imap import folders as listing
from mailctl.protocols.imap.answers import read_date
from mailctl.protocols.imap.folders import Listed, State
from mailctl.protocols.imap.names import wire_name
from mailctl.protocols.imap.portions import asked
from mailctl.protocols.imap.session import Examined, Session
from mailctl.protocols.imap.sets import HIGHEST, blocks
from mailctl.protocols.words import plain

if TYPE_CHECKING:
    from mailctl.protocols.imap.watching import Watching

_ALL_MAIL_IS_HIDDEN = (
    "All Mail is hidden from IMAP, so each label is read as a folder: "
    "to read every message once, let IMAP show All Mail (Gmail's settings, Labels)"
)


class ImapSource:
    """A signed-in mailbox; folders are opened with EXAMINE and read with BODY.PEEK alone.

    Everything here raises Unreachable, ServerBusy, AuthenticationRefused or ServerRefused.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._names: dict[str, bytes] | None = None
        self._states: dict[str, State] = {}
        self._refused: dict[str, MailctlError] = {}
        self._is_enabled = False
        self._watchings: dict[str, Watching] = {}

    def folders(self) -> Sequence[RemoteFolder]:
        """Return every folder, INBOX first where there is one."""
        found = listing.with_states(self._session)
        self._take([folder for folder, _ in found])
        self._states = {folder.path: state for folder, state in found if state is not None}
        labelled = self._session.labelling.folder
        return tuple(
            listing.remote(folder, state, has_labels=folder.name == labelled)
            for folder, state in found
        )

    def _take(self, folders: Sequence[Listed]) -> dict[str, bytes]:
        """Remember what the folders are called and which of them has labels."""
        self._session.labelling = listing.labelling(self._session, folders)
        self._names = {folder.path: folder.name for folder in folders}
        return self._names

    @property
    def refused(self) -> Mapping[str, MailctlError]:
        """Why folders of the last `changes` could not be read, by path."""
        return self._refused

    def changes(self, requests: Sequence[FolderRequest]) -> Iterator[Page]:
        """Yield what changed, in pages of at most 500 changes: first what can be read swiftly."""
        self._refused = {}
        if self._session.profile.compresses and not self._session.pipeline.is_local:
            self._session.compress()
        self._enable()
        from mailctl.protocols.imap.changing import changed_pages  # 5 ms, where something changed

        yield from changed_pages(self._session, requests, self._name, self._states, self._refused)

    def is_missing(self, folder: str) -> bool:
        """Whether the server says positively that there is no such folder: twice asked, twice no.

        A listing that lacks it is the first answer; STATUS must fail as well.
        """
        if any(other.path == folder for other in listing.listed(self._session)):
            return False
        try:
            self._session.status(self._name(folder), ["MESSAGES"])
        except ServerRefused:
            return True
        return False

    def uids(self, folder: str) -> tuple[int, Iterator[Sequence[Uid]]]:
        """Return how a folder is numbered, and all its UIDs, ascending, in bounded portions.

        The portions raise ServerRefused where they fall short of what the server counts.
        """
        examined = self._examine(folder)
        return examined.numbering, self._listed(folder, examined)

    def _listed(self, folder: str, examined: Examined) -> Iterator[Sequence[Uid]]:
        from mailctl.protocols.imap.arrivals import block_size

        following = examined.uidnext or HIGHEST
        found = 0
        for begin, end in blocks(Uid(1), following, size=block_size(examined, Uid(1), following)):
            hits = self._session.search_range(begin, end) or []
            found += len(hits)
            yield hits
        if found < examined.exists - examined.expunged:
            raise ServerRefused(
                f"{self._session.host} lists {found} of {examined.exists} messages "
                f"of {plain(folder)}"
            )

    def headings(self, folder: str) -> tuple[int, Iterator[tuple[Uid, bytes]]]:
        """Return how a folder is numbered, and the header of each of its messages."""
        examined = self._examine(folder)
        return examined.numbering, self._headings(folder, examined)

    def _headings(self, folder: str, examined: Examined) -> Iterator[tuple[Uid, bytes]]:
        asking = "(FLAGS BODY.PEEK[HEADER])"
        for uids in self._listed(folder, examined):
            for items in asked(uids, lambda part: self._session.fetch(part, asking)):
                for item in items:
                    if item.source and "\\Draft" not in (item.flags or ()):
                        yield item.uid, item.source

    def entries(self, folder: str, uids: Sequence[Uid], *, numbering: int) -> Iterator[Entry]:
        """Yield flags and date of those messages that the server still lists, ascending."""
        self._examine_numbered(folder, numbering)
        wanted = frozenset(uids)
        for items in asked(uids, lambda part: self._session.fetch(part, "(FLAGS INTERNALDATE)")):
            for item in items:
                if item.uid in wanted and item.flags is not None and item.internal_date:
                    yield Entry(item.uid, item.flags, read_date(item.internal_date))

    def fetch(self, folder: str, uids: Sequence[Uid], *, numbering: int) -> Iterator[Fetched]:
        """Yield the sources of those messages that the server still gives, ascending."""
        from mailctl.protocols.imap.bodies import Bodies, batches

        self._examine_numbered(folder, numbering)
        bodies = Bodies(self._session)
        for items in asked(uids, lambda part: self._session.fetch(part, "(RFC822.SIZE)")):
            # A later answer of flags alone must not take the place of one with what was asked.
            sizes = {item.uid: item.size_bytes for item in items if item.size_bytes is not None}
            for batch in batches({uid: sizes[uid] for uid in sorted(sizes.keys() & set(uids))}):
                yield from (Fetched(uid, source) for uid, source in bodies.sources(batch))

    def _examine_numbered(self, folder: str, numbering: int) -> None:
        if self._examine(folder).numbering != numbering:
            raise CursorExpired(
                f"the server numbered the messages of {plain(folder)} anew (UIDVALIDITY)",
                hint="mailctl sync run finds out which is which",
            )

    def _examine(self, folder: str) -> Examined:
        for _ in self._session.opened(self._session.send_examine(self._name(folder))):
            pass
        return self._session.examined

    def watch(
        self, folder: str, *, at_most_s: float, ignoring: Collection[str] = frozenset()
    ) -> bool:
        """Wait until something happens in the folder; return whether it did within the time.

        Where the server has NOTIFY, any folder counts but those that are ignored.
        """
        from mailctl.protocols.imap.watching import Watching

        if folder not in self._watchings:
            self._watchings[folder] = Watching(self._session, self._name(folder))
        # Dovecot says by NOTIFY in UTF-8 what it spells in UTF-7 everywhere else.
        names = {*map(self._name, ignoring), *(path.encode() for path in ignoring)}
        return self._watchings[folder].wait(at_most_s, ignoring=names)

    def describe(self) -> Mapping[str, object]:
        """Return how this server is talked to, and why."""
        profile = self._session.profile
        because = list(profile.because)
        if profile.has_labels and self._names and self._session.labelling.folder is None:
            because.append(_ALL_MAIL_IS_HIDDEN)
        return {**asdict(profile), "because": because}

    @property
    def memo(self) -> None:
        """Nothing: the server says anew what it can."""

    def _enable(self) -> None:
        """Ask to be told what was expunged; the answer comes with that of the next command."""
        if self._session.profile.has_vanished and not self._is_enabled:
            self._is_enabled = True
            with suppress(ServerRefused):
                self._session.pipeline.send("ENABLE QRESYNC")

    def _name(self, path: str) -> bytes:
        names = self._names
        if names is None:
            names = self._take(listing.listed(self._session))
        return names.get(path) or wire_name(path, is_utf8=self._session.is_utf8)
