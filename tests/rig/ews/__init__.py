"""An Exchange server for the tests: EWS over HTTPS, over mailboxes in memory."""

from .mailbox import ExchangeItem, ExchangeMailbox
from .server import ANY, ExchangeServer, Fault

__all__ = ["ANY", "ExchangeItem", "ExchangeMailbox", "ExchangeServer", "Fault"]
