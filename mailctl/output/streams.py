"""Standard output as we write it: a reader that goes away is no crash."""

import os
from typing import TextIO

from mailctl.errors import ExitCode, MailctlError

_PLACES = 80


class OutputClosed(MailctlError):
    """The reader of our output went away: `mailctl … | head -1`."""

    exit_code = ExitCode.BROKEN_PIPE
    kind = "output-closed"


class OutputFailed(MailctlError):
    """Standard output cannot be written, a full disk behind it perhaps."""

    exit_code = ExitCode.UNEXPECTED
    kind = "output-failed"


class Output:
    """A text stream whose failures leave as ours.

    Only here is a broken pipe surely the reader of our output; elsewhere it is a
    server that closed the connection. `screen` is where a person sees it in the end,
    where that is not the stream itself.
    """

    def __init__(self, stream: TextIO, screen: TextIO | None = None) -> None:
        self._stream = stream
        self._screen = stream if screen is None else screen

    @property
    def is_terminal(self) -> bool:
        """Whether a person sees this."""
        return self._screen.isatty()

    @property
    def places(self) -> int:
        """How many characters a line of the terminal has."""
        try:
            return os.get_terminal_size(self._screen.fileno()).columns or _PLACES
        except OSError:  # no file at all, or none with a size
            return _PLACES

    def write(self, text: str) -> int:
        """Write text. Raises OutputClosed or OutputFailed."""
        try:
            return self._stream.write(text)
        except OSError as error:
            raise output_failure(error) from error

    def write_octets(self, octets: bytes) -> None:
        """Write bytes as they are, after the text before. Raises OutputClosed or OutputFailed."""
        self.flush()
        left = memoryview(octets)
        try:
            while left:  # with PYTHONUNBUFFERED a write may be cut short
                left = left[self._stream.buffer.write(left) :]
            self._stream.buffer.flush()
        except OSError as error:
            raise output_failure(error) from error

    def flush(self) -> None:
        """Hand everything written to the reader. Raises OutputClosed or OutputFailed."""
        try:
            self._stream.flush()
        except OSError as error:
            raise output_failure(error) from error


def output_failure(error: OSError) -> MailctlError:
    """Return what a failure to write standard output is to mailctl."""
    if isinstance(error, BrokenPipeError):
        return OutputClosed("the reader of the output went away")
    return OutputFailed(
        f"the output cannot be written: {error.strerror}",
        hint="nothing stored was lost; check the disk that the output goes to",
    )
