"""Rows written in the format that was asked for; nothing else knows formats."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from itertools import chain
from typing import TYPE_CHECKING, Any, TypeVar

from mailctl.errors import BadUsage
from mailctl.output.columns import aligned
from mailctl.output.streams import Output
from mailctl.output.terminal import harmless
from mailctl.output.values import as_json, cell, csv_cell, plain
from mailctl.output.view import View
from mailctl.records import dataclass

if TYPE_CHECKING:
    from mailctl.output.lines import Line
    from mailctl.output.tables import Table

Row = TypeVar("Row")
Document = Mapping[str, object]


class Format(StrEnum):
    """How results are written."""

    TABLE = "table"
    JSON = "json"
    NDJSON = "ndjson"
    YAML = "yaml"
    CSV = "csv"


@dataclass(frozen=True)
class Printer:
    """Writes results to standard output in one format."""

    output: Output
    format: Format
    fields: tuple[str, ...] = ()
    is_colored: bool = False
    jq: str | None = None
    """What is selected of JSON; the format is JSON or NDJSON then."""

    def check(self, *views: View[Any]) -> None:
        """Raise BadUsage for chosen fields that no `one` or `list` of these would have."""
        self.check_jq()
        for view in views[1:]:
            if set(self.fields) <= set((self._parts(view) or view).fields):
                return
        (self._parts(views[0]) or views[0]).check(self.fields)

    def check_jq(self) -> None:
        """Raise BadUsage for an expression that jq does not understand."""
        if self.jq is not None:
            from mailctl.output.selecting import program

            program(self.jq)

    def list(self, view: View[Row], rows: Iterable[Row]) -> None:
        """Write many things, one by one where the format allows it."""
        view.check(self.fields)
        if view.prose is not None and self.format is Format.TABLE and not self.fields:
            for row in rows:
                self.text(view.prose(row))
            return
        names = self.fields or tuple(view.fields)
        if self.format is Format.TABLE:
            self._write_table(view, rows)
            return
        documents = (_plain(view.document(row, self.fields)) for row in rows)
        match self.format:
            case Format.JSON if self.jq is not None:
                self._write_json([*documents])
            case Format.JSON:
                self._write(_json_array(documents))
            case Format.NDJSON:
                for document in documents:
                    self._write_json(document)
            case Format.YAML:
                self._write([_yaml([*documents])])
            case Format.CSV:
                self._write_csv(names, documents)

    def one(self, view: View[Row], row: Row) -> None:
        """Write one thing: an object, or a line a field, or the table of its parts."""
        if view.page is not None and self.format is Format.TABLE and not self.fields:
            self._write_page(view.page(row, self._places))
            return
        if view.rows is not None and self._parts(view):
            self.list(view.rows.view, view.rows.of(row))
            return
        view.check(self.fields)
        document = _plain(view.document(row, self.fields))
        match self.format:
            case Format.JSON:
                self._write_json(document, indent=2)
            case Format.NDJSON:
                self._write_json(document)
            case Format.YAML:
                self._write([_yaml(document)])
            case Format.CSV:
                self._write_csv(tuple(document), [document])
            case Format.TABLE if view.prose is not None and not self.fields:
                self.text(view.prose(row))
            case Format.TABLE:
                self._write(_field_lines(document))

    def line(self, view: View[Row], row: Row, **labels: str) -> None:
        """Write one of many things as a line of JSON, for a reader who waits for it.

        The labels come first, unless fields were chosen.
        """
        view.check(self.fields)
        document = _plain(view.document(row, self.fields))
        self._write_json(document if self.fields else {**labels, **document})

    def stream(self, view: View[Row]) -> Callable[[Row], None]:
        """Return what writes one of many things at once, for a reader who waits for it.

        JSON is a line a thing here, YAML an item of a list, CSV a row below the names.
        """
        view.check(self.fields)
        names = self.fields or tuple(view.fields)
        if self.format is Format.CSV:
            self._write_csv(names, [])

        def write(row: Row) -> None:
            document = _plain(view.document(row, self.fields))
            match self.format:
                case Format.JSON | Format.NDJSON:
                    self._write_json(document)
                case Format.YAML:
                    self._write([_yaml([document])])
                case Format.CSV:
                    self._write_csv(names, [document], has_names=False)
                case Format.TABLE if view.prose is not None and not self.fields:
                    self.text(view.prose(row))
                case Format.TABLE:
                    self._write([aligned([[cell(document[name]) for name in names]])])

        return write

    def _parts(self, view: View[Any]) -> View[Any] | None:
        """Return what the parts look like where the format shows them rather than the thing."""
        if view.rows is None:
            return None
        is_of_lines = self.format in {Format.TABLE, Format.CSV}
        is_stream = self.format is Format.NDJSON and view.rows.are_lines
        return view.rows.view if is_of_lines or is_stream else None

    def text(self, text: str) -> None:
        """Write text for people, made harmless; nothing where there is none."""
        if text:
            self._write([harmless(text.rstrip("\n")) + "\n"])

    @property
    def _places(self) -> int | None:
        return self.output.places if self.output.is_terminal else None

    def _write_page(self, lines: "Iterable[Line]") -> None:
        from mailctl.output.lines import written

        self._write(written(lines, colored=self.is_colored))

    def _write_table(self, view: View[Row], rows: Iterable[Row]) -> None:
        if view.prose is not None and not self.fields:
            for row in rows:
                self.text(view.prose(row))
            return
        if view.chart is not None and self._places is not None and not self.fields:
            self._write_page(view.chart([*rows], self._places))
            return
        from mailctl.output.tables import Table

        columns = self.fields or view.table or tuple(view.fields)
        table = Table(columns, view.whole)
        if self._places is None:
            self._write(table.lines([view.fields[name](row) for name in columns] for row in rows))
            return
        lines = self._ruled(table, view, rows, self._places)
        first = next(lines, None)
        if first is None:
            self.text(view.nothing)
        else:
            self._write(chain([first], lines))

    def _ruled(
        self, table: "Table", view: View[Row], rows: Iterable[Row], places: int
    ) -> Iterator[str]:
        """Yield the lines of a table, bold where a row stands out and there is colour."""
        outstanding: deque[bool] = deque([False, False])  # the names and the rule

        def cells() -> Iterator[Sequence[object]]:
            for row in rows:
                stands_out = self.is_colored and view.stands_out and view.stands_out(row)
                outstanding.append(bool(stands_out))
                yield [view.fields[name](row) for name in table.columns]

        for line in table.ruled(cells(), places):
            yield f"\x1b[1m{line[:-1]}\x1b[0m\n" if outstanding.popleft() else line

    def document(self, document: Document) -> None:
        """Write what is JSON by nature: as YAML where that was asked for, else as JSON."""
        if self.format is Format.YAML:
            self._write([_yaml(document)])
        else:
            self._write_json(document, indent=None if self.format is Format.NDJSON else 2)

    def octets(self, octets: bytes) -> None:
        """Write bytes as they are; a terminal gets them as harmless text.

        Raises BadUsage where something is to be selected from them.
        """
        if self.jq is not None:
            raise BadUsage("--jq selects from JSON, and this is none", hint="leave out --jq")
        if self.output.is_terminal:
            self.text(octets.decode("utf-8", "replace").replace("\r\n", "\n"))
        else:
            self.output.write_octets(octets)

    def _write_csv(
        self, columns: Sequence[str], documents: Iterable[Document], *, has_names: bool = True
    ) -> None:
        import csv

        writer = csv.writer(self.output, lineterminator="\n")
        if has_names:
            writer.writerow(columns)
        for document in documents:
            writer.writerow([csv_cell(document[name]) for name in columns])
        self.output.flush()

    def _write_json(self, document: object, *, indent: int | None = None) -> None:
        if self.jq is None:
            self._write([as_json(document, indent=indent) + "\n"])
            return
        from mailctl.output.selecting import selected

        self._write(selected(self.jq, document))

    def _write(self, pieces: Iterable[str]) -> None:
        for piece in pieces:
            self.output.write(piece)
        self.output.flush()


def _plain(document: Document) -> dict[str, object]:
    return {name: plain(value) for name, value in document.items()}


def _json_array(documents: Iterable[Document]) -> Iterator[str]:
    opening = "[\n"
    for document in documents:
        yield opening + as_json(document)
        opening = ",\n"
    yield "[]\n" if opening == "[\n" else "\n]\n"


def _yaml(value: object) -> str:
    import yaml  # 20 ms, for this format alone

    class Dumper(yaml.SafeDumper):
        def represent_text(self, text: str) -> yaml.ScalarNode:
            # quoted, so that the escapes of `harmless` are YAML's own
            style = None if harmless(text) == text else '"'
            return self.represent_scalar("tag:yaml.org,2002:str", text, style)

    Dumper.add_representer(str, Dumper.represent_text)
    return harmless(yaml.dump(value, Dumper=Dumper, allow_unicode=True, sort_keys=False))


def _field_lines(document: Document) -> Iterator[str]:
    width = max(map(len, document), default=0) + 2
    for name, value in document.items():
        label = f"{name.replace('_', ' ')}:".ljust(width)
        if isinstance(value, list) and any(isinstance(item, dict) for item in value):
            yield label.rstrip() + "\n"
            yield from (f"  {cell(item)}\n" for item in value)
        elif isinstance(value, dict) and any(isinstance(v, dict | list) for v in value.values()):
            yield label.rstrip() + "\n"
            yield from (f"  {inner}: {cell(item)}\n" for inner, item in value.items())
        else:
            yield f"{label}{cell(value)}".rstrip() + "\n"
