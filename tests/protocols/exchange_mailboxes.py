"""A mailbox at the rig's Exchange server, with a second client at work in it."""

from contextlib import AbstractContextManager

from mailctl.domain.ids import ProviderName
from mailctl.domain.providers import Origin, Provider, ProviderKind
from mailctl.domain.secret import Secret
from mailctl.domain.syncing import Flags, Uid
from mailctl.ports.mail import Login, MailSource
from mailctl.protocols.access import NetworkMailAccess
from mailctl.protocols.network import Network
from tests.contracts.customs import EXCHANGE
from tests.contracts.exchange import ExchangeElsewhere, flags_of
from tests.contracts.source import Mail
from tests.protocols.mailboxes import fresh_name
from tests.rig import Mailbox
from tests.rig.ews import ExchangeServer


class EwsMailbox:
    """A new mailbox."""

    customs = EXCHANGE

    def __init__(self, server: ExchangeServer, ca_file: object) -> None:
        box = Mailbox(f"{fresh_name()}@corp.example", "secret")
        made = server.add(box.address, username=box.address, password=box.password)
        self.elsewhere = ExchangeElsewhere(server, box, made)
        self._network = Network(ca_file=str(ca_file))
        where = Provider(
            name=ProviderName("exchange"),
            title="Exchange",
            kind=ProviderKind.EWS,
            origin=Origin.CUSTOM,
            ews_url=server.url,
        )
        self.login = Login(where, box.address, Secret(box.password), address=box.address)

    def open(self) -> AbstractContextManager[MailSource]:
        return NetworkMailAccess(self._network).source(self.login)

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
