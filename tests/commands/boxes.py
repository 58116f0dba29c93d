"""Mailboxes at the rig for the commands of sync, and the mail in them."""

from datetime import UTC, datetime, timedelta

from tests.conftest import Run
from tests.rig import Mailbox, Rig, Stored


def mail(number: int) -> bytes:
    """Return a small mail that differs from all others."""
    return (
        f"From: Ben <ben@hosting.example>\r\nTo: ada@corp.example\r\nSubject: mail {number}\r\n"
        f"Message-ID: <{number}@hosting.example>\r\nDate: Mon, 23 Nov 2026 10:00:00 +0000\r\n"
        f"\r\nbody {number}\r\n"
    ).encode()


def connected(run: Run, rig: Rig, name: str = "ada", *options: str) -> Mailbox:
    """Connect a mailbox that is still empty."""
    box = rig.address(name)
    ran = run("account", "add", box.address, "--password-stdin", *options, typed=box.password)
    assert ran.code == 0, ran.err
    return box


def fill(
    rig: Rig, box: Mailbox, numbers: range, *, folder: str = "INBOX", age: timedelta = timedelta()
) -> None:
    """Put mails into a folder, received so long ago."""
    received = datetime.now(UTC).replace(microsecond=0) - age
    stored = [Stored(mail(number), date=received) for number in numbers]
    rig.dovecot.append_many(box.address, box.password, folder, stored)


def break_password(run: Run, rig: Rig, name: str) -> Mailbox:
    """Connect a mailbox with a password that the server refuses."""
    box = rig.address(name)
    run("account", "add", box.address, "--no-verify", "--password-stdin", typed="wrong")
    return box
