"""How mailboxes are reached: which accounts, by which secrets, signed in as whom."""
