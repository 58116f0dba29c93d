"""What it takes to send 500 mails over one connection, beside one swaks or msmtp process each."""

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

from benchmarks.children import Took
from benchmarks.mailbox import PASSWORD, MailServer, serving
from benchmarks.measured import Measured, compared
from benchmarks.submitters import ADA, Mailctl, Msmtp, Submitter, Swaks
from tests.rig import Postfix

MAILS = 500
LIMIT = 1.0
_ROUNDS = 3
_ARRIVED_WITHIN_S = 300
Program = TypeVar("Program", bound=Submitter)


def measure() -> Iterator[Measured]:
    """Send the same mails through one Postfix, by TLS and with a password."""
    with serving() as server, tempfile.TemporaryDirectory(prefix="bench-") as scratch:
        server.dovecot.add_user(ADA, PASSWORD)
        with Postfix(server.authority, server.dovecot, ["corp.example"]) as postfix:

            def made(program: type[Program]) -> Program:
                name = program.__name__.lower()
                friend = f"{name}@corp.example"
                server.dovecot.add_user(friend, PASSWORD)
                ca_file = server.authority.ca_file
                return program(Path(scratch) / name, postfix.ports.smtps, ca_file, friend)

            ours, peers = made(Mailctl), {"msmtp": made(Msmtp), "swaks": made(Swaks)}
            mine = [
                (ours.queue(MAILS), _sent(ours, server, turn)) for turn in range(1, 1 + _ROUNDS)
            ]
            theirs = {name: _sent(peer, server, 1) for name, peer in peers.items()}
    for name, their in theirs.items():
        peer = f"{MAILS} times `{name}`"
        sent = [(flushed, their) for _, flushed in mine]
        yield compared(f"outbox flush: {MAILS} mails over one connection", peer, sent, limit=LIMIT)
        whole = [(queued + flushed, their) for queued, flushed in mine]
        what = f"send --template --queue, outbox flush: {MAILS} mails"
        yield compared(what, peer, whole, limit=None)


def _sent(program: Submitter, server: MailServer, turn: int) -> Took:
    """Send, and return when all has arrived: nobody delivers while the next one is measured."""
    ran = program.send(MAILS)
    expected = MAILS * turn
    deadline = time.monotonic() + _ARRIVED_WITHIN_S
    while (found := _arrived(server, program.friend)) < expected and time.monotonic() < deadline:
        time.sleep(0.2)
    if found != expected:
        raise AssertionError(f"{found} mails arrived, not {expected}")
    return ran


def _arrived(server: MailServer, address: str) -> int:
    with server.dovecot.login(address, PASSWORD) as imap:
        _, (count,) = imap.select("INBOX", readonly=True)
    return int(count or 0)
