"""The programs that are measured, each with a home of its own and a way to see what it did."""

import json
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.children import Took, took
from benchmarks.mailbox import PASSWORD, Box, MailServer

MAILCTL = str(Path(sys.executable).with_name("mailctl"))


@dataclass
class Mailctl:
    """This program with its accounts, at a port that speaks IMAP inside TLS or, bare, without."""

    home: Path
    port: int
    ca_file: Path
    is_bare: bool = False
    environment: dict[str, str] = field(init=False)
    synced_at: float = field(init=False, default=0)
    """When the last sync ended."""

    def __post_init__(self) -> None:
        self.environment = {
            "MAILCTL_HOME": str(self.home),
            "MAILCTL_NO_INPUT": "1",
            "PASSWORD": PASSWORD,
            "SSL_CERT_FILE": str(self.ca_file),
        }

    def connect(self, boxes: Sequence[Box], *options: str) -> None:
        """Make the accounts, with options of `account add`; nothing is loaded yet."""
        security = "none" if self.is_bare else "tls"
        provider = (
            "bench",
            "--incoming",
            f"localhost:{self.port}",
            "--incoming-security",
            security,
        )
        took([MAILCTL, "provider", "add", *provider], self.environment)
        subprocess.run(
            [sys.executable, "-m", "benchmarks.connecting", *options],
            input="".join(f"{box.address}\n" for box in boxes),
            env=self.environment,
            text=True,
            check=True,
            stdout=subprocess.DEVNULL,
        )

    def sync(self, *options: str, through: int | None = None) -> Took:
        """Run `sync run`, by a relay's port if there is one."""
        detour = f"localhost:{self.port}:127.0.0.1:{through}" if through else ""
        environment = {**self.environment, "MAILCTL_CONNECT_TO": detour}
        ran = took([MAILCTL, "sync", "run", "-o", "json", *options], environment)
        self.synced_at = time.monotonic()
        return ran

    def known(self, option: str, *value: str) -> list[str]:
        """Return these words if `sync run` has such an option, else none."""
        words = took([MAILCTL, "sync", "run", "--help"], self.environment).out
        return [option, *value] if option in words else []

    def require(self, count: int) -> None:
        """Raise AssertionError unless so many messages are in folders, as the database says."""
        stats = json.loads(took([MAILCTL, "db", "stats", "-o", "json"], self.environment).out)
        _require("mailctl", stats["counts"]["copies"], count)

    def require_flagged(self, count: int) -> None:
        """Raise AssertionError unless so many messages are flagged."""
        words = (*("message", "list", "-o", "ndjson"), *("--fields", "flags", "--limit", "1000000"))
        listed = took([MAILCTL, *words], self.environment).out.splitlines()
        _require("mailctl", sum("\\Flagged" in json.loads(row)["flags"] for row in listed), count)


@dataclass
class Mbsync:
    """isync's mbsync, which pulls into Maildirs.

    As it is by default its mail survives a machine that stops; `is_careless` waits for no disk.
    """

    directory: Path
    server: MailServer
    boxes: Sequence[Box]
    is_careless: bool = False

    def sync(self, through: int | None = None) -> Took:
        """Run `mbsync -a`, by a relay's port if there is one."""
        self.directory.mkdir(parents=True, exist_ok=True)
        config = self.directory / "mbsyncrc"
        port = through or self.server.port
        channels = "".join(self._channel(number, port) for number in range(len(self.boxes)))
        flushing = "FSync no\n" if self.is_careless else ""
        config.write_text(f"{flushing}SyncState *\n\n{channels}", encoding="utf-8")
        return took(["mbsync", "-q", "-c", str(config), "-a"], {})

    def require(self, count: int) -> None:
        """Raise AssertionError unless the Maildirs have so many messages."""
        _require("mbsync", len(self._messages()), count)

    def require_flagged(self, count: int) -> None:
        """Raise AssertionError unless so many messages are flagged."""
        flags = (path.name.rpartition(":2,")[2] for path in self._messages())
        _require("mbsync", sum("F" in letters for letters in flags), count)

    def maildir(self, number: int = 0) -> Path:
        """Return the directory of one account's folders."""
        return self.directory / f"mail{number}"

    def _messages(self) -> list[Path]:
        return [
            path
            for part in ("cur", "new")
            for number in range(len(self.boxes))
            for path in self.maildir(number).rglob(f"{part}/*")
        ]

    def _channel(self, number: int, port: int) -> str:
        maildir = self.maildir(number)
        maildir.mkdir(exist_ok=True)
        return f"""
IMAPAccount a{number}
Host localhost
Port {port}
User {self.boxes[number].address}
Pass "{PASSWORD}"
SSLType IMAPS
SystemCertificates no
CertificateFile {self.server.authority.ca_file}

IMAPStore far{number}
Account a{number}

MaildirStore near{number}
Path {maildir}/
Inbox {maildir}/INBOX
SubFolders Verbatim

Channel c{number}
Far :far{number}:
Near :near{number}:
Patterns *
Sync Pull
Create Near
"""


@dataclass
class Notmuch:
    """notmuch, which makes a Maildir searchable."""

    directory: Path
    maildir: Path

    def index(self) -> Took:
        """Run `notmuch new`."""
        self.directory.mkdir(parents=True, exist_ok=True)
        config = f"""
[database]
path={self.directory}
mail_root={self.maildir}
[user]
name=Ada
primary_email=ada@corp.example
[new]
ignore=.mbsyncstate;.uidvalidity
tags=new
"""
        (self.directory / "config").write_text(config, encoding="utf-8")
        return took(["notmuch", "new", "--quiet"], self._environment)

    def search(self, query: str, options: Sequence[str]) -> Took:
        """Run `notmuch search`."""
        return took(["notmuch", "search", *options, query], self._environment)

    def require(self, count: int) -> None:
        """Raise AssertionError unless so many messages can be searched."""
        found = int(took(["notmuch", "count", "*"], self._environment).out)
        _require("notmuch", found, count)

    @property
    def _environment(self) -> dict[str, str]:
        return {"NOTMUCH_CONFIG": str(self.directory / "config")}


@dataclass
class Drain:
    """A client that fetches everything and keeps nothing: what the server alone takes."""

    server: MailServer
    box: Box

    def sync(self, through: int | None = None) -> Took:
        """Fetch it all; raise AssertionError if that is not what the mailbox holds."""
        port = str(through or self.server.port)
        ca_file = str(self.server.authority.ca_file)
        ran = took(
            [sys.executable, "-m", "benchmarks.drain", port, self.box.address],
            {"PASSWORD": PASSWORD, "SSL_CERT_FILE": ca_file},
        )
        _require("drain", int(ran.out.split()[0]), self.box.count)
        return ran


def _require(name: str, found: int, expected: int) -> None:
    if found != expected:
        raise AssertionError(f"{name} has {found} messages, not {expected}")
