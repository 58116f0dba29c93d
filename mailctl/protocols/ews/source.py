"""What changed in a mailbox at an Exchange server (a MailSource)."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import islice

from mailctl.domain.folders import RemoteFolder
from mailctl.domain.syncing import Entry, Fetched, Page, Uid
from mailctl.errors import CursorExpired, MailctlError, NotFound, ServerRefused
from mailctl.ports.mail import FolderRequest
from mailctl.protocols.ews import items
from mailctl.protocols.ews.changes import FolderChanges, listed_ids
from mailctl.protocols.ews.connection import EwsMailbox
from mailctl.protocols.ews.folders import EwsFolder, listed
from mailctl.protocols.ews.watching import Watching

_PORTION = 500


class EwsSource:
    """A mailbox that is only ever read."""

    def __init__(self, mailbox: EwsMailbox) -> None:
        self._mailbox = mailbox
        self._folders: dict[str, EwsFolder] = {}
        self._refused: dict[str, MailctlError] = {}
        self._watching: Watching | None = None

    def folders(self) -> Sequence[RemoteFolder]:
        """Return every folder that holds mail, INBOX first."""
        self._folders = listed(self._mailbox)
        return [each.remote for each in self._folders.values()]

    @property
    def refused(self) -> Mapping[str, MailctlError]:
        """Why folders of the last `changes` could not be read, by path."""
        return self._refused

    def changes(self, requests: Sequence[FolderRequest]) -> Iterator[Page]:
        """Yield what changed in the folders, a page of the server's after the other."""
        self._refused = {}
        for request in requests:
            try:
                yield from FolderChanges(self._mailbox, self._folder(request.path), request).pages()
            except (ServerRefused, NotFound) as error:
                self._refused[request.path] = error

    def is_missing(self, folder: str) -> bool:
        """Whether the server lists no such folder."""
        self.folders()
        return folder not in self._folders

    def uids(self, folder: str) -> tuple[int, Iterator[Sequence[Uid]]]:
        """Return how a folder is numbered, and all its UIDs, ascending, in portions."""
        found = self._folder(folder)
        every = sorted(items.uid_of(each) for each in listed_ids(self._mailbox, found))
        return found.numbering, (
            every[begin : begin + _PORTION] for begin in range(0, len(every), _PORTION)
        )

    def headings(self, folder: str) -> tuple[int, Iterator[tuple[Uid, bytes]]]:
        """Return how a folder is numbered, and what its messages say, drafts left out."""
        found = self._folder(folder)
        return found.numbering, self._headings(found)

    def _headings(self, folder: EwsFolder) -> Iterator[tuple[Uid, bytes]]:
        for ids in batched(listed_ids(self._mailbox, folder), items.MOST_AT_ONCE):
            yield from items.headings(self._mailbox, ids)

    def entries(self, folder: str, uids: Sequence[Uid], *, numbering: int) -> Iterator[Entry]:
        """Yield flags and date of those messages that the server still lists."""
        ids = self._ids(folder, uids, numbering)
        for each in items.facts(self._mailbox, ids):
            if not each.trouble:
                yield Entry(each.uid, each.flags, each.received_at)

    def fetch(self, folder: str, uids: Sequence[Uid], *, numbering: int) -> Iterator[Fetched]:
        """Yield the sources of those messages that the server still gives."""
        known = items.facts(self._mailbox, self._ids(folder, uids, numbering))
        for portion in items.batches(known):
            found = items.sources(self._mailbox, [each.id for each in portion])
            for item_id, source in found.items():
                if isinstance(source, bytes):
                    yield Fetched(items.uid_of(item_id), source)

    def watch(
        self, folder: str, *, at_most_s: float, ignoring: Collection[str] = frozenset()
    ) -> bool:
        """Wait until something happens in any folder that is not ignored; look every 20 s."""
        if self._watching is None:
            self._folder(folder)
            self._watching = Watching(self._mailbox)
        watched = [each for path, each in self._folders.items() if path not in ignoring]
        has_news = self._watching.wait(watched, at_most_s)
        if has_news and self._watching.has_other_folders:
            self.folders()
        return has_news

    def describe(self) -> Mapping[str, object]:
        """Return how this server is talked to."""
        return {"protocol": "ews", "server": self._mailbox.host, **self._mailbox.found}

    @property
    def memo(self) -> str:
        """What the next sign-in need not find out again."""
        return self._mailbox.memo

    def _folder(self, path: str) -> EwsFolder:
        if path not in self._folders:
            self.folders()
        try:
            return self._folders[path]
        except KeyError:
            raise NotFound(f"{self._mailbox.host} has no folder {path}") from None

    def _ids(self, folder: str, uids: Iterable[Uid], numbering: int) -> list[str]:
        """Return the ids of those messages: a number does not say its id, the listing does."""
        found = self._folder(folder)
        if found.numbering != numbering:
            raise CursorExpired(f"{folder} is another folder now")
        wanted = set(uids)
        return [e for e in listed_ids(self._mailbox, found) if items.uid_of(e) in wanted]


def batched(ids: Iterable[str], most: int) -> Iterator[list[str]]:
    """Yield the ids in portions."""
    rest = iter(ids)
    while portion := list(islice(rest, most)):
        yield portion
