"""Real mail, DNS and web servers on loopback, for tests, the demo and trying things by hand."""

from .authority import Certificate
from .courier import Courier
from .cyrus import Cyrus
from .dovecot import Dovecot
from .dovecot_conf import Habits
from .imap import ImapServer, Stored
from .postfix import Postfix
from .postfix_conf import Manners
from .processes import ServerFailed, ServerMissing
from .rig import Mailbox, Rig
from .web import Web
from .web_conf import Page

__all__ = [
    "Certificate",
    "Courier",
    "Cyrus",
    "Dovecot",
    "Habits",
    "ImapServer",
    "Mailbox",
    "Manners",
    "Page",
    "Postfix",
    "Rig",
    "ServerFailed",
    "ServerMissing",
    "Stored",
    "Web",
]
