"""The mail of accounts brought into the store."""
