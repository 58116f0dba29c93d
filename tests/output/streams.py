"""Standard output for tests: a file in memory that may say that it is a terminal."""

import io


class Terminal(io.StringIO):
    """A stream with a person behind it."""

    def isatty(self) -> bool:
        """Say yes."""
        return True
