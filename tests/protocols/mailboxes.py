"""Mailboxes on the rig's servers, with a second client at work in them."""

import imaplib
import secrets
import socket
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

from imapclient import imap_utf7

from mailctl.domain.ids import ProviderName
from mailctl.domain.providers import Origin, Provider, ProviderKind
from mailctl.domain.secret import Secret
from mailctl.domain.servers import Endpoint, Security
from mailctl.domain.syncing import Flags, Uid
from mailctl.ports.mail import Login, MailFiler, MailMarker, MailSource
from mailctl.protocols.access import NetworkMailAccess
from mailctl.protocols.network import Network
from tests.contracts.customs import DOVECOT, Customs
from tests.contracts.source import Mail
from tests.rig import ImapServer, Stored
from tests.rig.imap import quoted

LOCALHOST = "localhost"


def fresh_name() -> str:
    return f"u{secrets.token_hex(6)}"


def provider(
    *,
    incoming: Endpoint | None = None,
    submission: Endpoint | None = None,
    ca_file: str | None = None,
    kind: ProviderKind = ProviderKind.IMAP,
    smtp_timeout_s: float = 5.0,
) -> Provider:
    return Provider(
        name=ProviderName("hosting"),
        title="Hosting",
        kind=kind,
        origin=Origin.CUSTOM,
        incoming=incoming,
        submission=submission,
        ca_file=ca_file,
        smtp_timeout_s=smtp_timeout_s,
    )


def imap_login(
    port: int,
    *,
    ca_file: object = None,
    host: str = LOCALHOST,
    security: Security = Security.TLS,
    username: str = "ada@corp.example",
    password: str = "secret",
) -> Login:
    where = provider(
        incoming=Endpoint(host, port, security), ca_file=str(ca_file) if ca_file else None
    )
    return Login(where, username, Secret(password))


class ImapMailbox:
    """A new mailbox on a server of the rig."""

    def __init__(self, server: ImapServer, ca_file: object, customs: Customs = DOVECOT) -> None:
        self.customs = customs
        self._server = server
        self.address = f"{fresh_name()}@corp.example"
        self.password = secrets.token_urlsafe(12)
        server.add_user(self.address, self.password)
        self.login = imap_login(
            server.imaps_port,
            ca_file=ca_file,
            username=self.address,
            password=self.password,
        )

    def open(self) -> AbstractContextManager[MailSource]:
        return NetworkMailAccess(Network()).source(self.login)

    def open_marker(self) -> AbstractContextManager[MailMarker]:
        return NetworkMailAccess(Network()).marker(self.login)

    def open_filer(self) -> AbstractContextManager[MailFiler]:
        return NetworkMailAccess(Network()).filer(self.login)

    def put(self, *mails: Mail, folder: str = "INBOX") -> None:
        stored = [Stored(mail.source, mail.flags, mail.date) for mail in mails]
        self._server.append_many(
            self.address, self.password, _wire(self.customs.path(folder)), stored
        )

    def flag(self, uid: int, *flags: str) -> None:
        with self._selected() as imap:
            imap.uid("STORE", str(uid), "FLAGS", f"({' '.join(flags)})")

    def expunge(self, *uids: int) -> None:
        with self._selected() as imap:
            named = ",".join(map(str, uids))
            imap.uid("STORE", named, "+FLAGS", "(\\Deleted)")
            imap.expunge()

    def move(self, folder: str, *uids: int) -> None:
        with self._selected() as imap:
            imap.uid("MOVE", ",".join(map(str, uids)), self._quoted(folder))

    def create(self, folder: str) -> None:
        with self._signed_in() as imap:
            imap.create(self._quoted(folder))

    def allow(self, folder: str, rights: str) -> None:
        """Let the owner of the mailbox do this in a folder, and nothing else (RFC 4314)."""
        with self._signed_in() as imap:
            imap.setacl(self._quoted(folder), self.address, rights)

    def renumber(self, folder: str) -> None:
        with self._signed_in() as imap:
            imap.delete(self._quoted(folder))
            imap.create(self._quoted(folder))

    def flags(self, uid: int) -> Flags:
        with self._selected() as imap:
            _, (said,) = imap.uid("FETCH", str(uid), "(FLAGS)")
        return frozenset(flag.decode() for flag in imaplib.ParseFlags(said) if flag != b"\\Recent")

    def uid(self, number: int, folder: str = "INBOX") -> Uid:
        return Uid(number)

    def _quoted(self, folder: str) -> str:
        return quoted(_wire(self.customs.path(folder)))

    def _signed_in(self) -> AbstractContextManager[imaplib.IMAP4]:
        return self._server.login(self.address, self.password)

    @contextmanager
    def _selected(self) -> Iterator[imaplib.IMAP4]:
        with self._signed_in() as imap:
            imap.select("INBOX")
            yield imap


def _wire(folder: str) -> str:
    return str(imap_utf7.encode(folder), "ascii")


_UNUSED: list[socket.socket] = []


def unused_port() -> int:
    """Return a port of this machine where nobody listens, nor can while the tests run."""
    holder = socket.socket()
    holder.bind(("127.0.0.1", 0))
    _UNUSED.append(holder)
    return int(holder.getsockname()[1])
