"""The programs that send: this one, and two that send one mail a process."""

import csv
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import reduce
from operator import add
from pathlib import Path

from benchmarks.children import Took, took
from benchmarks.mailbox import PASSWORD
from benchmarks.peers import MAILCTL

ADA = "ada@corp.example"
_TEXT = "Dear friend,\n\nhere is the news of the week.\n\n" + "All is well. \n" * 60


@dataclass
class Submitter:
    """Who sends mails through a port that speaks SMTP inside TLS and wants a password."""

    directory: Path
    port: int
    ca_file: Path
    friend: str
    """Who gets them all."""

    def __post_init__(self) -> None:
        self.directory.mkdir(parents=True)
        self.prepare()

    def prepare(self) -> None:
        """Write what the program has to know."""

    def send(self, count: int) -> Took:
        """Send so many mails, and return when the server has them all."""
        return reduce(add, [took(self.words, {}) for _ in range(count)])

    @property
    def words(self) -> Sequence[str]:
        """The command that sends one mail."""
        raise NotImplementedError


@dataclass
class Mailctl(Submitter):
    """This program: mails wait in its outbox, and go out over one connection."""

    environment: dict[str, str] = field(init=False)

    def prepare(self) -> None:
        """Connect an account that only sends, so that no copies are filed."""
        self.environment = {
            "MAILCTL_HOME": str(self.directory / "home"),
            "MAILCTL_NO_INPUT": "1",
            "PASSWORD": PASSWORD,
            "SSL_CERT_FILE": str(self.ca_file),
        }
        (self.directory / "template").write_text(
            f"To: {{{{ to }}}}\nSubject: News {{{{ number }}}}\n\n{_TEXT}", encoding="utf-8"
        )
        server = ("--submission", f"localhost:{self.port}", "--submission-security", "tls")
        self._run("provider", "add", "bench", *server)
        account = ("account", "add", ADA, "--provider", "bench", "--no-receive")
        self._run(*account, "--secret", "env:PASSWORD")

    def queue(self, count: int) -> Took:
        """Put so many mails into the outbox."""
        rows = self.directory / "rows.csv"
        with rows.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["to", "number"])
            writer.writerows([self.friend, number] for number in range(count))
        template = str(self.directory / "template")
        return self._run("send", "--template", template, "--data", str(rows), "--queue")

    def send(self, count: int) -> Took:
        """Send what is in the outbox; raise AssertionError if that is not so many mails."""
        ran = self._run("outbox", "flush", "-o", "json")
        states = [each["state"] for each in json.loads(ran.out)]
        if states != ["sent"] * count:
            raise AssertionError(f"not all of {count} mails were sent: {states}")
        return ran

    def _run(self, *words: str) -> Took:
        return took([MAILCTL, *words], self.environment)


@dataclass
class Msmtp(Submitter):
    """msmtp, which hands over what stands on its standard input."""

    def prepare(self) -> None:
        """Write its configuration and the mail."""
        config = self.directory / "msmtprc"
        config.write_text(
            f"account default\nhost localhost\nport {self.port}\nfrom {ADA}\n"
            f"tls on\ntls_starttls off\ntls_trust_file {self.ca_file}\n"
            f"auth plain\nuser {ADA}\npassword {PASSWORD}\n",
            encoding="utf-8",
        )
        config.chmod(0o600)
        _write_mail(self.directory / "mail", self.friend)

    @property
    def words(self) -> Sequence[str]:
        """The command that sends one mail."""
        config, mail = str(self.directory / "msmtprc"), str(self.directory / "mail")
        return ["sh", "-c", 'exec msmtp -C "$0" "$2" < "$1"', config, mail, self.friend]


@dataclass
class Swaks(Submitter):
    """swaks, the tester's tool, which is a Perl script."""

    def prepare(self) -> None:
        """Write the mail."""
        _write_mail(self.directory / "mail", self.friend)

    @property
    def words(self) -> Sequence[str]:
        """The command that sends one mail."""
        return [
            *("swaks", "--silent", "--server", "localhost", "--port", str(self.port)),
            *("--tls-on-connect", "--tls-ca-path", str(self.ca_file), "--tls-verify"),
            *("--auth", "PLAIN", "--auth-user", ADA, "--auth-password", PASSWORD),
            *("--from", ADA, "--to", self.friend, "--data", f"@{self.directory / 'mail'}"),
        ]


def _write_mail(path: Path, friend: str) -> None:
    head = f"From: {ADA}\nTo: {friend}\nSubject: News\nMessage-ID: <1@corp.example>\n"
    path.write_text(f"{head}Date: Fri, 02 Jan 2026 10:00:00 +0000\n\n{_TEXT}", encoding="utf-8")
