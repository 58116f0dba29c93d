"""How often the tests with big numbers repeat: some by default, many with MAILCTL_SOAK."""

import os

# Read when the tests are collected: each test's own environment has no MAILCTL_ settings.
_IS_SOAK = bool(os.environ.get("MAILCTL_SOAK"))


def count(small: int, full: int) -> int:
    """Return `full` where the environment sets MAILCTL_SOAK, else `small`."""
    return full if _IS_SOAK else small
