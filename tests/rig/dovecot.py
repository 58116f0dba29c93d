"""A real Dovecot: IMAP, LMTP and the passwords that Postfix asks for."""

import base64
import imaplib
import itertools
import os
import smtplib
import socket
import ssl
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from .authority import Authority, Certificate
from .dovecot_conf import TOKENS_CONF, Habits, Ports, configuration, tokens_conf
from .processes import LOOPBACK, ServerFailed, require, run_as_root
from .servers import Server

DOVECOT = "/usr/sbin/dovecot"
_moments = itertools.count(1)


@dataclass(frozen=True)
class Stored:
    """One mail to be put into a folder as it is; without a date it arrives now."""

    source: bytes
    flags: tuple[str, ...] = ()
    date: datetime | None = None


class Dovecot(Server):
    """One server; users may be added while it runs."""

    def __init__(
        self,
        authority: Authority,
        *,
        directory: Path | None = None,
        certificate: Certificate | None = None,
        habits: Habits | None = None,
        introspection_url: str | None = None,
    ) -> None:
        require(DOVECOT, "/usr/lib/dovecot/imap", "/usr/lib/dovecot/lmtp")
        super().__init__(directory)
        self.ports = Ports(*self.reserve(4))
        self._authority = authority
        self._certificate = certificate or authority.server()
        self._habits = habits or Habits()
        self._introspection_url = introspection_url
        self._users = self.directory / "users"
        self._users.mkdir(exist_ok=True)

    def prepare(self) -> list[str]:
        run_as_root(
            "install", "-d", "-o", "mail", "-g", "mail", "-m", "0755", str(self.directory / "mail")
        )
        conf = self.directory / "dovecot.conf"
        conf.write_text(
            configuration(
                self.directory,
                self.ports,
                certificate=self._certificate,
                habits=self._habits,
                takes_tokens=self._introspection_url is not None,
            )
        )
        if self._introspection_url is not None:
            (self.directory / TOKENS_CONF).write_text(tokens_conf(self._introspection_url))
        return [DOVECOT, "-F", "-c", str(conf)]

    def is_ready(self) -> bool:
        return (
            _greeting(self.ports.imaps, tls=True).startswith(b"* OK")
            and _greeting(self.ports.imap).startswith(b"* OK")
            and _greeting(self.ports.lmtp).startswith(b"220 ")
        )

    def add_user(self, address: str, password: str) -> None:
        """Make the mailbox of this address, or give it another password."""
        user = self._users / address.lower()
        known = user.exists()
        secret = base64.b64encode(password.encode()).decode()
        written = user.with_name(f".{user.name}.new")
        written.write_text(f"{user.name}:{{PLAIN.b64}}{secret}::::::\n")
        # Whole seconds and the size are all that Dovecot compares: no two writings share both.
        os.utime(written, (0, next(_moments)))
        written.replace(user)
        if known:
            time.sleep(1.1)  # Dovecot looks at a known file once a second

    def deliver(self, address: str, source: bytes, *, sender: str = "sender@corp.example") -> None:
        """Hand the mail over by LMTP: it is in the inbox when this returns."""
        with smtplib.LMTP(LOOPBACK, self.ports.lmtp, local_hostname="localhost") as lmtp:
            lmtp.sendmail(sender, [address], source, mail_options=["BODY=8BITMIME"])

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
        with imaplib.IMAP4_SSL("localhost", self.ports.imaps, ssl_context=context) as imap:
            imap.login(address, password)
            yield imap


def _quoted(folder: str) -> str:
    escaped = folder.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _greeting(port: int, *, tls: bool = False) -> bytes:
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
