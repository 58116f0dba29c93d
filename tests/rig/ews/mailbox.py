"""A mailbox as Exchange keeps one: items with ids, and a log of changes for each folder."""

import base64
import itertools
from dataclasses import dataclass, field
from datetime import UTC, datetime


@dataclass
class ExchangeItem:
    """A message; its id is another one after a move, its search key is not."""

    id: str
    mime: bytes
    search_key: str
    received_at: datetime
    is_read: bool = False
    is_flagged: bool = False
    change: int = 1

    @property
    def change_key(self) -> str:
        """Return the version of the item."""
        return base64.b64encode(f"change-{self.change}".encode()).decode()


@dataclass
class ExchangeFolder:
    """A folder with its items and all that ever happened in it."""

    id: str
    name: str
    parent: str | None
    distinguished: str | None = None
    items: dict[str, ExchangeItem] = field(default_factory=dict)
    log: list[tuple[str, str]] = field(default_factory=list)
    """What happened to which item: create, update, read or delete."""


_STANDARD = {
    "inbox": "Inbox",
    "sentitems": "Sent Items",
    "drafts": "Drafts",
    "deleteditems": "Deleted Items",
    "junkemail": "Junk Email",
}


class ExchangeMailbox:
    """The mailbox of one address, in which another program is at work too."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.folders: dict[str, ExchangeFolder] = {}
        self._numbers = itertools.count(1)
        self.root = self._made("", None, "msgfolderroot")
        for distinguished, name in _STANDARD.items():
            self._made(name, self.root.id, distinguished)

    def folder(self, path: str) -> ExchangeFolder:
        """Return the folder of that path. Raises KeyError."""
        found = self.root
        for name in path.split("/"):
            found = next(
                (
                    each
                    for each in self.folders.values()
                    if (each.parent, each.name) == (found.id, name)
                ),
                None,
            ) or _missing(path)
        return found

    def distinguished(self, name: str) -> ExchangeFolder | None:
        """Return the folder of that use."""
        return next((each for each in self.folders.values() if each.distinguished == name), None)

    def create_folder(self, path: str) -> ExchangeFolder:
        """Make a folder."""
        parent, _, name = path.rpartition("/")
        return self._made(name, self.folder(parent).id if parent else self.root.id, None)

    def remove_folder(self, path: str) -> None:
        """Remove a folder and what is in it."""
        del self.folders[self.folder(path).id]

    def put(
        self, mime: bytes, *, folder: str = "Inbox", received_at: datetime | None = None
    ) -> ExchangeItem:
        """Add a message."""
        number = next(self._numbers)
        at = received_at or datetime.now(UTC).replace(microsecond=0)
        key = base64.b64encode(f"key-{number}".encode()).decode()
        return self._placed(ExchangeItem(self._id("item"), mime, key, at), self.folder(folder))

    def mark(
        self, item: ExchangeItem, *, is_read: bool | None = None, is_flagged: bool | None = None
    ) -> None:
        """Change the marks of a message."""
        folder = self._holding(item)
        item.change += 1
        if is_flagged is not None:
            item.is_flagged = is_flagged
            folder.log.append(("update", item.id))
        if is_read is not None:
            item.is_read = is_read
            folder.log.append(("read", item.id))

    def remove(self, item: ExchangeItem) -> None:
        """Remove a message for good."""
        folder = self._holding(item)
        del folder.items[item.id]
        folder.log.append(("delete", item.id))

    def move(self, item: ExchangeItem, path: str) -> ExchangeItem:
        """Move a message; what comes of it has another id."""
        self.remove(item)
        moved = ExchangeItem(
            self._id("item"),
            item.mime,
            item.search_key,
            item.received_at,
            item.is_read,
            item.is_flagged,
        )
        return self._placed(moved, self.folder(path))

    def item(self, item_id: str) -> ExchangeItem | None:
        """Return the message of that id."""
        return next((f.items[item_id] for f in self.folders.values() if item_id in f.items), None)

    def _holding(self, item: ExchangeItem) -> ExchangeFolder:
        return next(each for each in self.folders.values() if item.id in each.items)

    def _placed(self, item: ExchangeItem, folder: ExchangeFolder) -> ExchangeItem:
        folder.items[item.id] = item
        folder.log.append(("create", item.id))
        return item

    def _made(self, name: str, parent: str | None, distinguished: str | None) -> ExchangeFolder:
        folder = ExchangeFolder(self._id("folder"), name, parent, distinguished)
        self.folders[folder.id] = folder
        return folder

    def _id(self, kind: str) -> str:
        made = f"{self.address}/{kind}/{next(self._numbers)}"
        return base64.b64encode(made.encode()).decode()


def _missing(path: str) -> ExchangeFolder:
    raise KeyError(path)
