"""Another program at work in an Exchange mailbox, with words and numbers of IMAP."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from mailctl.protocols.ews.items import uid_of
from tests.contracts.customs import EXCHANGE, Customs
from tests.contracts.elsewhere import Look
from tests.contracts.stored import Copy
from tests.rig import Mailbox, ServerFailed
from tests.rig.ews import ExchangeItem, ExchangeMailbox, ExchangeServer

_VERBS = {"\\Answered": 102, "$Forwarded": 104}


@dataclass(frozen=True)
class ExchangeElsewhere:
    """Folders are named as people do; the first message that came into a folder is 1."""

    server: ExchangeServer
    box: Mailbox
    mailbox: ExchangeMailbox
    customs: Customs = EXCHANGE

    @property
    def port(self) -> int:
        return self.server.port

    def put(
        self,
        *sources: bytes,
        folder: str = "INBOX",
        flags: tuple[str, ...] = (),
        verbatim: bool = False,
        received_at: datetime | None = None,
    ) -> None:
        """Add messages; the folder is made if it is not there."""
        if b"" in sources:
            raise ServerFailed("an item always has MIME")
        where = _path(folder)
        self.mailbox.ensure_folder(where)
        for source in sources:
            self.mailbox.put(
                source,
                folder=where,
                received_at=received_at,
                is_read="\\Seen" in flags,
                **_facts(flags),
            )

    def flag(self, uid: int, change: str, *flags: str, folder: str = "INBOX") -> None:
        item = self.item(uid, folder)
        before = flags_of(item)
        after = {
            "+FLAGS": before | set(flags),
            "-FLAGS": before - set(flags),
            "FLAGS": set(flags),
        }[change]
        seen = "\\Seen" in after
        self.mailbox.mark(item, is_read=seen if seen != item.is_read else None, **_facts(after))

    def expunge(self, *uids: int, folder: str = "INBOX") -> None:
        for item in [self.item(uid, folder) for uid in uids]:
            self.mailbox.remove(item)

    def copy(self, *uids: int, to: str, folder: str = "INBOX") -> None:
        for uid in uids:
            self.mailbox.copy(self.item(uid, folder), _path(to))

    def move_by_copying(self, *uids: int, to: str, folder: str = "INBOX") -> None:
        self.copy(*uids, to=to, folder=folder)
        self.expunge(*uids, folder=folder)

    def move(self, *uids: int, to: str, folder: str = "INBOX") -> None:
        for item in [self.item(uid, folder) for uid in uids]:
            self.mailbox.move(item, _path(to))

    def create(self, folder: str) -> None:
        self.mailbox.ensure_folder(_path(folder))

    def rename(self, folder: str, to: str) -> None:
        self.mailbox.rename_folder(_path(folder), _path(to))

    def delete(self, folder: str) -> None:
        self.mailbox.remove_folder(_path(folder))

    def look(self) -> Look:
        """Return all there is, and all that ever happened."""
        states = {
            path: repr((folder.id, folder.log, list(folder.items.values()))).encode()
            for path, folder in self.mailbox.by_path().items()
        }
        return Look(states, self.copies())

    def uidvalidity(self, folder: str) -> int:
        return hash(self.mailbox.folder(_path(folder)).id)

    def uid(self, number: int, folder: str = "INBOX") -> int:
        created = self._created(folder)
        return uid_of(created[number - 1]) if number <= len(created) else number

    def copies(self) -> set[Copy]:
        return {
            Copy(
                path.replace("Inbox", "INBOX", 1) if path.split("/")[0] == "Inbox" else path,
                uid_of(item.id),
                sha256(item.mime).hexdigest(),
                frozenset(flags_of(item)),
            )
            for path, folder in self.mailbox.by_path().items()
            for item in folder.items.values()
        }

    def item(self, number: int, folder: str = "INBOX") -> ExchangeItem:
        """Return a message that is still there."""
        return self.mailbox.folder(_path(folder)).items[self._created(folder)[number - 1]]

    def _created(self, folder: str) -> list[str]:
        found = self.mailbox.by_path().get(_path(folder))
        return [item_id for kind, item_id in found.log if kind == "create"] if found else []


def _path(folder: str) -> str:
    return "Inbox" + folder[5:] if folder.split("/")[0] == "INBOX" else folder


def _facts(flags: Iterable[str]) -> dict[str, object]:
    """Return what of an item stands for flags, beside whether it is read."""
    verbs = [_VERBS[flag] for flag in flags if flag in _VERBS]
    return {
        "is_flagged": "\\Flagged" in flags,
        "categories": tuple(sorted(f for f in flags if f not in {"\\Seen", "\\Flagged", *_VERBS})),
        "last_verb": verbs[0] if verbs else 0,
    }


def flags_of(item: ExchangeItem) -> set[str]:
    """Return the marks of an item as IMAP calls them."""
    found = {*item.categories, *(flag for flag, verb in _VERBS.items() if verb == item.last_verb)}
    if item.is_read:
        found.add("\\Seen")
    if item.is_flagged:
        found.add("\\Flagged")
    if item.is_draft:
        found.add("\\Draft")
    return found
