"""contact and company import, export: people and organisations from files and to files."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Annotated

import typer

from mailctl.app import App
from mailctl.cli import contact_options as o
from mailctl.cli.commands import Noun
from mailctl.domain.records import RowFormat
from mailctl.errors import BadUsage
from mailctl.output.render import Format
from mailctl.output.views.contacts import (
    COMPANY,
    COMPANY_SHEET,
    CONTACT,
    IMPORT_REPORT,
    SHEET,
)

if TYPE_CHECKING:
    from mailctl.core.contacts.rows import ContactRow
    from mailctl.core.import_reports import ImportReport

contact_commands = Noun("")
company_commands = Noun("")
File = Annotated[str, typer.Argument(help="CSV, vCard, JSON or NDJSON; - for standard input.")]
FileFormat = Annotated[
    str | None, typer.Option("--format", help="csv, vcard, json, ndjson; else by the name.")
]
Columns = Annotated[
    list[str] | None,
    typer.Option("--map", metavar="COLUMN=FIELD", help="What a column is: 'E-Mail privat=email'."),
]
Encoding = Annotated[
    str | None, typer.Option("--encoding", help="Of the text, where it is not UTF-8 or UTF-16.")
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Tell what it would do.")]
OfOwner = Annotated[str | None, typer.Option("--owner", help="Only those of this owner.")]
WithTag = Annotated[str | None, typer.Option("--tag", help="Only with this tag.")]


@contact_commands.verb(
    "import",
    "mailctl contact import contacts.csv",
    "mailctl contact import addressbook.vcf --dry-run",
    "mailctl contact import - --format ndjson < contacts.ndjson",
    view=IMPORT_REPORT,
)
def import_contacts(
    ctx: typer.Context,
    file: File,
    format_: FileFormat = None,
    map_: Columns = None,
    encoding: Encoding = None,
    region: o.Region = None,
    dry_run: DryRun = False,
) -> None:
    """Take contacts over from a file; the same file again changes nothing.

    Known by id, then by e-mail. What a row says replaces what was there; ways to reach somebody are
    added. Bad rows are told by their line, and the others taken: exit 3, or 2 where all are bad.
    """
    from mailctl.core.contacts.contact_import import import_contacts

    found = _rows(ctx.obj, file, format_, map_ or (), encoding)
    _take_over(ctx.obj, import_contacts, found, file=file, region=region, is_dry=dry_run)


@company_commands.verb(
    "import",
    "mailctl company import companies.csv --map 'Website domain=domain'",
    "mailctl company export --format ndjson | mailctl company import - --format ndjson",
    view=IMPORT_REPORT,
)
def import_companies(
    ctx: typer.Context,
    file: File,
    format_: FileFormat = None,
    map_: Columns = None,
    encoding: Encoding = None,
    region: o.Region = None,
    dry_run: DryRun = False,
) -> None:
    """Take companies over from a file; the same file again changes nothing.

    Known by id, then by domain, then by name. Name and owner replace what was there; domains, ways
    to reach it and tags are added. Bad rows are told by their line, and the others taken: exit 3,
    or 2 where all are bad.
    """
    from mailctl.core.contacts.company_import import import_companies

    found = _rows(ctx.obj, file, format_, map_ or (), encoding)
    _take_over(ctx.obj, import_companies, found, file=file, region=region, is_dry=dry_run)


@contact_commands.verb(
    "export",
    "mailctl contact export --format vcard > contacts.vcf",
    "mailctl contact export --format csv --tag vip > vip.csv",
    lists=CONTACT,
)
def export_contacts(
    ctx: typer.Context,
    format_: Annotated[
        str | None,
        typer.Option("--format", help="csv, vcard, vcard4, json, ndjson; -o too, csv without."),
    ] = None,
    company: Annotated[str | None, typer.Option("--company", help="Only of this company.")] = None,
    owner: OfOwner = None,
    tag: WithTag = None,
) -> None:
    """Write contacts to standard output, as other programs, and `contact import`, read them."""
    from dataclasses import replace

    from mailctl.core.contacts.contacts import listed_contacts

    app: App = ctx.obj
    format_ = format_ or app.options.output or "csv"
    if format_ not in {"csv", "vcard", "vcard4", "json", "ndjson"}:
        raise BadUsage(f"{format_!r} is no format", hint="choose csv, vcard, vcard4, json, ndjson")
    with app.store.reading() as tx:
        found = listed_contacts(tx, words=None, company=company, owner=owner, tag=tag)
        if format_.startswith("vcard"):
            from mailctl.core.contacts.vcards import vcard

            version = "4.0" if format_ == "vcard4" else "3.0"
            for contact in found:
                app.printer.octets(vcard(contact, version=version).encode())
            return
        app.options = replace(app.options, output=Format(format_))
        app.printer.list(SHEET if format_ == "csv" else CONTACT, found)


@company_commands.verb(
    "export",
    "mailctl company export > companies.csv",
    "mailctl company export --format ndjson --tag customer",
    lists=COMPANY,
    is_checked=False,
)
def export_companies(
    ctx: typer.Context,
    format_: Annotated[
        RowFormat | None, typer.Option("--format", help="How; -o says it too. CSV without.")
    ] = None,
    tag: WithTag = None,
) -> None:
    """Write companies to standard output, as spreadsheets, and `company import`, read them."""
    from dataclasses import replace

    from mailctl.core.contacts.contacts import listed_companies

    app: App = ctx.obj
    written = Format(format_ or app.options.output or Format.CSV)
    app.options = replace(app.options, output=written)
    with app.store.reading() as tx:
        view = COMPANY_SHEET if written is Format.CSV else COMPANY
        app.printer.list(view, listed_companies(tx, words=None, tag=tag))


def _rows(
    app: App, file: str, format_: str | None, columns: Sequence[str], encoding: str | None
) -> "AbstractContextManager[Iterator[ContactRow]]":
    from mailctl.core.contacts.rows import rows

    pairs = [each.rpartition("=") for each in columns]
    if not all(column and field for column, _, field in pairs):
        raise BadUsage("--map takes COLUMN=FIELD", hint="e.g. --map 'E-Mail privat=email'")
    mapping = {column.strip(): field for column, _, field in pairs}
    return rows(file, app.stdin.buffer, form=format_, encoding=encoding, mapping=mapping)


def _take_over(
    app: App,
    take: "Callable[..., ImportReport]",
    rows: "AbstractContextManager[Iterator[ContactRow]]",
    *,
    file: str,
    region: str | None,
    is_dry: bool,
) -> None:
    source = f"import:{'stdin' if file == '-' else file.rpartition('/')[2]}"
    with rows as found:
        report = take(
            app.services, found, source=source, region=o.region_of(app, region), is_dry=is_dry
        )
    app.printer.one(IMPORT_REPORT, report)
    for error in report.errors[:10]:
        app.warn(f"line {error.line}: {error.message}")
    raise typer.Exit(int(report.exit_code))
