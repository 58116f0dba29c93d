"""mailctl connects any mailbox, keeps it in sync and turns its mail into data."""

__version__ = "0.1.0"
