"""record: deals, invoices, cases, and whatever else mail is about."""

from typing import Annotated

import typer

from mailctl.app import App
from mailctl.cli import offering, record_files, record_types
from mailctl.cli.commands import Noun
from mailctl.cli.timelines import record_commands
from mailctl.output.views.records import RECORDS

commands = Noun("Keep what mail is about: deals, invoices, cases.")
commands.add_typer(record_types.commands, name="type")
commands.include(record_files.commands)
commands.include(record_commands)

Named = Annotated[str, typer.Argument(metavar="RECORD", help="Its id, or TYPE:NUMBER.")]
OfType = Annotated[
    str | None,
    typer.Option("--type", help="Only of this type.", autocompletion=offering.record_types),
]
OfOwner = Annotated[str | None, typer.Option("--owner", help="Only those of this owner.")]
WithTag = Annotated[str | None, typer.Option("--tag", help="Only with this tag.")]


@commands.verb(
    "add",
    "mailctl record add invoice:INV-4711 --title 'Two printers' --field amount=398.00",
    "mailctl record add deal:2026-17 --tag big --if-missing",
    view=RECORDS,
)
def add(
    ctx: typer.Context,
    record: Annotated[
        str, typer.Argument(metavar="TYPE:NUMBER", help="What it is, and its number.")
    ],
    title: Annotated[str, typer.Option("--title", help="What it is called.")] = "",
    field: Annotated[
        list[str] | None,
        typer.Option("--field", metavar="NAME=VALUE", help="The value of a field of its type."),
    ] = None,
    owner: Annotated[str, typer.Option("--owner", help="Who of your people looks after it.")] = "",
    tag: Annotated[list[str] | None, typer.Option("--tag", help="A word to find it by.")] = None,
    if_missing: Annotated[
        bool, typer.Option("--if-missing", help="Where it is there, leave it as it is.")
    ] = False,
) -> None:
    """Store a new record. Exit 9 where its type has one of that number."""
    from mailctl.core.records.changes import Change, parsed
    from mailctl.core.records.records import add_record

    app: App = ctx.obj
    changes = [
        Change("title", "=", title),
        Change("owner", "=", owner),
        *(Change("tags", "+=", each) for each in tag or ()),
        *parsed(field or ()),
    ]
    app.printer.one(RECORDS, add_record(app.services, record, changes, if_missing=if_missing))


@commands.verb(
    "list",
    "mailctl record list --type invoice",
    "mailctl record list printer -o ndjson | jq -r .number",
    lists=RECORDS,
)
def list_(
    ctx: typer.Context,
    words: Annotated[
        str | None, typer.Argument(help="What stands in a number, a title, or a value.")
    ] = None,
    kind: OfType = None,
    owner: OfOwner = None,
    tag: WithTag = None,
) -> None:
    """List records by type and number."""
    from mailctl.core.records.records import listed_records

    app: App = ctx.obj
    with app.store.reading() as tx:
        found = listed_records(tx, words=words, kind=kind, owner=owner, tag=tag)
        app.printer.list(RECORDS, found)


@commands.verb("show", "mailctl record show invoice:INV-4711", view=RECORDS)
def show(ctx: typer.Context, record: Named) -> None:
    """Show a record."""
    from mailctl.core.records.records import record_named

    app: App = ctx.obj
    with app.store.reading() as tx:
        app.printer.one(RECORDS, record_named(tx, record))


@commands.verb(
    "set",
    "mailctl record set invoice:INV-4711 title='Two printers' amount=398.00 tags+=paid",
    "mailctl record set rec_0123456789 number=INV-4712 owner=",
    view=RECORDS,
)
def set_(
    ctx: typer.Context,
    record: Named,
    changes: Annotated[
        list[str], typer.Argument(metavar="KEY=VALUE...", help="KEY=VALUE, tags+=TAG, tags-=TAG.")
    ],
) -> None:
    """Change a record: number, title, owner, tags, or a field of its type; empty takes it away."""
    from mailctl.core.records.changes import parsed
    from mailctl.core.records.records import set_record

    app: App = ctx.obj
    app.printer.one(RECORDS, set_record(app.services, record, parsed(changes)))


@commands.verb("remove", "mailctl record remove invoice:INV-4711 --yes", lists=RECORDS)
def remove(
    ctx: typer.Context,
    names: Annotated[
        list[str], typer.Argument(metavar="RECORD...", help="Ids, or TYPE:NUMBER; all or none.")
    ],
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
) -> None:
    """Forget records; mail about them stays."""
    from mailctl.cli.asking import confirmed
    from mailctl.core.records.records import remove_records

    app: App = ctx.obj
    confirmed(app, f"Records to be forgotten: {len(names)}. Go on?", is_sure=yes)
    app.printer.list(RECORDS, remove_records(app.services, names))
