"""What all IMAP servers of the rig share: users, and a client that puts mail into their folders."""

import imaplib
import socket
import ssl
from abc import abstractmethod
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from .authority import Authority
from .processes import LOOPBACK, ServerFailed
from .servers import Server


@dataclass(frozen=True)
class Stored:
    """One mail to be put into a folder as it is; without a date it arrives now."""

    source: bytes
    flags: tuple[str, ...] = ()
    date: datetime | None = None


class ImapServer(Server):
    """A server whose mailboxes are reached by IMAPS."""

    def __init__(self, authority: Authority, directory: Path | None) -> None:
        super().__init__(directory)
        self._authority = authority

    @property
    @abstractmethod
    def imaps_port(self) -> int:
        """Where it listens."""

    @abstractmethod
    def add_user(self, address: str, password: str) -> None:
        """Make the mailbox of this address, or give it another password."""

    def append(
        self,
        address: str,
        password: str,
        folder: str,
        source: bytes,
        flags: tuple[str, ...] = (),
        date: datetime | None = None,
    ) -> None:
        """Put one mail into a folder as it is; the folder is made if it is not there."""
        self.append_many(address, password, folder, [Stored(source, flags, date)])

    def append_many(
        self, address: str, password: str, folder: str, mails: Iterable[Stored]
    ) -> None:
        """Put mails into one folder over one connection, in order.

        The folder is named as on the wire (modified UTF-7) and made if it is not there. Line ends
        become CRLF, which IMAP requires anyway.
        """
        with self.login(address, password) as imap:
            imap.create(_quoted(folder))  # a refusal means that it is there
            for mail in mails:
                when = imaplib.Time2Internaldate(mail.date) if mail.date else ""
                answer, said = imap.append(
                    _quoted(folder), f"({' '.join(mail.flags)})", when, mail.source
                )
                if answer != "OK":
                    raise ServerFailed(f"APPEND to {folder}: {said!r}")

    @contextmanager
    def login(self, address: str, password: str) -> Iterator[imaplib.IMAP4_SSL]:
        """Yield a logged-in connection by IMAPS; imaplib's own error if that is refused."""
        context = self._authority.client_context()
        with imaplib.IMAP4_SSL("localhost", self.imaps_port, ssl_context=context) as imap:
            # else the end of an APPEND waits 40 ms until the server has acknowledged the mail
            imap.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            imap.login(address, password)
            yield imap


def _quoted(folder: str) -> str:
    escaped = folder.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def greeting(port: int, *, tls: bool = False) -> bytes:
    """Return the first words of a server, b"" if it is not up yet."""
    try:
        with socket.create_connection((LOOPBACK, port), timeout=1) as plain:
            if not tls:
                return plain.recv(512)
            with _trusting_anything().wrap_socket(plain) as secret:
                return secret.recv(512)
    except OSError:
        return b""


def _trusting_anything() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context
