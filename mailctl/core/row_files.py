"""Rows of CSV and JSON files, each with the line it begins in; no row stops those behind it."""

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, cast

from mailctl.domain.records import RowFormat
from mailctl.errors import BadUsage
from mailctl.records import dataclass

STDIN = "-"
_LARGEST_CELL, _LARGEST_LINE, _LARGEST_ARRAY = 1 << 20, 8 << 20, 64 << 20
_MOST_COLUMNS = 1_000
_TOO_LONG = "\ud800"
"""Stands for a line that is too long; no decoder gives it."""
_NO_TEXT = re.compile("[\udc80-\udcff]")
# Apostrophes that we, or a spreadsheet, put before what would start a formula: one is not meant.
_ESCAPED = re.compile(r"'(?='*[=+\-@\t\r\n＝＋－＠])")
_BLANKS = re.compile(r"[\s,]*")
_WIDE = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}


_ENDINGS = {"jsonl": RowFormat.NDJSON, **{each.value: each for each in RowFormat}}


@dataclass(frozen=True)
class Row:
    """What a row says, by the names of its columns; of a row with trouble that is nothing."""

    line: int
    values: Mapping[str, object]
    trouble: str | None = None


@dataclass(frozen=True)
class Cells:
    """A row of a table, its cells in the order of the columns; one with trouble has none."""

    line: int
    cells: Sequence[str]
    trouble: str | None = None


@contextmanager
def rows(
    path: str, stdin: BinaryIO, *, form: RowFormat | None, encoding: str | None
) -> Iterator[Iterator[Row]]:
    """Give the rows of a file, `-` being standard input, in bounded memory.

    Text is UTF-8, or UTF-16 with its mark, unless an encoding is named. Raises BadUsage for
    what cannot be opened; the rows raise it for what has no rows at all.
    """
    chosen = format_of(path, form)
    with lines_of(path, stdin, encoding=encoding) as lines:
        yield _READERS[chosen](lines)


def format_of(path: str, form: RowFormat | None) -> RowFormat:
    """Return the format that was chosen, else that of a file's name. Raises BadUsage."""
    chosen = form or _ENDINGS.get(path.rpartition(".")[2].lower())
    if chosen is None:
        raise BadUsage(f"what {path} holds is not clear", hint="say it: --format csv")
    return chosen


@contextmanager
def lines_of(path: str, stdin: BinaryIO, *, encoding: str | None) -> Iterator[Iterator[str]]:
    """Give the lines of a file with their ends, as `rows` reads them; see `objection`."""
    with _opened(path, stdin) as binary:
        text = _text(binary, encoding)
        try:
            yield _lines(text)
        finally:
            text.detach()


@contextmanager
def _opened(path: str, stdin: BinaryIO) -> Iterator[io.BufferedReader]:
    if path == STDIN:
        reader = io.BufferedReader(cast("io.RawIOBase", stdin))
        try:
            yield cast("io.BufferedReader", reader)
        finally:
            reader.detach()
        return
    try:
        file = Path(path).open("rb")  # noqa: SIM115 (its errors are not those of who reads)
    except (OSError, ValueError) as error:
        raise BadUsage(
            f"the file {path} cannot be read: {getattr(error, 'strerror', error)}",
            hint="name a file, or - for standard input",
        ) from error
    with file:
        yield file


def _text(binary: io.BufferedReader, encoding: str | None) -> io.TextIOWrapper:
    encoding = encoding or _WIDE.get(binary.peek(2)[:2], "utf-8-sig")
    # what is no text becomes what no text holds, so that each row can say it of itself; the
    # codecs of two bytes have no such way
    is_wide = encoding.lower().replace("_", "-").startswith(("utf-16", "utf-32"))
    try:
        return io.TextIOWrapper(
            binary, encoding, errors="replace" if is_wide else "surrogateescape", newline=""
        )
    except LookupError as error:
        raise BadUsage(f"{encoding!r} is no encoding", hint="e.g. --encoding cp1252") from error


def _lines(text: io.TextIOWrapper) -> Iterator[str]:
    while line := text.readline(_LARGEST_LINE):
        if len(line) < _LARGEST_LINE:
            yield line
            continue
        while line and line[-1:] not in {"\n", "\r"}:
            line = text.readline(_LARGEST_LINE)
        yield f"{_TOO_LONG}\n"


def objection(text: str) -> str | None:
    """Return why nothing can be made of a text of `lines_of`, None where something can."""
    if _TOO_LONG in text:
        return f"a line is longer than {_LARGEST_LINE >> 20} MiB"
    if (found := _NO_TEXT.search(text)) is not None:
        return f"the byte 0x{ord(found[0]) - 0xDC00:02X} is no text in this encoding (--encoding)"
    if "\ufffd" in text:
        return "it holds U+FFFD, which stands for what could not be read"
    return None


def table(lines: Iterator[str]) -> tuple[Sequence[str], Iterator[Cells]]:
    """Return the names of the columns of CSV, and the rows below them that are not empty.

    Columns are separated by what the first line has most of: comma, semicolon or tab. Raises
    BadUsage where that line names none.
    """
    head = next(lines, "")
    separator = max(",;\t", key=head.count)
    csv.field_size_limit(_LARGEST_CELL)
    reader = csv.reader(_joined(head, lines), delimiter=separator, strict=True)
    try:
        names = _names(next(reader, ()))
    except csv.Error as error:
        raise BadUsage(f"the line of column names is no CSV: {error}") from error
    return names, _rows_below(names, reader)


def _rows_below(names: Sequence[str], reader: Any) -> Iterator[Cells]:
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield Cells(line, (), f"no CSV: {error}; read up to line {reader.line_num}")
            continue
        if any(map(str.strip, cells)):
            yield _cells(line, names, cells)


def _csv_rows(lines: Iterator[str]) -> Iterator[Row]:
    names, found = table(lines)
    for row in found:
        yield Row(row.line, dict(zip(names, row.cells, strict=False)), row.trouble)


def _joined(head: str, lines: Iterable[str]) -> Iterator[str]:
    if head:
        yield head
    yield from lines


def _names(cells: Sequence[str]) -> Sequence[str]:
    if len(cells) > _MOST_COLUMNS:
        raise BadUsage(f"there are more than {_MOST_COLUMNS} columns")
    for cell in cells:
        if (why := objection(cell)) is not None:
            raise BadUsage(f"the line of column names cannot be read: {why}")
    return [cell.strip() for cell in cells]


def _cells(line: int, names: Sequence[str], cells: Sequence[str]) -> Cells:
    if any(cells[len(names) :]):
        trouble: str | None = f"it has {len(cells)} cells, and there are {len(names)} columns"
    else:
        trouble = next((why for cell in cells if (why := objection(cell))), None)
    if trouble is not None:
        return Cells(line, (), trouble)
    meant = [cell[1:] if _ESCAPED.match(cell) else cell for cell in cells[: len(names)]]
    return Cells(line, meant)


def _line_rows(lines: Iterator[str]) -> Iterator[Row]:
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        why = objection(line)
        if why is not None:
            yield Row(number, {}, why)
            continue
        try:
            yield _document(number, json.loads(line))
        except (ValueError, RecursionError) as error:
            yield Row(number, {}, f"no JSON: {error}")


def _array_rows(lines: Iterator[str]) -> Iterator[Row]:
    """Yield the objects of an array, or those that follow each other, however they are laid out."""
    text = "".join(_bounded(lines))
    decoder = json.JSONDecoder()
    start = text.find("[") + 1 if text.lstrip()[:1] == "[" else 0
    place, line, counted = start, 1, 0
    while (place := _blank_end(text, place)) < len(text) and text[place] != "]":
        line, counted = line + text.count("\n", counted, place), place
        try:
            value, place = decoder.raw_decode(text, place)
        except (ValueError, RecursionError) as error:
            yield Row(line, {}, f"no JSON from here on: {error}")
            return
        yield _document(line, value)


def _blank_end(text: str, place: int) -> int:
    found = _BLANKS.match(text, place)
    return place if found is None else found.end()


def _bounded(lines: Iterable[str]) -> Iterator[str]:
    size = 0
    for number, line in enumerate(lines, start=1):
        if (why := objection(line)) is not None:
            raise BadUsage(f"line {number} cannot be read: {why}")
        size += len(line)
        if size > _LARGEST_ARRAY:
            raise BadUsage(
                f"the array is larger than {_LARGEST_ARRAY >> 20} MiB",
                hint="write an object a line: jq -c '.[]', and --format ndjson",
            )
        yield line


def _document(line: int, value: object) -> Row:
    if not isinstance(value, dict):
        return Row(line, {}, "no object of JSON")
    return Row(line, value)


_READERS = {
    RowFormat.CSV: _csv_rows,
    RowFormat.JSON: _array_rows,
    RowFormat.NDJSON: _line_rows,
}
