"""What all IMAP servers of the rig share: users, and a client that puts mail into their folders."""

import imaplib
import re
import socket
import ssl
import time
from abc import abstractmethod
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from pathlib import Path

from .authority import Authority
from .processes import LOOPBACK, ServerFailed, run_as_root
from .servers import Server

_AT_ONCE = 500
_LINE_END = re.compile(rb"\r\n|\r|\n")


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
        self,
        address: str,
        password: str,
        folder: str,
        mails: Iterable[Stored],
        *,
        verbatim: bool = False,
    ) -> None:
        """Put mails into one folder over one connection, in order.

        The folder is named as on the wire (modified UTF-7) and made if it is not there. Line ends
        become CRLF, which IMAP requires anyway, unless `verbatim`. Raises ServerFailed where the
        server refuses.
        """
        stored = (mail if verbatim else _with_crlf(mail) for mail in mails)
        with self.login(address, password) as imap:
            imap.create(quoted(folder))  # a refusal means that it is there
            for answer, said in _appended(imap, quoted(folder), stored):
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


class MaildirServer(ImapServer):
    """A server that keeps each mail in a file of its own, so that others may put some there."""

    @abstractmethod
    def maildir(self, address: str) -> Path:
        """Return where the inbox lies once its owner has signed in."""

    def deliver_file(self, address: str, source: bytes) -> None:
        """Lay the mail down as delivery programs do; nobody looks at what is in it."""
        file = self.directory / "delivered"
        file.write_bytes(source)
        target = str(self.maildir(address) / "new" / f"{time.time_ns()}.rig.here")
        run_as_root("install", "-o", "mail", "-g", "mail", "-m", "0600", str(file), target)


def _appended(
    imap: imaplib.IMAP4, folder: str, mails: Iterator[Stored]
) -> Iterator[tuple[str, object]]:
    """Append and yield the answers: one for many mails where the server can.

    That is 30 times faster. imaplib's own append() changes line ends and knows one mail at a time;
    bytes are what it takes here, whatever its stubs say.
    """
    capabilities = set(imap.capability()[1][0].split())
    if {b"MULTIAPPEND", b"LITERAL+"} <= capabilities:
        while some := list(islice(mails, _AT_ONCE)):
            words = b" ".join(
                b"%s {%d+}\r\n%s" % (_facts(mail).encode(), len(mail.source), mail.source)
                for mail in some
            )
            yield imap.xatom("APPEND", folder, words)  # type: ignore[arg-type]
    for mail in mails:
        imap.literal = mail.source  # type: ignore[assignment]
        yield imap.xatom("APPEND", folder, _facts(mail))


def _with_crlf(mail: Stored) -> Stored:
    return replace(mail, source=_LINE_END.sub(b"\r\n", mail.source))


def _facts(mail: Stored) -> str:
    """Return flags and date the way APPEND wants them."""
    flags = f"({' '.join(mail.flags)})"
    return f"{flags} {imaplib.Time2Internaldate(mail.date)}" if mail.date else flags


def quoted(folder: str) -> str:
    """Return a folder's name, as on the wire, the way commands carry it."""
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
