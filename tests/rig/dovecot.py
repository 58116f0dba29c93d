"""A real Dovecot: IMAP, LMTP and the passwords that Postfix asks for."""

import base64
import itertools
import os
import shutil
import smtplib
import time
from pathlib import Path

from .authority import Authority, Certificate
from .dovecot_conf import TOKENS_CONF, Habits, Ports, configuration, tokens_conf
from .imap import MaildirServer, greeting
from .processes import LOOPBACK, require, run_as_root

DOVECOT = "/usr/sbin/dovecot"
_moments = itertools.count(1)


class Dovecot(MaildirServer):
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
        super().__init__(authority, directory)
        self.ports = Ports(*self.reserve(4))
        self._certificate = certificate or authority.server()
        self._habits = habits or Habits()
        self._introspection_url = introspection_url
        self._users = self.directory / "users"
        self._users.mkdir(exist_ok=True)

    @property
    def imaps_port(self) -> int:
        return self.ports.imaps

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
            greeting(self.ports.imaps, tls=True).startswith(b"* OK")
            and greeting(self.ports.imap).startswith(b"* OK")
            and greeting(self.ports.lmtp).startswith(b"220 ")
        )

    def add_user(self, address: str, password: str) -> None:
        """Make the mailbox of this address, or give it another password."""
        user = self._users / address.lower()
        known = user.exists()
        secret = base64.b64encode(password.encode()).decode()
        line = f"{user.name}:{{PLAIN.b64}}{secret}::::::\n"
        if known and user.read_text() == line:
            return
        written = user.with_name(f".{user.name}.new")
        written.write_text(line)
        # Whole seconds and the size are all that Dovecot compares: no two writings share both.
        os.utime(written, (0, next(_moments)))
        written.replace(user)
        if known:
            time.sleep(1.1)  # Dovecot looks at a known file once a second

    def empty(self, address: str) -> None:
        """Throw away what earlier tests left in a mailbox; Dovecot makes it anew."""
        shutil.rmtree(self.maildir(address), ignore_errors=True)

    def maildir(self, address: str) -> Path:
        return self.directory / "mail" / address.lower() / "Maildir"

    def deliver(self, address: str, source: bytes, *, sender: str = "sender@corp.example") -> None:
        """Hand the mail over by LMTP: it is in the inbox when this returns."""
        with smtplib.LMTP(LOOPBACK, self.ports.lmtp, local_hostname="localhost") as lmtp:
            lmtp.sendmail(sender, [address], source, mail_options=["BODY=8BITMIME"])
