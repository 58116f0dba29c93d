"""The whole rig: an authority, DNS, Dovecot, Postfix, nginx and OAuth that know each other."""

import secrets
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Self

from .authority import Authority
from .dns import Dns
from .dovecot import Dovecot
from .oauth import OAuth
from .postfix import Postfix
from .processes import LOOPBACK, Workspace
from .web import Web
from .zones import ZONES, hosting

DOMAINS = (
    "corp.example",
    "hosting.example",
    "gmail-hosted.example",
    "m365.example",
    "gateway.example",
    "xn--bcher-kva.example",
    "cname.example",
    "mixed.example",
    "capitals.example",
)
IMAP_HOSTS = (
    "mail.hosting.example",
    "imap.hosting.example",
    "imap.gmail.com",
    "outlook.office365.com",
)
SMTP_HOSTS = (
    "mail.hosting.example",
    "smtp.hosting.example",
    "smtp.gmail.com",
    "smtp.office365.com",
)


@dataclass(frozen=True)
class Mailbox:
    """A user of the rig."""

    address: str
    password: str


class Rig:
    """Real servers on loopback, from start() to stop()."""

    def __init__(self, *, domains: Iterable[str] = ()) -> None:
        with ExitStack() as building:
            workspace = Workspace()
            building.callback(workspace.remove)
            self.directory = workspace.directory
            self._build((*DOMAINS, *domains), building)
            self._open = building.pop_all()

    def _build(self, domains: Sequence[str], building: ExitStack) -> None:
        self.authority = Authority(self.directory / "tls")
        self.ca_file = self.authority.ca_file
        self.oauth = OAuth(self.authority, directory=self.directory / "oauth")
        building.callback(self.oauth.stop)
        self.dovecot = Dovecot(
            self.authority,
            directory=self.directory / "dovecot",
            introspection_url=self.oauth.introspection_url,
        )
        building.callback(self.dovecot.stop)
        self.postfix = Postfix(
            self.authority, self.dovecot, domains, directory=self.directory / "postfix"
        )
        building.callback(self.postfix.stop)
        own_zone = hosting(
            imaps=self.dovecot.ports.imaps,
            submission=self.postfix.ports.submission,
            smtps=self.postfix.ports.smtps,
        )
        self.dns = Dns({**ZONES, "hosting.example": own_zone}, directory=self.directory / "dns")
        building.callback(self.dns.stop)
        self.web = Web(self.authority, directory=self.directory / "web")
        building.callback(self.web.stop)

    def start(self) -> Self:
        """Start all servers side by side; if one fails, none is left."""
        servers = (self.oauth, self.dovecot, self.postfix, self.dns, self.web)
        try:
            for server in servers:
                server.launch()
            for server in servers:
                server.wait_until_ready()
        except BaseException:
            self.stop()
            raise
        return self

    def stop(self) -> None:
        """Return when all processes and files are gone; again is harmless."""
        self._open.close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def pids(self) -> list[int]:
        servers = (self.dns, self.dovecot, self.postfix, self.web, self.oauth)
        return [pid for server in servers for pid in server.pids()]

    def address(self, name: str, *, domain: str = "corp.example") -> Mailbox:
        """Make a user that nobody had before, NAME.something@DOMAIN, whose mailbox is empty."""
        made = Mailbox(f"{name}.{secrets.token_hex(4)}@{domain}", secrets.token_urlsafe(12))
        self.dovecot.add_user(made.address, made.password)
        return made

    def environment(self) -> dict[str, str]:
        """Return what the program must find in its environment to meet these servers."""
        return {
            "MAILCTL_DNS": self.dns.address,
            "SSL_CERT_FILE": str(self.ca_file),
            "MAILCTL_CONNECT_TO": ",".join((*self._detours(), self.oauth.detours())),
        }

    def web_detours(self, hosts: Iterable[str]) -> str:
        """Return what leads to the web server, at both its ports, for these hosts.

        It is to be added to MAILCTL_CONNECT_TO.
        """
        ports = {443: self.web.ports.https, 80: self.web.ports.http}
        return ",".join(
            f"{host}:{port}:{LOOPBACK}:{real}" for host in hosts for port, real in ports.items()
        )

    def _detours(self) -> Iterator[str]:
        """Yield HOST:PORT:ADDRESS:PORT for the well-known ports and, for SRV, the real ones."""
        imap, smtp = self.dovecot.ports, self.postfix.ports
        for hosts, ports in (
            (IMAP_HOSTS, {993: imap.imaps, 143: imap.imap, imap.imaps: imap.imaps}),
            (
                SMTP_HOSTS,
                {
                    465: smtp.smtps,
                    587: smtp.submission,
                    smtp.smtps: smtp.smtps,
                    smtp.submission: smtp.submission,
                },
            ),
        ):
            for host in hosts:
                for port, real in ports.items():
                    yield f"{host}:{port}:{LOOPBACK}:{real}"
