"""Real mail and DNS servers on loopback, for tests, for the demo and for trying things by hand."""

from .dovecot import Dovecot, Stored
from .dovecot_conf import Habits
from .postfix import Postfix
from .postfix_conf import Manners
from .processes import ServerFailed, ServerMissing
from .rig import Mailbox, Rig

__all__ = [
    "Dovecot",
    "Habits",
    "Mailbox",
    "Manners",
    "Postfix",
    "Rig",
    "ServerFailed",
    "ServerMissing",
    "Stored",
]
