"""Mailboxes connected, changed, moved and let go."""
