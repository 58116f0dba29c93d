"""An Exchange server for the tests: EWS over HTTPS, over mailboxes in memory."""

from .mailbox import ExchangeItem, ExchangeMailbox
from .server import ExchangeServer, Fault

__all__ = ["ExchangeItem", "ExchangeMailbox", "ExchangeServer", "Fault"]
