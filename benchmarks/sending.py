"""How long it takes to send many mails, beside programs that are started once for each."""

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.children import Took, took
from benchmarks.measured import Measured, compared
from benchmarks.peers import MAILCTL
from benchmarks.stage import settle
from tests.rig import Mailbox, Rig

COUNT = 500
_TEXT = "Dear reader,\n\nthis is a mail of a length that is usual.\n" + "Some words. " * 60 + "\n"


def measure() -> Iterator[Measured]:
    """Send the same mails through the same Postfix, which wants TLS and a password."""
    with Rig() as rig, tempfile.TemporaryDirectory(prefix="bench-") as scratch:
        ada, ben = rig.address("ada"), rig.address("ben")
        directory = Path(scratch)
        environment = _connected(rig, ada, directory)
        mail = _mail(directory, ada, ben)
        settle()
        msmtp = took(_loop(_msmtp(rig, ada, ben, directory), mail), {})
        _require(rig, ben, COUNT)
        settle()
        swaks = took(_loop(_swaks(rig, ada, ben), mail), {})
        _require(rig, ben, 2 * COUNT)
        settle()
        whole = took(_of_rows(directory, ada, ben), environment)
        _require(rig, ben, 3 * COUNT)
        took([*_of_rows(directory, ada, ben), "--queue"], environment)
        settle()
        flush = took([MAILCTL, "outbox", "flush", "-q"], environment)
        _require(rig, ben, 4 * COUNT)
    for title, ours in (("outbox flush: 500 mails", flush), ("send --template: 500 rows", whole)):
        yield _beside(title, "`msmtp`, once a mail", ours, msmtp)
        yield _beside(title, "`swaks`, once a mail", ours, swaks)


def _beside(title: str, peer: str, ours: Took, theirs: Took) -> Measured:
    return compared(title, peer, [(ours, theirs)], limit=1.0)


def _connected(rig: Rig, ada: Mailbox, directory: Path) -> dict[str, str]:
    environment = {
        **rig.environment(),
        "MAILCTL_HOME": str(directory / "home"),
        "MAILCTL_NO_INPUT": "1",
        "PW": ada.password,
    }
    for words in (
        ("provider", "add", "b", "--submission", "mail.hosting.example:587"),
        # its peers file no copies either
        (
            *("account", "add", ada.address, "--provider", "b", "--secret", "env:PW"),
            *("--no-receive", "--no-verify"),
        ),
    ):
        took([MAILCTL, *words], environment)
    return environment


def _of_rows(directory: Path, ada: Mailbox, ben: Mailbox) -> list[str]:
    (directory / "template.txt").write_text(f"To: {{{{ to }}}}\nSubject: {{{{ n }}}}\n\n{_TEXT}")
    rows = "".join(f"{ben.address},{number}\n" for number in range(COUNT))
    (directory / "rows.csv").write_text(f"to,n\n{rows}")
    files = ("--template", str(directory / "template.txt"), "--data", str(directory / "rows.csv"))
    return [MAILCTL, "send", *files, "-q"]


def _mail(directory: Path, ada: Mailbox, ben: Mailbox) -> Path:
    mail = directory / "mail.eml"
    mail.write_text(f"From: {ada.address}\nTo: {ben.address}\nSubject: x\n\n{_TEXT}")
    return mail


def _loop(words: list[str], mail: Path) -> list[str]:
    command = " ".join(f"'{word}'" for word in words)
    script = f"n=0; while [ $n -lt {COUNT} ]; do {command} < {mail} || exit 1; n=$((n+1)); done"
    return ["/bin/sh", "-c", script]


def _msmtp(rig: Rig, ada: Mailbox, ben: Mailbox, directory: Path) -> list[str]:
    config = directory / "msmtprc"
    config.write_text(
        f"account default\nhost localhost\nport {rig.postfix.ports.submission}\n"
        f"from {ada.address}\nauth plain\nuser {ada.address}\npassword {ada.password}\n"
        f"tls on\ntls_starttls on\ntls_trust_file {rig.ca_file}\n"
    )
    config.chmod(0o600)
    return ["/usr/bin/msmtp", f"--file={config}", ben.address]


def _swaks(rig: Rig, ada: Mailbox, ben: Mailbox) -> list[str]:
    return [
        *("/usr/bin/swaks", "--silent", "3", "--data", "-", "--tls"),
        *("--server", "localhost", "--port", str(rig.postfix.ports.submission)),
        *("--from", ada.address, "--to", ben.address),
        *("--auth", "PLAIN", "--auth-user", ada.address, "--auth-password", ada.password),
    ]


def _require(rig: Rig, ben: Mailbox, count: int) -> None:
    """Make sure that so many mails have arrived, and wait until they have."""
    until = time.monotonic() + 60
    while True:
        with rig.dovecot.login(ben.address, ben.password) as imap:
            found = imap.select("INBOX", readonly=True)[1]
        if found == [b"%d" % count]:
            return
        if time.monotonic() > until:
            raise AssertionError(f"{found} mails arrived, not {count}")
        time.sleep(0.2)
