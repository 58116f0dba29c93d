"""record import, export: records from files and to files."""

from typing import Annotated

import typer

from mailctl.app import App
from mailctl.cli import offering
from mailctl.cli.commands import Noun
from mailctl.domain.records import RowFormat
from mailctl.errors import BadUsage
from mailctl.output.views.records import RECORDS, RECORDS_IMPORTED

commands = Noun("")


@commands.verb(
    "import",
    "mailctl record import invoices.csv --type invoice",
    "mailctl record import deals.csv --type deal --map 'Deal Name=title' --dry-run",
    "mailctl record export --format ndjson | mailctl record import - --format ndjson",
    view=RECORDS_IMPORTED,
)
def import_(
    ctx: typer.Context,
    file: Annotated[str, typer.Argument(help="CSV, JSON or NDJSON; - for standard input.")],
    kind: Annotated[
        str | None,
        typer.Option(
            "--type",
            help="The type of rows that do not say theirs.",
            autocompletion=offering.record_types,
        ),
    ] = None,
    format_: Annotated[
        RowFormat | None, typer.Option("--format", help="What it is, if its name does not say it.")
    ] = None,
    map_: Annotated[
        list[str] | None,
        typer.Option("--map", metavar="COLUMN=FIELD", help="What a column is: number, title …"),
    ] = None,
    encoding: Annotated[
        str | None, typer.Option("--encoding", help="Of the text, where it is not UTF-8 or UTF-16.")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Tell what would be done, and do nothing.")
    ] = False,
) -> None:
    """Take records over from a file; the same file again changes nothing.

    Columns are id, type, number, title, owner, tags, and the fields of the type. A row is the
    record of its id, else of its number; what it says replaces what was there, tags are added, and
    an empty cell says nothing. Bad rows are told by their line: exit 3, or 2 where all are bad.
    """
    from mailctl.core.records.importing import Taking, import_records
    from mailctl.core.row_files import STDIN, rows

    app: App = ctx.obj
    pairs = [each.rpartition("=") for each in map_ or ()]
    if not all(column and field for column, _, field in pairs):
        raise BadUsage("--map takes COLUMN=FIELD", hint="e.g. --map 'Deal Name=title'")
    taking = Taking(
        kind=kind,
        columns={column.strip(): field for column, _, field in pairs},
        source=f"import:{'stdin' if file == STDIN else file.rpartition('/')[2]}",
        is_dry=dry_run,
    )
    with rows(file, app.stdin.buffer, form=format_, encoding=encoding) as found:
        report = import_records(app.services, found, taking)
    app.printer.one(RECORDS_IMPORTED, report)
    for error in report.errors[:10]:
        app.warn(f"line {error.line}: {error.message}")
    if report.ignored:
        app.notice(f"columns that mean nothing here: {', '.join(report.ignored)}")
    raise typer.Exit(int(report.exit_code))


@commands.verb(
    "export",
    "mailctl record export --type invoice > invoices.csv",
    "mailctl record export --format ndjson > records.ndjson",
    lists=RECORDS,
    is_checked=False,
)
def export(
    ctx: typer.Context,
    kind: Annotated[
        str | None,
        typer.Option("--type", help="Only of this type.", autocompletion=offering.record_types),
    ] = None,
    owner: Annotated[str | None, typer.Option("--owner", help="Only those of this owner.")] = None,
    tag: Annotated[str | None, typer.Option("--tag", help="Only with this tag.")] = None,
    format_: Annotated[
        RowFormat | None, typer.Option("--format", help="How; -o says it too. CSV without.")
    ] = None,
) -> None:
    """Write records to standard output, as spreadsheets, and `record import`, read them."""
    from dataclasses import replace

    from mailctl.core.records.records import fields_of, listed_records
    from mailctl.output.render import Format
    from mailctl.output.views.records import sheet

    app: App = ctx.obj
    written = Format(format_ or app.options.output or Format.CSV)
    app.options = replace(app.options, output=written)
    with app.store.reading() as tx:
        view = sheet(fields_of(tx, kind)) if written is Format.CSV else RECORDS
        app.printer.list(view, listed_records(tx, words=None, kind=kind, owner=owner, tag=tag))
