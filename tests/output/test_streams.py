"""Standard output whose reader or disk is gone, really."""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import TextIO

import pytest

from mailctl.errors import ExitCode
from mailctl.output.render import Format, Printer
from mailctl.output.streams import Output, OutputClosed, OutputFailed
from mailctl.output.view import View

NAMES = View[str]({"name": lambda name: name})


@pytest.fixture
def unread() -> Iterator[TextIO]:
    reader, writer = os.pipe()
    os.close(reader)
    stream = os.fdopen(writer, "w", encoding="utf-8")
    yield stream
    with suppress(BrokenPipeError):  # what is still unwritten
        stream.close()


@pytest.fixture
def full() -> Iterator[TextIO]:
    if not Path("/dev/full").exists():
        pytest.skip("no /dev/full on this system")
    stream = os.fdopen(os.open("/dev/full", os.O_WRONLY), "w", encoding="utf-8")
    yield stream
    with suppress(OSError):  # what is still unwritten
        stream.close()


def test_a_reader_that_went_away_is_said_at_the_flush(unread: TextIO) -> None:
    output = Output(unread)
    output.write("short")
    with pytest.raises(OutputClosed) as closed:
        output.flush()
    assert closed.value.exit_code is ExitCode.BROKEN_PIPE


def test_a_reader_that_went_away_is_said_at_the_write(unread: TextIO) -> None:
    with pytest.raises(OutputClosed):
        Output(unread).write("x" * 1_000_000)


@pytest.mark.parametrize("format_", list(Format))
@pytest.mark.parametrize("count", [1, 20_000])
def test_every_format_says_that_its_reader_went_away(
    unread: TextIO, format_: Format, count: int
) -> None:
    with pytest.raises(OutputClosed):
        Printer(Output(unread), format_).list(NAMES, [f"name {count}"] * count)


@pytest.mark.parametrize("format_", list(Format))
def test_a_full_disk_is_said_with_its_reason(full: TextIO, format_: Format) -> None:
    with pytest.raises(OutputFailed) as failed:
        Printer(Output(full), format_).list(NAMES, ["name"])
    assert "No space left" in failed.value.sentence


def test_a_pipe_is_no_terminal(unread: TextIO) -> None:
    assert not Output(unread).is_terminal
