"""A table of nasty messages and of what must come of them; run by test_table.py."""
