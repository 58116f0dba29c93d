"""One mail a row: a template with fields and a text, filled from CSV or JSON."""

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mailctl.errors import BadUsage
from mailctl.mail.mailboxes import quoted_name

if TYPE_CHECKING:
    from jinja2 import Template as Compiled

_FIELD = re.compile(r"([!-9;-~]+):[ \t]*(.*)\Z")
_KNOWN = ("to", "cc", "bcc", "reply-to", "from", "subject", "attach", "idempotency-key")
_LONGEST = 10 << 20
_LARGEST_CELL = 1 << 20
Row = Mapping[str, object]


@dataclass(frozen=True)
class Filled:
    """A template with the values of a row in it; what it does not say is empty."""

    fields: Mapping[str, str]
    """To, Cc, Bcc, Reply-To, From, Subject, Attach, Idempotency-Key, in small letters."""
    headers: tuple[tuple[str, str], ...]
    text: str
    html: str | None = None


@dataclass(frozen=True)
class Template:
    """A template that was read and found to be one."""

    fields: "Mapping[str, Compiled]"
    headers: "tuple[tuple[str, Compiled], ...]"
    text: "Compiled"
    html: "Compiled | None" = None

    def fill(self, row: Row, number: int) -> Filled:
        """Return the mail of a row. Raises BadUsage where the row lacks what it takes."""

        def filled(template: "Compiled") -> str:
            return _rendered(template, row, number)

        return Filled(
            fields={name: filled(each).strip() for name, each in self.fields.items()},
            headers=tuple((name, filled(each).strip()) for name, each in self.headers),
            text=filled(self.text),
            html=None if self.html is None else filled(self.html),
        )


def read_template(text: str, html: str | None = None) -> Template:
    """Return the template: header lines, an empty line, a text (Jinja). Raises BadUsage."""
    head, _, body = text.replace("\r\n", "\n").removeprefix("\ufeff").partition("\n\n")
    fields: dict[str, Compiled] = {}
    headers: list[tuple[str, Compiled]] = []
    for line in _unfolded(head):
        found = _FIELD.match(line)
        if found is None:
            raise BadUsage(
                f"{line[:60]!r} in the template is no header line",
                hint="begin with lines such as To: {{ email }}, then an empty line, then the text",
            )
        name, value = found[1], _compiled(found[2], is_html=False)
        if name.lower() in _KNOWN:
            if name.lower() in fields:
                raise BadUsage(f"the template has {name} twice", hint="put them on one line")
            fields[name.lower()] = value
        else:
            headers.append((name, value))
    return Template(
        fields=fields,
        headers=tuple(headers),
        text=_compiled(body, is_html=False),
        html=None if html is None else _compiled(html, is_html=True),
    )


def read_rows(text: str, *, kind: str) -> Iterator[Row]:
    """Yield the rows of CSV with a header line, of a JSON array, or of JSON lines.

    `kind` is `csv`, `json` or `ndjson`. Raises BadUsage, naming the row.
    """
    text = text.removeprefix("\ufeff")
    if kind == "csv":
        yield from _csv_rows(text)
        return
    try:
        found = (
            [json.loads(line) for line in text.splitlines() if line.strip()]
            if kind == "ndjson"
            else json.loads(text)
        )
    except (json.JSONDecodeError, RecursionError) as error:
        raise BadUsage(
            f"the data is no {kind.upper()}: {error}",
            hint="JSON is an array of objects, NDJSON an object a line; name the file .csv for CSV",
        ) from error
    if not isinstance(found, list):
        raise BadUsage("the data is no list of rows", hint="write a JSON array of objects")
    for number, row in enumerate(found, start=1):
        if not isinstance(row, dict):
            raise BadUsage(
                f"row {number} of the data is no object", hint='write {"email": "ada@x.example"}'
            )
        yield row


def _csv_rows(text: str) -> Iterator[Row]:
    csv.field_size_limit(_LARGEST_CELL)
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    try:
        names = reader.fieldnames or []
        if len(set(names)) < len(names):
            raise BadUsage(
                "the data names a column twice in its first line", hint="rename one of them"
            )
        for number, row in enumerate(reader, start=1):
            if None in row or None in row.values():
                raise BadUsage(
                    f"row {number} of the data has another number of cells than its first line",
                    hint="put cells that hold commas into quotes",
                )
            yield {str(name): value for name, value in row.items()}
    except csv.Error as error:
        raise BadUsage(
            f"the data is no CSV (line {reader.line_num}): {error}",
            hint="quotes within a cell are written twice, and a cell ends within 1 MiB",
        ) from error


def mailbox(name: object, address: object) -> str:
    """Return name and address as one mailbox, whatever the name holds: commas, quotes.

    Raises ValueError for an address that would be several.
    """
    if any(character in str(address) for character in "<>,;\r\n"):
        raise ValueError(f"{str(address)[:100]!a} is not one mail address")
    words = " ".join(str(name).split())
    return f"{quoted_name(words)} <{address}>" if words else str(address)


def _empty_for_null(value: object) -> object:
    """Return what a value is in a mail: nothing for JSON's null, as for an empty cell."""
    return "" if value is None else value


def _unfolded(head: str) -> Iterator[str]:
    line = ""
    for each in head.split("\n"):
        if each.startswith((" ", "\t")) and line:
            line += f" {each.strip()}"
            continue
        if line:
            yield line
        line = each
    if line:
        yield line


def _compiled(text: str, *, is_html: bool) -> "Compiled":
    from jinja2 import StrictUndefined, TemplateSyntaxError
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    environment = ImmutableSandboxedEnvironment(
        undefined=StrictUndefined,
        autoescape=is_html,
        keep_trailing_newline=True,
        finalize=_empty_for_null,
    )
    # range() alone could fill all memory
    environment.globals = {"mailbox": mailbox}
    try:
        return environment.from_string(text)
    except TemplateSyntaxError as error:
        raise BadUsage(
            f"the template cannot be read (line {error.lineno}): {error.message}",
            hint="values are written {{ name }}",
        ) from error


def _rendered(template: "Compiled", row: Row, number: int) -> str:
    from jinja2 import TemplateError

    values: dict[str, Any] = dict(row)
    names = ", ".join(map(str, row))[:200] or "none"
    hint, pieces, length = f"the columns of that row: {names}", [], 0
    try:
        for piece in template.generate(values):
            length += len(piece)
            if length > _LONGEST:
                raise BadUsage(
                    f"the mail of row {number} is longer than 10 MiB", hint="attach what is long"
                )
            pieces.append(piece)
    except TemplateError as error:
        raise BadUsage(f"row {number}: {error.message}", hint=hint) from error
    except (
        TypeError,
        ValueError,
        ArithmeticError,
        LookupError,
        RecursionError,
        MemoryError,
    ) as error:
        raise BadUsage(
            f"row {number}: the template cannot be filled: {error}", hint=hint
        ) from error
    return "".join(pieces)
