"""Mailboxes at the rig's Exchange server, with a second client at work in them."""

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
from mailctl.protocols.network import Network
from tests.contracts.customs import EXCHANGE, Customs
from tests.contracts.exchange import ExchangeElsewhere, flags_of
from tests.contracts.source import Mail
from tests.protocols.mailboxes import fresh_name
from tests.rig import Mailbox
from tests.rig.ews import ExchangeItem, ExchangeServer


class EwsMailbox:
    """A new mailbox."""

    customs: Customs = EXCHANGE

    def __init__(self, server: ExchangeServer, ca_file: object) -> None:
        box = Mailbox(f"{fresh_name()}@corp.example", secrets.token_urlsafe(12))
        self.server, self.address = server, box.address
        self.box = server.add(box.address, username=box.address, password=box.password)
        self.elsewhere = ExchangeElsewhere(server, box, self.box)
        self._access = NetworkMailAccess(Network(ca_file=str(ca_file)))
        where = Provider(
            name=ProviderName("exchange"),
            title="Exchange",
            kind=ProviderKind.EWS,
            origin=Origin.CUSTOM,
            ews_url=server.url,
        )
        self.login = Login(where, box.address, Secret(box.password), address=box.address)

    def open(self) -> AbstractContextManager[MailSource]:
        return self._access.source(self.login)

    def put(self, *mails: Mail, folder: str = "INBOX") -> None:
        for mail in mails:
            self.elsewhere.put(mail.source, folder=folder, flags=mail.flags, received_at=mail.date)

    def flag(self, uid: int, *flags: str) -> None:
        self.elsewhere.flag(uid, "FLAGS", *flags)

    def expunge(self, *uids: int) -> None:
        self.elsewhere.expunge(*uids)

    def move(self, folder: str, *uids: int) -> None:
        self.elsewhere.move(*uids, to=folder)

    def create(self, folder: str) -> None:
        self.elsewhere.create(folder)

    def renumber(self, folder: str) -> None:
        self.elsewhere.delete(folder)
        self.elsewhere.create(folder)

    def flags(self, uid: int) -> Flags:
        return frozenset(flags_of(self.elsewhere.item(uid)))

    def uid(self, number: int, folder: str = "INBOX") -> Uid:
        return Uid(self.elsewhere.uid(number, folder))


@dataclass(frozen=True)
class ExchangeCustoms(Customs):
    """An Exchange server calls its folders itself."""

    def path(self, folder: str) -> str:
        return {"Sent": "Sent Items"}.get(folder, folder)


class ExchangeBox(EwsMailbox):
    """A mailbox that is written to as well, numbered from 1 as the suites name messages."""

    customs: Customs = ExchangeCustoms()

    @contextmanager
    def open_marker(self) -> Iterator[MailMarker]:
        with self._access.marker(self.login) as marker:
            yield NumberedMarker(self, marker)

    def open_filer(self) -> AbstractContextManager[MailFiler]:
        return self._access.filer(self.login)

    def open_sender(self) -> AbstractContextManager[MailSender]:
        return self._access.sender(self.login)

    def item(self, number: int = 1) -> ExchangeItem:
        """Return a message of the inbox."""
        return self.elsewhere.item(number)


class NumberedMarker:
    """A marker that is told numbers from 1."""

    def __init__(self, mailbox: ExchangeBox, marker: MailMarker) -> None:
        self._mailbox = mailbox
        self._marker = marker

    def mark(
        self, folder: str, uids: Sequence[Uid], *, numbering: int, add: Flags, remove: Flags
    ) -> Mapping[Uid, Flags]:
        names = {number: self._mailbox.uid(number, folder) for number in uids}
        found = self._marker.mark(
            folder, list(names.values()), numbering=numbering, add=add, remove=remove
        )
        return {number: found[uid] for number, uid in names.items() if uid in found}
