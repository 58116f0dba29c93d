"""Real mail, DNS and web servers on loopback, for tests, the demo and trying things by hand."""

from .authority import Certificate
from .dovecot import Dovecot, Stored
from .dovecot_conf import Habits
from .postfix import Postfix
from .postfix_conf import Manners
from .processes import ServerFailed, ServerMissing
from .rig import Mailbox, Rig
from .web import Web
from .web_conf import Page

__all__ = [
    "Certificate",
    "Dovecot",
    "Habits",
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
