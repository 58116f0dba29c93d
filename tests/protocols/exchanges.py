"""Mailboxes on the rig's Exchange server, numbered from 1 as the suites name messages."""

import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass

from mailctl.domain.ids import ProviderName
from mailctl.domain.providers import Origin, Provider, ProviderKind
from mailctl.domain.secret import Secret
from mailctl.domain.syncing import Flags, Uid
from mailctl.ports.mail import Login, MailFiler, MailMarker, MailSender, MailSource
from mailctl.protocols.access import NetworkMailAccess
from mailctl.protocols.ews.items import uid_of
from mailctl.protocols.network import Network
from tests.contracts.customs import Customs
from tests.contracts.source import Mail
from tests.protocols.mailboxes import fresh_name
from tests.rig.ews import ExchangeItem, ExchangeServer


@dataclass(frozen=True)
class ExchangeCustoms(Customs):
    """An Exchange server calls its folders itself."""

    def path(self, folder: str) -> str:
        return {"Sent": "Sent Items"}.get(folder, folder)


class ExchangeBox:
    """A new mailbox on the rig's Exchange server."""

    customs: Customs = ExchangeCustoms()

    def __init__(self, server: ExchangeServer, ca_file: object) -> None:
        self.server = server
        self.address = f"{fresh_name()}@corp.example"
        password = secrets.token_urlsafe(12)
        self.box = server.add(self.address, username=self.address, password=password)
        where = Provider(
            name=ProviderName("exchange"),
            title="Exchange",
            kind=ProviderKind.EWS,
            origin=Origin.CUSTOM,
            ews_url=server.url,
        )
        self.login = Login(where, self.address, Secret(password), address=self.address)
        self._access = NetworkMailAccess(Network(ca_file=str(ca_file)))
        self._numbered: dict[str, list[ExchangeItem]] = {}

    def open(self) -> AbstractContextManager[MailSource]:
        return self._access.source(self.login)

    @contextmanager
    def open_marker(self) -> Iterator[MailMarker]:
        with self._access.marker(self.login) as marker:
            yield NumberedMarker(self, marker)

    def open_filer(self) -> AbstractContextManager[MailFiler]:
        return self._access.filer(self.login)

    def open_sender(self) -> AbstractContextManager[MailSender]:
        return self._access.sender(self.login)

    def put(self, *mails: Mail, folder: str = "INBOX") -> None:
        for mail in mails:
            item = self.box.put(mail.source, folder=_called(folder), received_at=mail.date)
            if mail.flags:
                self._mark(item, mail.flags)
            self.items(folder).append(item)

    def items(self, folder: str = "INBOX") -> list[ExchangeItem]:
        """Return the messages that were put into a folder."""
        return self._numbered.setdefault(self.customs.path(folder), [])

    def uid(self, number: int, folder: str = "INBOX") -> Uid:
        return uid_of(self.items(folder)[number - 1].id)

    def flag(self, uid: int, *flags: str) -> None:
        self._mark(self.items()[uid - 1], flags)

    def expunge(self, *uids: int) -> None:
        for uid in uids:
            self.box.remove(self.items()[uid - 1])

    def move(self, folder: str, *uids: int) -> None:
        for uid in uids:
            self.items(folder).append(self.box.move(self.items()[uid - 1], _called(folder)))

    def create(self, folder: str) -> None:
        self.box.folder_below(self.box.root, folder)

    def renumber(self, folder: str) -> None:
        self.box.remove_folder(folder)
        self.create(folder)

    def flags(self, uid: int) -> Flags:
        item = self.items()[uid - 1]
        verbs = {102: {"\\Answered"}, 104: {"$Forwarded"}}
        found = verbs.get(item.last_verb, set())
        found |= {"\\Seen"} if item.is_read else set()
        found |= {"\\Flagged"} if item.is_flagged else set()
        return frozenset(found | set(item.categories))

    def _mark(self, item: ExchangeItem, flags: Sequence[str]) -> None:
        item.is_flagged = "\\Flagged" in flags
        item.last_verb = 102 if "\\Answered" in flags else 0
        item.categories = tuple(flag for flag in flags if flag[0] != "\\")
        self.box.mark(item, is_read="\\Seen" in flags)
        self.box.touch(item)


class NumberedMarker:
    """A marker that is told numbers from 1."""

    def __init__(self, mailbox: ExchangeBox, marker: MailMarker) -> None:
        self._mailbox = mailbox
        self._marker = marker

    def mark(
        self, folder: str, uids: Sequence[Uid], *, numbering: int, add: Flags, remove: Flags
    ) -> Mapping[Uid, Flags]:
        items = self._mailbox.items(folder)
        names = {n: uid_of(items[n - 1].id) if n <= len(items) else Uid(n) for n in uids}
        found = self._marker.mark(
            folder, list(names.values()), numbering=numbering, add=add, remove=remove
        )
        return {Uid(n): found[uid] for n, uid in names.items() if uid in found}


def _called(folder: str) -> str:
    return {"INBOX": "Inbox"}.get(folder, folder)
