"""A real Postfix: submission for users, an MX for the world, and Dovecot behind both."""

import os
import smtplib
from collections.abc import Sequence
from pathlib import Path

from .authority import Authority, Certificate
from .dovecot import Dovecot
from .postfix_conf import REFUSALS, Manners, Ports, main_cf, master_cf
from .processes import LOOPBACK, require, run_as_root
from .servers import Server

MASTER = "/usr/lib/postfix/sbin/master"
_QUEUES = (
    "active bounce corrupt defer deferred flush hold incoming maildrop private public saved trace"
)


class Postfix(Server):
    """One server for the given domains: whoever is in Dovecot gets mail there."""

    def __init__(
        self,
        authority: Authority,
        dovecot: Dovecot,
        domains: Sequence[str],
        *,
        directory: Path | None = None,
        certificate: Certificate | None = None,
        manners: Manners | None = None,
    ) -> None:
        require(MASTER)
        super().__init__(directory)
        self.ports = Ports(*self.reserve(3))
        self.domains = tuple(domains)
        self._dovecot = dovecot
        self._certificate = certificate or authority.server()
        self._manners = manners or Manners()
        self._etc = self.directory / "etc"
        self._etc.mkdir()

    def prepare(self) -> list[str]:
        spool = self.directory / "spool"
        queues = [str(spool / name) for name in _QUEUES.split()]
        run_as_root("install", "-d", "-o", "root", str(spool), str(spool / "pid"))
        run_as_root("install", "-d", "-o", "postfix", str(self.directory / "state"), *queues)
        (self.directory / "refusals").write_text(REFUSALS)
        (self._etc / "master.cf").write_text(master_cf(self.ports))
        (self._etc / "main.cf").write_text(
            main_cf(
                self.directory,
                self.domains,
                lmtp_port=self._dovecot.ports.lmtp,
                auth_port=self._dovecot.ports.auth,
                certificate=self._certificate,
                manners=self._manners,
            )
        )
        for conf in (*self._etc.iterdir(), self.directory / "refusals"):
            os.utime(conf, (0, 0))  # Postfix waits two seconds for a file that looks half written
        # Not `postfix start-fg`: its checks take longer than the start, and it wants to be PID 1.
        return [MASTER, "-d", "-c", str(self._etc)]

    def is_ready(self) -> bool:
        try:
            with self._client(self.ports.submission) as submission:
                submission.ehlo()
            with self._client(self.ports.mx) as mx:
                mx.ehlo()
        except (OSError, smtplib.SMTPException):
            return False
        return True

    def _client(self, port: int) -> smtplib.SMTP:
        # With a name given, smtplib asks no resolver for ours.
        return smtplib.SMTP(LOOPBACK, port, local_hostname="localhost", timeout=5)
