"""An IMAP server over mailboxes in memory: honest by default, lying on demand.

box = Mailbox("ada@model.example", "secret")
box.inbox.append(source, flags=[r"\\Seen"])
with ModelServer(box, capabilities=QRESYNC) as server:
    ...                                          # IMAP in plain text at server.port
    server.arm(Faults(cut=Cut.RESET, cut_after=7))
    server.disarm()
"""

from .capabilities import BARE, CONDSTORE, EVERYTHING, GMAIL, QRESYNC, SETS, USUAL
from .faults import HONEST, Cut, Extended, Faults, Literal, Mangling, Refusal
from .mailboxes import Folder, Mail, Mailbox
from .server import ModelServer

__all__ = [
    "BARE",
    "CONDSTORE",
    "EVERYTHING",
    "GMAIL",
    "HONEST",
    "QRESYNC",
    "SETS",
    "USUAL",
    "Cut",
    "Extended",
    "Faults",
    "Folder",
    "Literal",
    "Mail",
    "Mailbox",
    "Mangling",
    "ModelServer",
    "Refusal",
]
