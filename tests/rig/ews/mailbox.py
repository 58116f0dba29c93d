"""A mailbox as Exchange keeps one: items with ids, and a log of changes for each folder."""

import base64
import itertools
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from email.parser import Parser
from typing import Any
from xml.etree import ElementTree as ET

from .soap import Refusal, T


@dataclass
class ExchangeItem:
    """A message; its id is another one after a move, its search key is not."""

    id: str
    mime: bytes
    search_key: str
    received_at: datetime
    is_read: bool = False
    is_flagged: bool = False
    is_draft: bool = False
    is_received: bool = True
    """Whether it was delivered: what one sent oneself was not, and has the same search key."""
    categories: tuple[str, ...] = ()
    last_verb: int = 0
    """What was done with it last: 102 answered, 103 answered to all, 104 forwarded."""
    refused_as: str = ""
    """The code with which it is refused, as one that is damaged in the store."""
    kind: str = "Message"
    """The element that it is shown as: an invitation is a MeetingRequest."""
    change: int = 1
    is_submitted: bool = False
    properties: dict[str, str] = field(default_factory=dict)
    """Extended properties, by tag or by set and name."""
    recipients: dict[str, list[str]] = field(default_factory=dict)
    """Who gets it if it is sent: to, cc, bcc."""

    @property
    def change_key(self) -> str:
        """Return the version of the item."""
        return base64.b64encode(f"change-{self.change}".encode()).decode()

    @property
    def message_id(self) -> str | None:
        """Return the Message-ID, brackets and all."""
        raw = _head(self.mime).raw_items()
        return next((str(said).strip() for name, said in raw if name == "Message-ID"), None)

    @property
    def size_bytes(self) -> int:
        """Return its size in the store, where no MIME lies: that is made when it is asked for."""
        return len(self.mime) + 1_234


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
    "outbox": "Outbox",
}


class ExchangeMailbox:
    """The mailbox of one address, in which another program is at work too."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.folders: dict[str, ExchangeFolder] = {}
        self.largest_bytes = 35 << 20
        self.read_receipts = 0
        """How many were sent because mail was marked as read."""
        self.made_with: list[list[str]] = []
        """The elements that each item was made with."""
        self.sent: list[tuple[bytes, tuple[str, ...]]] = []
        """What was sent from here, and to whom."""
        self.deliver: Callable[[str, bytes], None] = lambda address, mime: None
        """Puts a mail into somebody's mailbox."""
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

    def named(self, element: ET.Element) -> ExchangeFolder:
        """Return the folder that an id names. Raises Refusal."""
        folder_id = element.get("Id", "")
        if element.tag == f"{{{T}}}FolderId":
            found = self.folders.get(folder_id)
        else:
            whose = element.findtext(f"{{{T}}}Mailbox/{{{T}}}EmailAddress") or self.address
            if whose.lower() != self.address:
                raise Refusal("ErrorNonExistentMailbox", f"No mailbox {whose}")
            found = self.root if folder_id == "root" else self.distinguished(folder_id)
        if found is None:
            raise Refusal(
                "ErrorFolderNotFound", "The specified folder could not be found in the store."
            )
        return found

    def by_path(self) -> dict[str, ExchangeFolder]:
        """Return the folders in which people see mail, by their paths."""
        return {self._path(each): each for each in self.folders.values() if each is not self.root}

    def _path(self, folder: ExchangeFolder) -> str:
        if folder.parent in {None, self.root.id}:
            return folder.name
        return f"{self._path(self.folders[folder.parent or ''])}/{folder.name}"

    def create_folder(self, path: str) -> ExchangeFolder:
        """Make a folder."""
        parent, _, name = path.rpartition("/")
        return self._made(name, self.folder(parent).id if parent else self.root.id, None)

    def folder_below(self, parent: ExchangeFolder, name: str) -> ExchangeFolder:
        """Make a folder of any name."""
        return self._made(name, parent.id, None)

    def ensure_folder(self, path: str) -> ExchangeFolder:
        """Return the folder of that path, made with those above it where it is not there."""
        parent, _, _ = path.rpartition("/")
        if parent:
            self.ensure_folder(parent)
        try:
            return self.folder(path)
        except KeyError:
            return self.create_folder(path)

    def rename_folder(self, path: str, to: str) -> None:
        """Give a folder another name, and another place if that says so; its id stays."""
        folder = self.folder(path)
        parent, _, folder.name = to.rpartition("/")
        folder.parent = self.ensure_folder(parent).id if parent else self.root.id

    def remove_folder(self, path: str) -> None:
        """Remove a folder, what is in it and what is below it."""
        self._remove(self.folder(path).id)

    def _remove(self, folder_id: str) -> None:
        del self.folders[folder_id]
        for below in [each.id for each in self.folders.values() if each.parent == folder_id]:
            self._remove(below)

    def put(
        self,
        mime: bytes,
        *,
        folder: str = "Inbox",
        received_at: datetime | None = None,
        **facts: Any,
    ) -> ExchangeItem:
        """Add a message; `facts` are what else is true of the item."""
        return self.placed_anew(mime, self.folder(folder), received_at, **facts)

    def placed_anew(
        self,
        mime: bytes,
        folder: ExchangeFolder,
        received_at: datetime | None,
        **facts: Any,
    ) -> ExchangeItem:
        """Add a message to a folder."""
        number = next(self._numbers)
        at = received_at or datetime.now(UTC).replace(microsecond=0)
        key = base64.b64encode(f"key-{number}".encode()).decode()
        item = ExchangeItem(self._id("item"), mime, key, at)
        head = _head(mime)
        for kind in ("to", "cc", "bcc"):
            if head[kind]:
                item.recipients[kind] = [each.addr_spec for each in head[kind].addresses]
        return self._placed(replace(item, **facts), folder)

    def send(self, item: ExchangeItem, saved_to: ExchangeFolder | None) -> None:
        """Send a draft to whom its properties name, and keep a copy that says so."""
        to = tuple(address for kind in item.recipients.values() for address in kind)
        self.remove(item)
        self.sent.append((item.mime, to))
        for address in to:
            self.deliver(address, item.mime)
        if saved_to is not None:
            blind = ", ".join(item.recipients.get("bcc", ()))
            mime = (f"Bcc: {blind}\r\n".encode() if blind else b"") + item.mime
            copy = self.placed_anew(mime, saved_to, None)
            copy.is_read = True
            copy.properties = item.properties

    def touch(self, item: ExchangeItem) -> None:
        """Note that something of an item is another now."""
        item.change += 1
        self._holding(item).log.append(("update", item.id))

    def mark(self, item: ExchangeItem, *, is_read: bool | None = None, **facts: Any) -> None:
        """Change the marks of a message: whether it is read, and `facts` of the item."""
        folder = self._holding(item)
        item.change += 1
        for name, value in facts.items():
            setattr(item, name, value)
        if facts:
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
        return self.copy(item, path)

    def copy(self, item: ExchangeItem, path: str) -> ExchangeItem:
        """Copy a message; the copy has an id of its own."""
        return self._placed(replace(item, id=self._id("item")), self.folder(path))

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


def _head(mime: bytes) -> EmailMessage:
    text = mime.partition(b"\r\n\r\n")[0].decode("utf-8", "replace")
    return Parser(EmailMessage, policy=policy.default).parsestr(text, headersonly=True)


def _missing(path: str) -> ExchangeFolder:
    raise KeyError(path)
